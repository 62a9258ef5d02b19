"""Sharing a result: the owner's panel, and the page that a visitor's link opens."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlsplit

import segno
import streamlit as st
from babel.dates import format_date, format_skeleton

from core.errors import StrideCheckError
from core.i18n.translate import WRITTEN_IN, current, ngettext
from core.i18n.translate import gettext as _
from core.model.report import Report
from core.storage.share_links import LIVES, LONGEST_NAME, Share, Shared, Shares, shareable
from pages.components import language, session
from pages.components.browser import element
from pages.components.frame import problem
from view.export import share_card
from view.text import wording
from web.shared_results import Door, described
from web.visitors import wrong_keys

KEY = "share"
"""The name of a link's token in the address."""


_LINK = element(
    "stride_check_share",
    (
        '<div class="box"><input class="link" readonly data-label="link">'
        '<div class="row"><button type="button" class="button main send" data-word="send"></button>'
        '<button type="button" class="button copy" data-word="copy"></button>'
        '<a class="button open" target="_blank" rel="noopener" data-word="open"></a></div>'
        '<div class="row pictures" hidden><button type="button" class="button story" data-word="story"></button>'
        '<button type="button" class="button post" data-word="post"></button></div>'
        '<p class="said" role="status"></p></div>'
    ),
    "share/share.js",
    css="share/share.css",
)


def _said() -> dict[str, str]:
    """Return the component's words: those of its elements by `data-word` and `data-label`, and its messages."""
    return {
        "link": _("Your link"),
        "send": _("Share …"),
        "copy": _("Copy link"),
        "open": _("Open"),
        "story": _("Send a story"),
        "post": _("Send a post"),
        "copied": _("The link is copied."),
        "hold": _("Hold the link to copy it."),
        "cannot_share": _("This browser cannot share it. Copy the link instead."),
        "tap_again": _("The picture is ready. Tap once more."),
        "not_sent": _("The picture could not be sent. Save it below instead."),
    }


@st.cache_resource(max_entries=1)
def shares() -> Shares:
    """Return the server's share links."""
    kept = session.store()
    return Shares(kept.engine, kept.clock)


def opened(token: str) -> Shared:
    """Return what a link opens.

    Raises
    ------
    NotFound
        If the link is invalid, or this visitor has tried too many invalid links.
    """
    return Door(shares, wrong_keys(session.store().folder)).open(token, session.visitor())


def panel(token: str, report: Report) -> None:
    """Show the owner how to share a result, and all links to it.

    Parameters
    ----------
    token : str
        The job's private token.
    report : Report
        Its result.
    """
    links = shares().of(token)
    live = [link for link in links if link.revoked_on is None]
    st.subheader(_("Share it"), anchor=False)
    st.caption(_("The figures and your drawn stride go along. No video, no face, and no name unless you type one."))
    if live:
        _shown(token, report, live[0])
        with st.expander(_("Make another link"), icon=":material/add_link:"):
            _make(token, _("Make it"))
    else:
        _make(token, _("Make a link to share"), primary=True)
    _pictures(token, report, live[0].runner if live else "")
    others = [link for link in links if link not in live[:1]]
    if others:
        with st.expander(_("Other links"), icon=":material/link:", expanded=not live):
            for link in others:
                _row(token, link)


def _make(token: str, label: str, *, primary: bool = False) -> None:
    """Ask for a name and an expiry date, both of which have defaults, and make a link."""
    button = st.empty()
    left, right = st.columns(2)
    runner = left.text_input(_("Name to show (optional)"), max_chars=LONGEST_NAME, key="share-name", autocomplete="off")
    life = right.selectbox(_("The link ends"), LIVES, index=1, format_func=_life, key="share-life")
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if button.button(label, type=kind, icon=":material/share:", width="stretch", key="share-make"):
        try:
            shares().make(token, life=life, runner=runner)
        except StrideCheckError as error:
            problem(error)
        else:
            st.rerun()


def _life(life: timedelta | None) -> str:
    return _("when I delete it") if life is None else ngettext("after {n} day", "after {n} days", life.days)


def _shown(token: str, report: Report, link: Share) -> None:
    """Show a link with all ways to share it and a button to revoke it."""
    url = f"{_origin()}/r/{link.token}"
    shared = {"url": url, "title": share_card.title(link.runner), "text": described(report)}
    _LINK(key=f"link-{link.name}", data={**shared, "words": _said()})
    _row(token, link)
    with st.expander(_("QR code, to show to somebody beside you"), icon=":material/qr_code_2:"):
        code = io.BytesIO()
        segno.make(url, error="m").save(code, kind="svg", scale=8, border=4, dark="#1B1D21", light="#FFFFFF")
        st.image(code.getvalue().decode(), alt=_("A QR code that opens your link."), width=280)


def _row(token: str, link: Share) -> None:
    """Show when a link was made and when it expires, and a button to revoke it."""
    left, right = st.columns([5, 4], vertical_alignment="center", wrap=False)
    with left:
        if link.runner:
            # Typed text is shown literally, never as markup.
            st.text(_("With the name {name}", name=link.runner))
        if link.revoked_on:
            st.caption(_("Taken back on {day}. It leads nowhere now.", day=wording.date(link.revoked_on)))
        else:
            made_on, ends_on = _day(link.made_on), wording.date(link.expires_on)
            st.caption(_("Made on {made_on}, ends on {ends_on}.", made_on=made_on, ends_on=ends_on))
    if link.revoked_on is None and right.button(
        _("Take it back"), icon=":material/link_off:", key=f"revoke-{link.name}", width="stretch"
    ):
        try:
            shares().revoke(token, link.name)
        except StrideCheckError as error:
            problem(error)
        else:
            st.toast(_("The link is taken back. Apps that showed its preview may keep their copy."))
            st.rerun()


def _day(day: date) -> str:
    """Return a day in words, without its year: '05 March'."""
    if current() == WRITTEN_IN:
        return format_date(day, "dd MMMM", locale=current())
    return format_skeleton("MMMMd", day, locale=current())


def _pictures(token: str, report: Report, runner: str) -> None:
    """Offer the pictures for stories and posts; each is drawn on request."""
    st.caption(_("Or save a picture of it, without a link."))
    left, right = st.columns(2, wrap=False)
    for column, kind, label in ((left, "story", _("For a story")), (right, "post", _("For a post"))):
        column.download_button(
            label,
            session.while_there(token, language.later(share_card.picture, shareable(report), kind, runner)),
            file_name=f"stride-check-{kind}.png",
            mime="image/png",
            icon=":material/image:",
            on_click="ignore",
            width="stretch",
            key=f"picture-{kind}",
        )


def _origin() -> str:
    """Return the address at which the visitor's browser reaches this server."""
    asked = urlsplit(st.context.url or "")
    return session.store().settings.public_url or f"{asked.scheme}://{asked.netloc}"
