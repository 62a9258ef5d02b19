"""The jobs of one visitor's many clips: opened one after the other, and followed in one table.

The address holds the token and the name of each job, so that a reload finds them again; the server stores no names. While the
page is open, its session holds them too. A browser that is slow sends the address from before the latest job was opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from urllib.parse import urlencode

import streamlit as st

from core.errors import NotFound, StrideCheckError
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.jobs import uploads
from core.jobs.submission import QueueFull
from core.model.report import Answers
from core.report.csv import Outcome, clips_csv
from core.storage.job import Job
from core.storage.store import Store
from core.storage.task import key_of
from pages.components import language, roster, session
from pages.components.frame import problem
from pages.components.roster import Waiting
from view.text import clips_table, wording
from web.address import KEY
from web.streamlit_shell.private_media import opened

CLIP = "clip"
"""The name of one clip in the address: its token, a tilde and its name."""

_PLAN, _SENDING, _OPENED, _GONE = "clips-to-send", "clips-sending", "clips-opened", "clips-gone"
_MOVING = ("uploading", "waiting", "running", "asks")
"""States that change without this page: a question may be answered in another tab, or by nobody in time."""


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The clips that are not sent yet, the answers for all, and the place in the browser of the clip that is sent now."""

    clips: tuple[Waiting, ...]
    answers: Answers
    slot: int | None = None


def plan(clips: list[Waiting], answers: Answers) -> None:
    """Note which clips to send, in order."""
    st.session_state[_PLAN] = _Plan(clips=tuple(clips), answers=answers)


def begun() -> bool:
    """Return whether any clip has a job, or waits for one."""
    return bool(_entries()) or _PLAN in st.session_state


def leave() -> None:
    """Forget these clips here; their addresses still open them."""
    st.query_params.pop(CLIP, None)
    for name in (_PLAN, _SENDING, _OPENED, _GONE):
        st.session_state.pop(name, None)


def _entries() -> list[str]:
    """Return the clips of the address, and those that this session opened and the address does not have yet."""
    known = st.query_params.get_all(CLIP)
    return [*known, *(entry for entry in st.session_state.get(_OPENED, ()) if entry not in known)]


def keep_address() -> None:
    """Put the clips that this session opened into the address again if it lacks any."""
    entries = _entries()
    if entries != st.query_params.get_all(CLIP):
        st.query_params[CLIP] = entries


def _named() -> list[tuple[str, str]]:
    """Return the token and the name of each job."""
    parts = [text.partition("~") for text in _entries()[: roster.MOST]]
    return [(token, name[: roster.LONGEST_NAME]) for token, _tilde, name in parts]


def _jobs() -> list[tuple[str, str, Job | None]]:
    """Return each clip's token and name, and its job if it still exists."""
    found = {token: _job(token) for token, _name in _named()}  # each is read once, however often the address names it
    return [(token, name, found[token]) for token, name in _named()]


def _job(token: str) -> Job | None:
    """Return a job, or None. What does not exist is looked up once: who asks too often gets no job at all."""
    gone: set[str] = st.session_state.setdefault(_GONE, set())
    if token in gone:
        return None
    try:
        return session.look_up(token)
    except session.TooManyWrong:
        return None
    except NotFound:
        gone.add(token)
        return None


def _in_queue(jobs: list[tuple[str, str, Job | None]]) -> int:
    return sum(job is not None and job.state in ("waiting", "running") for _token, _name, job in jobs)


def send_next() -> bool:
    """Open the job of the next clip if the queue has room for one more of this visitor; return whether it did."""
    left: _Plan | None = st.session_state.get(_PLAN)
    if left is None or not left.clips or _in_queue(_jobs()) >= max(1, session.store().settings.queue_of_one):
        return False
    clip, *others = left.clips
    answers = replace(left.answers, slow_motion=clip.slow_motion or left.answers.slow_motion)
    try:
        token = uploads.begin(clip.n_bytes, answers, session.store(), visitor=session.visitor())
    except QueueFull:
        return False
    except StrideCheckError as error:
        problem(error)
        st.session_state[_PLAN] = replace(left, clips=tuple(others))
        return False
    st.session_state[_PLAN] = replace(left, clips=tuple(others), slot=clip.slot)
    entry = f"{token}~{clip.name}"
    st.session_state[_OPENED] = [*st.session_state.get(_OPENED, ()), entry]
    keep_address()
    return True


