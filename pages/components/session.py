"""The visitor's current job, and the sample on the start page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import knowledge
from core.errors import NotFound
from core.i18n.message import message
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.jobs import submission
from core.model.report import Answers, Report
from core.settings import Settings
from core.storage.job import Job
from core.storage.store import Store
from core.storage.task import key_of
from pages.components import redirect
from pages.components.frame import ASSETS, footer, problem
from web.address import KEY
from web.streamlit_shell.private_media import MEDIA, opened
from web.streamlit_shell.sessions import SESSIONS
from web.visitors import address_of, name_of, wrong_keys

T = TypeVar("T")


class TooManyWrong(NotFound):
    """After too many invalid tokens of this visitor: a valid one would not be found either."""


@st.cache_resource(max_entries=1, on_release=Store.close)
def store() -> Store:
    """Return the server's only store."""
    return Store.open(Settings.from_environment())


def known() -> knowledge.Knowledge:
    """Return the app's knowledge about bodies."""
    return knowledge.load()


def token() -> str | None:
    """Return the job's token from the address, otherwise the last one of this session."""
    found = st.query_params.get(KEY) or st.session_state.get(KEY)
    if found:
        st.session_state[KEY] = found
    return found


def note(name: str, value: str) -> None:
    """Put a value in the address if it is not there yet.

    Each assignment is sent to the browser. If it has moved on to another page by then, that page's address would get the value.
    """
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def remember(job_token: str) -> None:
    """Put a token in the address immediately, so that a reload or a locked phone finds the job again."""
    st.session_state[KEY] = job_token
    note(KEY, job_token)


def forget() -> None:
    """Leave the job: remove its token from the address and the session."""
    st.session_state.pop(KEY, None)
    st.query_params.pop(KEY, None)


def visitor() -> str:
    """Return a name that only distinguishes this visitor's jobs from those of others."""
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    forwarded_for, proxies = headers.get("x-forwarded-for", ""), store().settings.proxies
    return name_of(address_of(forwarded_for, str(st.context.ip_address), proxies))


def look_up(job_token: str) -> Job:
    """Return the job of a token.

    Raises
    ------
    NotFound
        If there is none, or this visitor has tried too many invalid tokens.
    """
    wrong = wrong_keys(store().folder)
    if wrong.spent(visitor()):
        raise TooManyWrong(
            message(marked("Too many links led nowhere.")),
            message(marked("Wait ten minutes, then open your own link again.")),
        )
    try:
        job = store().job(job_token)
    except NotFound:
        wrong.take(visitor(), key_of(job_token))
        raise
    opened(key_of(job_token))
    return job


def find(job_token: str) -> Job:
    """Return the visitor's job, or report that there is none, show the next step, and end the page."""
    try:
        return look_up(job_token)
    except NotFound as error:
        forget()
        st.title(_("Nothing here"), anchor=False)
        problem(error)
        if st.button(_("Check a new clip"), type="primary", icon=":material/videocam:", width="stretch"):
            st.switch_page("pages/check.py")
        footer()
        st.stop()


def delete(job_token: str) -> None:
    """Delete a job, and immediately drop everything of it that the server holds in memory.

    Raises
    ------
    NotFound
        If there is none.
    """
    store().delete(job_token)
    MEDIA.forget(key_of(job_token))


def drop_clip() -> None:
    """Drop the clip that the simple uploader holds in the server's memory, if there is one."""
    running = get_script_run_ctx(suppress_warning=True)
    if running is not None and Runtime.exists():
        SESSIONS.drop_clip(Runtime.instance(), running.session_id)


def while_there(job_token: str, make: Callable[[], T]) -> Callable[[], T]:
    """Return a call that makes a download, for as long as its result exists."""
    kept = store()

    def made() -> T:
        kept.job(job_token)
        opened(key_of(job_token))
        return make()

    return made


def finished() -> tuple[str, Report]:
    """Return the visitor's token and report; if there is none yet, show the next step and end the page."""
    current = token()
    if current is None:
        st.title(_("Your result"), anchor=False)
        st.info(
            _("Film a clip, or try it with a computer-drawn runner."),
            title=_("No result is open here."),
            icon=":material/info:",
        )
        if st.button(_("Check my running"), type="primary", icon=":material/videocam:", width="stretch"):
            st.switch_page("pages/check.py")
        footer()
        st.stop()
    job = find(current)
    if job.report is None:
        redirect.to("check", job=current)
        st.stop()
    note(KEY, current)
    return current, job.report


def try_drawn_runner() -> str:
    """Submit the simulated runner's clip, with its known effort and speed; return the token.

    Raises
    ------
    SetUpError
        If the clip is missing on the server.
    """
    truth = ASSETS / "demo_clip.json"
    speed_mps = json.loads(truth.read_text())["figures"]["speed_mps"] if truth.exists() else None
    pace_s_per_km = 1000 / speed_mps if speed_mps else None
    return submission.submit_demo(
        Answers(effort="easy", pace_s_per_km=pace_s_per_km, surface="treadmill"), store(), visitor=visitor()
    )


@st.cache_data(max_entries=1)
def sample() -> Report | None:
    """Return the stored report of the demo clip, if it has been made."""
    path = ASSETS / "demo_report.json"
    return Report.from_json(path.read_text()) if path.exists() else None
