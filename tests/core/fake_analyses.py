"""Analyses that a child process runs in place of the real one: quick, slow, greedy, broken."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import Choices, Refused, SetUpError
from core.i18n.message import message
from core.jobs import sandbox_process
from core.model.measures import Measured
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.model.strides import GaitEvents
from core.model.tracks import ClipInfo
from core.video import trim

FAKES = "tests.core.fake_analyses:"


def a_report(answers: Answers, *, codec: str = "h264") -> Report:
    return Report(
        clip=ClipInfo(fps_hz=59.94, duration_s=10.0, size_wh_px=(1080, 1920), n_frames=600, codec=codec),
        answers=answers,
        facing="left",
        near_side="left",
        quality=(),
        events=GaitEvents(),
        measures={
            "trunk_lean": Measured(value=7.25, unit="deg", plus_minus=1.5, n_strides=3, per_stride=(7, 7.25, 7.5))
        },
        findings=(),
        key_frames=(),
        knowledge_version="0",
        made_on="2026-01-01",
    )


def reports(task, progress, tell):
    tell(a_report(task.answers, codec=task.clip.read_bytes()[:4].decode("ascii", "replace")))


def works(task, progress, tell):
    print("a library prints this")  # noqa: T201
    progress(Progress("reading", 1, 2))
    (task.media / "toe_off.jpg").write_bytes(b"picture")
    tell(a_report(task.answers, codec=task.clip.read_text()))


def refuses(task, progress, tell):
    (task.media / "toe_off.jpg").write_bytes(b"picture")
    raise Refused("side_on", message("The camera saw the runner from the front."), message("Film from the side."))


def asks(task, progress, tell):
    """Ask how slow the clip plays, unless the runner has said."""
    if task.answers.slow_motion == 1:
        raise Refused(
            "true_speed", message("Was it filmed in slow motion?"), message("Say so."), Choices(slow_motion=(4.0, 2.0))
        )
    tell(a_report(task.answers, codec=task.clip.read_text()))


def has_a_bug(task, progress, tell):
    raise ZeroDivisionError("a bug of ours")


def lacks_its_model(task, progress, tell):
    raise SetUpError(message("The pose model is missing."), message("Build it again."))


def dies(task, progress, tell):
    progress(Progress("reading", 1, 2))
    os.kill(os.getpid(), signal.SIGKILL)


def breaks_memory(task, progress, tell):
    ctypes.string_at(0)


def eats_memory(task, progress, tell):
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def waits(task, progress, tell):
    """Say where it runs, and go on until the file `go` lies in the data folder."""
    pids = task.clip.parents[1] / "pids"
    with pids.open("a") as file:
        file.write(f"{os.getpid()}\n")
    done = 0
    while not (task.clip.parents[1] / "go").exists():
        done += 1
        progress(Progress("reading", done, 1000))
        time.sleep(0.05)
    tell(a_report(task.answers))


def takes_a_moment(task, progress, tell):
    """Write down by which worker it was begun, and in which process, and report what the clip holds."""
    with (Path(tempfile.gettempdir()) / "ledger").open("a") as ledger:  # TMPDIR is one of the few settings that it gets
        ledger.write(f"{task.key} {os.getppid()} {os.getpid()}\n")
    for done in range(10):
        progress(Progress("reading", done, 10))
        time.sleep(0.25)
    (task.media / "toe_off.jpg").write_bytes(task.clip.read_bytes())
    tell(a_report(task.answers, codec=task.clip.read_text()))


def hangs(task, progress, tell):
    time.sleep(600)


def phones_home(task, progress, tell):
    port = int(Path(task.clip).read_text())
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        tell(a_report(task.answers))


def tells_its_limits(task, progress, tell):
    limits = (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU)
    told = [str(resource.getrlimit(limit)[0]) for limit in limits]
    tell(a_report(task.answers, codec=json.dumps([told, dict(os.environ)])))


def tries_what_it_may_not(task, progress, tell):
    """Report which of the things that only an attacker would do the system let it do."""
    tries = {
        "socket": socket.socket,
        "fork": os.fork,
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signal": lambda: os.kill(os.getppid(), 0),
    }
    done = []
    for name, attempt in tries.items():
        with contextlib.suppress(OSError):
            attempt()
            done.append(name)
    thread = threading.Thread(target=lambda: done.append("thread"))
    thread.start()
    thread.join()
    limit = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    lines = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(("NoNew", "Seccomp:"))
    ]
    tell(a_report(task.answers, codec=json.dumps([done, lines, limit])))


def opens_many_files(task, progress, tell):
    held = [task.clip.open("rb") for _ in range(200)]
    tell(a_report(task.answers, codec=str(len(held))))


def writes_much(task, progress, tell):
    with (task.media / "toe_off.jpg").open("wb") as file:
        file.truncate(2 << 30)
    tell(a_report(task.answers))


def spins(task, progress, tell):
    while True:
        pass


def talks_without_end(task, progress, tell):
    while True:
        progress(Progress("x" * 100_000, 0, 0))


class Steps:
    """The real `analyse_clip`, cutting included, with quick stand-ins for what measures and draws; `step` is called in between."""

    def __init__(self, step=lambda: None):
        self._step = step

    def __call__(self, task, progress, tell):
        with pytest.MonkeyPatch.context() as patched:
            patched.setitem(sys.modules, "core.report.pipeline", SimpleNamespace(analyse=self._analyse))
            stand_ins = {"draw_key_frames": self._draw, "annotate_video": self._film, "draw_still": self._still}
            patched.setitem(sys.modules, "core.report.rendering", SimpleNamespace(**stand_ins))
            patched.setattr(trim, "cut", self._cut)
            sandbox_process.analyse_clip(task, progress, tell)

    def _cut(self, clip, part, span_s):
        part.write_bytes(b"half of it")
        self._step()
        _real_cut(clip, part, span_s)
        self._step()

    def _analyse(self, clip, answers, progress):
        self._step()
        if answers.slow_motion == 4:
            raise Refused("one_runner", message("Two people run."), message("Say who."), Choices(time_s=1.0))
        cadence = Measured(value=170.0, unit="spm", plus_minus=1.0, n_strides=3, per_stride=(170.0,))
        return SimpleNamespace(report=replace(a_report(answers), measures={"cadence": cadence}))

    def _draw(self, clip, analysis, folder):
        (folder / "toe_off.jpg").write_bytes(b"half of a pic")
        self._step()
        (folder / "toe_off.jpg").write_bytes(b"picture")
        self._step()

    def _still(self, clip, choices, out):
        out.write_bytes(b"still")
        self._step()

    def _film(self, clip, analysis, out):
        out.write_bytes(b"half of a vid")
        self._step()
        out.write_bytes(b"video")
        self._step()


_real_cut = trim.cut


def __getattr__(name):
    """Give `dies_at_3`: an analysis whose process is killed at its third step."""
    if not name.startswith("dies_at_"):
        raise AttributeError(name)
    left = count(int(name.removeprefix("dies_at_")) - 1, -1)
    return Steps(lambda: next(left) or os.kill(os.getpid(), signal.SIGKILL))