def send_rest() -> None:
    """Send the clip whose job is open, or open the next job; after a reload, ask whether to send what the browser still has."""
    jobs = _jobs()
    left: _Plan | None = st.session_state.get(_PLAN)
    sent_now = next((job for _token, _name, job in jobs if job is not None and job.state == "uploading"), None)
    if sent_now is not None:
        st.caption(_("Keep this page open until all clips are sent."))
        roster.sending(sent_now, left.slot if left else None)
    elif left is None:
        _offer_rest(jobs)
    elif left.clips and send_next():
        st.rerun()
    if left is not None and left.clips:
        n = len(left.clips)
        st.caption(ngettext("{n} more clip waits in this browser.", "{n} more clips wait in this browser.", n))


def _offer_rest(jobs: list[tuple[str, str, Job | None]]) -> None:
    """Offer to send the clips that were chosen before the page was reloaded, with the same answers."""
    answers = next((job.answers for _token, _name, job in jobs if job is not None), None)
    clips = roster.rest() if answers else []
    if answers and clips and st.button(_("Send the other clips"), icon=":material/upload:", width="stretch"):
        plan(clips, answers)
        st.rerun()


def results() -> None:
    """Show the table, redrawn every two seconds until every clip has a result or a refusal, and its CSV."""
    if _unfinished():
        st.fragment(partial(_live_table, count()), run_every=2.0)()
    else:
        _table(_jobs())


def _live_table(times: count[int]) -> None:
    """Draw the table, and then the whole page if it has something to do; not the first time, because it was just drawn."""
    jobs = _jobs()
    _table(jobs)
    needed = _page_is_needed(jobs)
    if next(times) and needed:
        st.rerun()


def _unfinished() -> bool:
    left: _Plan | None = st.session_state.get(_PLAN)
    moving = any(job is not None and job.state in _MOVING for _token, _name, job in _jobs())
    return moving or bool(left and left.clips)


def _table(jobs: list[tuple[str, str, Job | None]]) -> None:
    language.enter()
    left: _Plan | None = st.session_state.get(_PLAN)
    shown = [(token, _line(token, name, job)) for token, name, job in jobs]
    done = [line.outcome for _token, line in shown if line.outcome.report or line.outcome.what]
    n_all = len(shown) + (len(left.clips) if left else 0)
    st.progress(len(done) / max(1, n_all), text=_("{done} of {n} clips are done.", done=len(done), n=n_all))
    st.html(clips_table.table([line for _token, line in shown], session.known()))
    st.download_button(
        _("All figures as CSV"),
        language.later(_csv, session.store(), tuple((line.outcome.name, token) for token, line in shown)),
        file_name="stride-check-clips.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        disabled=not done,
        key="clips-csv",
    )


def _csv(kept: Store, named: Sequence[tuple[str, str]]) -> str:
    """Return the CSV of the clips as they are when it is asked for: a result that was deleted meanwhile is not in it.

    Parameters
    ----------
    kept : Store
        The server's store; nobody's page runs at that time.
    named : sequence of tuple of str
        Each clip's name and token.
    """
    lines = []
    for name, token in named:
        try:
            job: Job | None = kept.job(token)
            opened(key_of(token))
        except NotFound:
            job = None
        lines.append(_line(token, name, job))
    return clips_csv([line.outcome for line in lines if line.outcome.report or line.outcome.what])


def _page_is_needed(jobs: list[tuple[str, str, Job | None]]) -> bool:
    """Return whether the whole page has something to do: a clip was sent, there is room for the next, or all are done."""
    left: _Plan | None = st.session_state.get(_PLAN)
    states = [job.state if job else "" for _token, _name, job in jobs]
    was_sending, st.session_state[_SENDING] = st.session_state.get(_SENDING, False), "uploading" in states
    if "uploading" in states:
        return False
    more = left is not None and bool(left.clips)
    room = _in_queue(jobs) < max(1, session.store().settings.queue_of_one)
    return was_sending or (more and room) or not (more or any(state in _MOVING for state in states))


def _line(token: str, name: str, job: Job | None) -> clips_table.Line:
    name = name or _("Clip")
    if job is None:
        gone = Outcome(name=name, what=_("This result is no longer here."), advice=_("Check the clip again."))
        return clips_table.Line(outcome=gone)
    if job.report is not None:
        address = f"results?{urlencode({KEY: token})}"
        return clips_table.Line(outcome=Outcome(name=name, report=job.report), address=address)
    address = f"check?{urlencode({KEY: token})}"
    if job.state == "asks":
        return clips_table.Line(
            outcome=Outcome(name=name), address=address, state=_("It has a question for you. Open it.")
        )
    if job.refused is not None:
        refused = Outcome(name=name, what=str(job.refused.what), advice=str(job.refused.advice))
        return clips_table.Line(outcome=refused, address=address)
    state = _("Sending") if job.state == "uploading" else wording.progress_text(job)
    return clips_table.Line(outcome=Outcome(name=name), state=state)
