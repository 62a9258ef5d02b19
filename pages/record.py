"""How to film the clip: where to put the phone, what the screen should show, and how to stay safe."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from pages.components import checks, framing
from pages.components.frame import footer, frame

frame(marked("How to film"))

st.title(_("How to film"), anchor=False)
st.markdown(_("Ten seconds, from the side. A friend, a bag or a small tripod can hold the phone."))


st.subheader(_("1. Where the phone stands"), anchor=False)
checks.picture("side_on")
checks.picture("level")
framing.helper()

st.subheader(_("2. What the screen shows"), anchor=False)
checks.picture("whole_body")
checks.picture("big_enough")
checks.picture("light_contrast")

st.subheader(_("3. How to set the camera"), anchor=False)
st.markdown(
    _(
        "- **60 frames a second or more**, in your camera's video settings. At 30, some figures cannot be told.\n"
        "- Hold the phone **sideways** on a path, **upright** for a treadmill.\n"
        "- **Slow motion** works too: tell us how slow when you upload.\n"
        "- Film about **10 seconds**, at a pace you already hold, not while speeding up."
    )
)

treadmill, path = st.tabs([_("Treadmill"), _("Path or track")])
treadmill.markdown(
    _(
        "Keep the phone still. Run for a minute first, then film ten seconds. Note the speed or pace.  \n"
        "**Both legs:** film ten seconds from the other side of the belt too, as a second clip."
    )
)
path.markdown(
    _(
        "**Run past:** the phone stays still and you run straight across, already at your pace.  \n"
        "**Follow:** a friend moves beside you at the same distance and keeps you in the middle. More strides, so surer "
        "figures.  \n"
        "**Both legs:** film the way back too. Run past, turn round and run past again, in one clip or in two. Each way shows the "
        "leg nearest the phone, and the result has both."
    )
)

st.subheader(_("4. What to wear"), anchor=False)
st.markdown(_("Close-fitting shorts or tights and top, in a colour that stands out from the background. No long coat."))

st.subheader(_("Stay safe"), anchor=False)
st.markdown(
    _(
        "- Put the phone **off the path**. Never hold it while you run.\n"
        "- Choose a clear, straight 20 m, in daylight, away from traffic.\n"
        "- Warm up. Do not run faster than you are used to for the film.\n"
        "- Ask before you film others, and keep strangers out of the picture."
    )
)

st.subheader(_("Before you press record"), anchor=False)
for item in (
    marked("Phone at hip height, level, square to my running line"),
    marked("My whole body fills most of the screen's height"),
    marked("60 frames a second or more"),
    marked("Good light in front of me, nobody else in the picture"),
    marked("Phone off the path, way clear"),
):
    st.checkbox(_(item), key=f"ready-{item}", on_change="ignore")

if st.button(_("Film now, or choose a clip"), type="primary", icon=":material/videocam:", width="stretch"):
    st.switch_page("pages/check.py")
footer()
