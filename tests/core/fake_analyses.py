"""Analyses that a child process runs in place of the real one: quick, slow, greedy, broken."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import time
from pathlib import Path

from core.errors import Choices, Refused, SetUpError
from core.model import Answers, Measure, Report
from core.progress import Progress
from core.track import ClipInfo, GaitEvents

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
            "trunk_lean": Measure(value=7.25, unit="deg", plus_minus=1.5, n_strides=3, per_stride=(7, 7.25, 7.5))
        },
        findings=(),
        key_frames=(),
        knowledge_version="0",
        made_on="2026-01-01",
    )


def works(task, progress, tell):
    print("a library prints this")  # noqa: T201
    progress(Progress("reading", 1, 2))
    (task.media / "toe_off.jpg").write_bytes(b"picture")
    tell(a_report(task.answers, codec=task.clip.read_text()))


def refuses(task, progress, tell):
    (task.media / "toe_off.jpg").write_bytes(b"picture")
    raise Refused("side_on", "The camera saw the runner from the front.", "Film from the side.")


def asks(task, progress, tell):
    """Ask how slow the clip plays, unless the runner has said."""
    if task.answers.slow_motion == 1:
        raise Refused("true_speed", "Was it filmed in slow motion?", "Say so.", Choices(slow_motion=(4.0, 2.0)))
    tell(a_report(task.answers, codec=task.clip.read_text()))


def has_a_bug(task, progress, tell):
    raise ZeroDivisionError("a bug of ours")


def lacks_its_model(task, progress, tell):
    raise SetUpError("The pose model is missing.", "Build it again.")


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
    with Path(os.environ["LEDGER"]).open("a") as ledger:
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
    settings = [name for name in os.environ if name.startswith("STRIDE_") and name != "STRIDE_POSE_MODEL"]
    tell(a_report(task.answers, codec=" ".join(told + settings)))


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
