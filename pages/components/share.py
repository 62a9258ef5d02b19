"""Sharing a result: the owner's panel, and what a visitor's link opens."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st

from core.errors import StrideCheckError
from core.model import Report
from core.shares import LIVES, LONGEST_NAME, Share, Shared, Shares, shareable
from core.store import now_utc
from pages.components import card, session
from pages.components.frame import problem
from web.sharing import Door, described, public_url

KEY = "share"
"""The name of a link's token in the address."""

_FILES = Path(__file__).parent

_LINK = st.components.v2.component(
    "stride_check_share",
    html=(
        '<div class="box"><input class="link" readonly aria-label="Your link">'
        '<div class="row"><button type="button" class="button main send">Share …</button>'
        '<button type="button" class="button copy">Copy link</button>'
        '<a class="button open" target="_blank" rel="noopener">Open</a></div>'
        '<div class="row pictures" hidden><button type="button" class="button story">Send a story</button>'
        '<button type="button" class="button post">Send a post</button></div>'
        '<p class="said" role="status"></p></div>'
    ),
    css=(_FILES / "share.css").read_text(encoding="utf-8"),
    js=(_FILES / "share.js").read_text(encoding="utf-8"),
)


@st.cache_resource(max_entries=1)
def shares() -> Shares:
    """Return the links of this server."""
    return Shares(session.store().engine, now_utc)


@st.cache_resource(max_entries=1)
def _door() -> Door:
    return Door(shares)


def opened(token: str) -> Shared:
    """Return what a link opens.

    Raises
    ------
    NotFound
        Where it leads nowhere, or this visitor has tried too many that do.
    """
    return _door().open(token, session.visitor())


def panel(token: str, report: Report) -> None:
    """Show the owner how to share a result, and every link to it.

    Parameters
    ----------
    token : str
        The job's private token.
    report : Report
        Its result.
    """
    links = shares().of(token)
    live = [link for link in links if link.revoked_on is None]
    st.subheader("Share it", anchor=False)
    st.caption("The figures and your drawn stride go along. No video, no face, and no name unless you type one.")
    if live:
        _shown(token, report, live[0])
        with st.expander("Make another link", icon=":material/add_link:"):
            _make(token, "Make it")
    else:
        _make(token, "Make a link to share", primary=True)
    _pictures(report, live[0].runner if live else "")
    others = [link for link in links if link not in live[:1]]
    if others:
        with st.expander("Other links", icon=":material/link:", expanded=not live):
            for link in others:
                _row(token, link)


def _make(token: str, label: str, *, primary: bool = False) -> None:
    """Ask for a name and an end, both of which may be left as they are, and make a link."""
    button = st.empty()
    left, right = st.columns(2)
    runner = left.text_input("Name to show (optional)", max_chars=LONGEST_NAME, key="share-name", autocomplete="off")
    life = right.selectbox("The link ends", LIVES, index=1, format_func=_life, key="share-life")
    kind = "primary" if primary else "secondary"
    if button.button(label, type=kind, icon=":material/share:", width="stretch", key="share-make"):
        try:
            shares().make(token, life=life, runner=runner)
        except StrideCheckError as error:
            problem(error)
        else:
            st.rerun()


def _life(life: timedelta | None) -> str:
    return "when I delete it" if life is None else f"after {life.days} days"


def _shown(token: str, report: Report, link: Share) -> None:
    """Show a link with all ways to pass it on, and take it back."""
    url = f"{_origin()}/r/{link.token}"
    _LINK(key=f"link-{link.name}", data={"url": url, "title": card.title(link.runner), "text": described(report)})
    _row(token, link)
    with st.expander("QR code, to show to somebody beside you", icon=":material/qr_code_2:"):
        code = io.BytesIO()
        segno.make(url, error="m").save(code, kind="svg", scale=8, border=4, dark="#1B1D21", light="#FFFFFF")
        st.image(code.getvalue().decode(), alt="A QR code that opens your link.", width=280)


def _row(token: str, link: Share) -> None:
    """Show when a link was made and ends, and take it back."""
    left, right = st.columns([5, 4], vertical_alignment="center", wrap=False)
    with left:
        if link.runner:
            # Typed words are shown as they are, never read as markup.
            st.text(f"With the name {link.runner}")
        if link.revoked_on:
            st.caption(f"Taken back on {link.revoked_on:%d %B %Y}. It leads nowhere now.")
        else:
            st.caption(f"Made on {link.made_on:%d %B}, ends on {link.expires_on:%d %B %Y}.")
    if link.revoked_on is None and right.button(
        "Take it back", icon=":material/link_off:", key=f"revoke-{link.name}", width="stretch"
    ):
        shares().revoke(token, link.name)
        st.toast("The link is taken back. Apps that showed its preview may keep their copy.")
        st.rerun()


def _pictures(report: Report, runner: str) -> None:
    """Offer the pictures for stories and posts; each is drawn when it is asked for."""
    st.caption("Or save a picture of it, without a link.")
    left, right = st.columns(2, wrap=False)
    for column, kind, label in ((left, "story", "For a story"), (right, "post", "For a post")):
        column.download_button(
            label,
            partial(card.picture, shareable(report), kind, runner),
            file_name=f"stride-check-{kind}.png",
            mime="image/png",
            icon=":material/image:",
            on_click="ignore",
            width="stretch",
            key=f"picture-{kind}",
        )


def _origin() -> str:
    """Return where the visitor's browser reaches this server."""
    asked = urlsplit(st.context.url or "")
    return public_url() or f"{asked.scheme}://{asked.netloc}"
