"""Images from the owner's own clip: the stride in six key frames, and the video at half or quarter speed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from core.errors import NotFound
from core.i18n.translate import gettext as _
from core.model.media import KINOGRAM, VIDEO
from core.model.report import Report
from core.storage import job_files
from pages.components import language, session
from pages.components.browser import element
from view.text import wording

# The page server chooses the address of an image or video: both components look up what Streamlit shows.
_OPEN = element(
    "stride_check_open",
    '<a class="open" target="_blank" rel="noopener" href="#" data-word="open"></a>',
    "kinogram/open.js",
    css="kinogram/kinogram.css",
)

_SPEEDS = element(
    "stride_check_speeds",
    '<div class="speeds" role="group" data-label="speed">'
    '<button type="button" value="2" data-word="real"></button>'
    '<button type="button" value="1" data-word="half"></button>'
    '<button type="button" value="0.5" data-word="quarter"></button></div>',
    "kinogram/speeds.js",
    css="kinogram/kinogram.css",
)


def picture(token: str, *names: str) -> Path | None:
    """Return the first of these files, images or video, that the job has; None if it has none."""
    for name in names:
        with suppress(NotFound):
            return job_files.media(session.store(), token, name)
    return None


def kinogram(token: str, report: Report) -> None:
    """Show the key frames of one stride as one image, to open full size or to download; nothing if there is none."""
    path = picture(token, KINOGRAM)
    if path is None:
        return
    told = [wording.PHASES[frame.phase] for frame in report.key_frames]
    st.subheader(_("One stride, frame by frame"), anchor=False)
    with st.container(key="kinogram"):
        says = "; ".join(f"{place}: {_(name)}, {_(gloss)}" for place, (name, gloss) in enumerate(told, 1))
        alt = _("Key frames of one of your strides, face blurred. {frames}.", frames=says)
        st.image(str(path), alt=alt, width="stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        _OPEN(key="open-kinogram", data={"of": "kinogram", "words": {"open": _("Open it full size, to zoom in")}})
        st.download_button(
            _("Download"),
            path.read_bytes(),
            file_name="stride-check-kinogram.jpg",
            mime="image/jpeg",
            icon=":material/download:",
            on_click="ignore",
        )


def video(token: str) -> None:
    """Show the clip with its lines drawn in, if the owner asked for it, at real, half or quarter speed."""
    path = picture(token, VIDEO)
    if path is None:
        if job_files.still_drawn(session.store(), token):
            _awaited(token)
        return
    st.subheader(_("Your clip, with the lines drawn in"), anchor=False)
    with st.container(key="figure-video"):
        st.video(str(path), loop=True, muted=True, alt=_("Your clip with trunk and leg lines drawn on it."))
    told = {"speed": _("Speed of the video"), "real": _("Real speed"), "half": _("Half"), "quarter": _("Quarter")}
    _SPEEDS(key="video-speeds", data={"of": "figure-video", "words": told})
    st.caption(_("Kept for 30 days, for you alone."))


@st.fragment(run_every=2.0)
def _awaited(token: str) -> None:
    """Show that the video is being drawn, and reload the page when it is ready."""
    language.enter()
    if not job_files.still_drawn(session.store(), token):
        st.rerun()
    st.caption(_("Your clip with the lines drawn in is being made. It comes here by itself."))
