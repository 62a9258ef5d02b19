"""What a page's script takes on a stored report: our own code, and with Streamlit's."""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import streamlit
from streamlit.testing.v1 import AppTest

from core.model.report import Answers, Report
from core.paths import ROOT
from core.settings import Settings
from core.storage import claims
from core.storage.store import Store
from core.storage.task import key_of

LOOK_EVERY_S = 0.0005
_OURS = tuple(str(ROOT / folder) + os.sep for folder in ("core", "pages", "web"))
_STREAMLITS = str(Path(streamlit.__file__).parent) + os.sep


class Taken(NamedTuple):
    """Seconds of a run: of our own code with what it calls, and of it all with Streamlit's."""

    own_s: float
    whole_s: float


class _Sampler:
    """Looks at what all threads do, again and again, and counts how often it is our code or what that calls."""

    def __init__(self) -> None:
        self.looks = self.own = 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            self.looks += 1
            mine = threading.get_ident()
            self.own += any(_is_ours(frame) for thread, frame in sys._current_frames().items() if thread != mine)

    def end(self) -> None:
        self._ended.set()


def _is_ours(frame: FrameType | None) -> bool:
    """Return whether the innermost code that is ours or Streamlit's is ours."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_STREAMLITS):
            return False
        if path.startswith(_OURS):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _sampling() -> Iterator[_Sampler]:
    sampler, usual_s = _Sampler(), sys.getswitchinterval()
    thread = threading.Thread(target=sampler.run)
    sys.setswitchinterval(LOOK_EVERY_S / 5)
    thread.start()
    try:
        yield sampler
    finally:
        sampler.end()
        thread.join()
        sys.setswitchinterval(usual_s)


def results_page(folder: Path, times: int = 20) -> Taken:
    """Return the medians over some runs of the results page's script; `folder` holds the store that it reads."""
    os.environ["STRIDE_DATA"] = str(folder / "data")
    with Store.open(Settings.from_environment()) as store:
        token = store.add(Answers(effort="easy"))
        task = claims.claim(store, key_of(token))
        assert task is not None, "a job that nobody else knows waits"
        claims.finish(store, task.key, Report.from_json((ROOT / "assets" / "demo_report.json").read_text()))
    page = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60).run()
    page.switch_page("pages/results.py")
    page.query_params["job"] = token
    page.run()
    whole = [_timed(page) for _ in range(times)]  # without looking on, which slows it down
    shares = []
    for _ in range(times):
        with _sampling() as sampler:
            page.run()
        shares.append(sampler.own / max(sampler.looks, 1))
    whole_s = statistics.median(whole)
    return Taken(statistics.median(shares) * whole_s, whole_s)


def _timed(page: AppTest) -> float:
    began_s = time.perf_counter()
    page.run()
    return time.perf_counter() - began_s
