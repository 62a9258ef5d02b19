"""Check by hand: mark joints in frames of three strides, and read the measures from them next to ours."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from pages.components import hand_check, session
from pages.components.frame import footer, frame
from web.address import KEY

frame(marked("Check by hand"), wide=True)
token, report = session.finished()
shown = hand_check.pictures(token, report)

st.title(_("Check by hand"), anchor=False)
if shown:
    st.markdown(
        _(
            "Drag each joint to where you see it. The angles from **your marks** appear next to ours, which stay as they are."
        )
    )
    with st.expander(_("How to mark"), icon=":material/help:"):
        st.markdown(
            _(
                "- **Mid-stance:** half-way between landing and toe-off. We read the lean there.\n"
                "- **Toe-off:** the toe is just leaving the ground. If it is in the air already, go one frame earlier.\n"
                "- Mark the leg nearest the camera. The circle in the corner shows the joint larger.\n"
                "- Our own joints are not shown, so that they do not guide your hand.\n"
                "- With the far shoulder and hip, the lean is between the middles of both, as ours is."
            )
        )
    hand_check.sheets(shown)
    hand_check.panel(token, tuple(shown))
else:
    st.info(
        _("Results of new clips have them, if all of the leg and three frames in a row were seen."),
        title=_("This result has no frames to mark."),
        icon=":material/info:",
    )
st.page_link(
    "pages/results.py", label=_("Back to your result"), icon=":material/arrow_back:", query_params={KEY: token}
)
footer()
