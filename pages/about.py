"""About: how the app measures, how accurate it is, what it cannot measure, how it handles a clip, and whose work it uses."""

from __future__ import annotations

import json

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.messages import message_from_plain
from pages.components import cards, session
from pages.components.frame import ASSETS, footer, frame

ACCURACY = ASSETS.parent / "benchmarks" / "results" / "accuracy.json"


frame(marked("About"))
known = session.known()

st.title(_("About"), anchor=False)

st.subheader(_("How it measures"), anchor=False)
st.markdown(
    _(
        "1. It reads your clip picture by picture, with each picture's true time.\n"
        "2. An open pose model (MediaPipe) finds your joints in each picture.\n"
        "3. It tells your near leg from your far leg, and finds each initial contact and toe-off.\n"
        "4. It measures every stride of the near leg, then takes the mean.\n"
        "5. It works out how sure each figure is: from how much the length of your bones seems to change in the clip, "
        "and from the errors of contact, toe-off and view.\n"
        "6. It holds the figure against a coach's mark and shows what studies found beside it. If the error leaves 90 % "
        "for one side, the verdict is plain, from 70 % it is *probably* so, and below that *too close to call*."
    )
)
with st.expander(_("Every figure, and how it is measured"), icon=":material/straighten:"):
    for text in known.measures.values():
        st.markdown(f"**{text.name}** ({text.unit_words}). {text.how} {cards.cite(text.sources, known)}")

st.subheader(_("How well it measures"), anchor=False)
if ACCURACY.exists():
    accuracy = json.loads(ACCURACY.read_text())
    st.markdown(str(message_from_plain(accuracy["says"])))
    st.table([{_(name): str(message_from_plain(cell)) for name, cell in row.items()} for row in accuracy["rows"]])
    if tables := {table["title"]: table for table in accuracy.get("tables", [])}:
        with st.expander(_("Every table, also where we miss our own targets"), icon=":material/table:"):
            chosen = tables[st.selectbox(_("Table"), tuple(tables), index=len(tables) - 1)]
            st.caption(chosen["note"] or _("Names are those that the program uses."))
            st.dataframe(chosen["rows"], hide_index=True)
        st.caption(_("Measured on {day}.", day=accuracy["made"]["on"][:10]))
else:
    st.info(_("We will not print a number that nobody measured."), title=_("Its accuracy has not been measured yet."))

st.subheader(_("What it cannot tell"), anchor=False)
st.markdown(
    _(
        "- One camera sees one plane. It cannot see your knees or hips from the front.\n"
        "- Loose clothes, a slanted camera or 30 frames a second make figures less sure, or missing.\n"
        "- It sees how you move. It cannot see how strong a muscle is, or what you feel.\n"
        "- Ten seconds is ten seconds: fresh and tired, slow and fast look different.\n"
        "- No one way of running is best for everybody. A figure away from the mark is not a fault."
    )
)

st.subheader(_("What happens to your clip"), anchor=False)
st.markdown(
    _(
        "- **Your clip is deleted as soon as it has been measured**, or refused. If it leaves one thing open, we ask you, and it "
        "waits for your answer for an hour at most.\n"
        "- The result and its pictures stay for up to 180 days, or until you press *Delete everything*. The video with the "
        "lines drawn in is made only if you ask, and stays 30 days.\n"
        "- The pictures are frames of your stride. A few small ones, of three strides, are there for you to check us by hand. The "
        "face is blurred in all of them.\n"
        "- They open only with the private address of your result page. There is no account.\n"
        "- The measuring happens on this server. It sends nothing to anybody else.\n"
        "- No adverts, no trackers, no statistics about visitors, no fonts or scripts from other companies.\n"
        "- A language that you choose at the foot of a page is kept in a cookie, which holds nothing else.\n"
        "- Nothing is made from your clip that could recognise you."
    )
)

st.subheader(_("Whose work this stands on"), anchor=False)
st.markdown(
    _(
        "Two articles: Luke Nelson's *Running: it's all in the hips?* and Sean Tait's *Under the Microscope*, part 2, in "
        "TRAIL 21. Pose model: MediaPipe Pose Landmarker (BlazePose), Apache-2.0. Letters: Figtree, SIL Open Font License."
    )
)
with st.expander(_("All {n} sources, and how each was read", n=len(known.sources)), icon=":material/menu_book:"):
    for source in known.sources.values():
        cards.source_line(source, known)
st.caption(_("Knowledge version {version}", version=known.version))
footer()
