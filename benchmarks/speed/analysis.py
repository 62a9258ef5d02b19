"""How fast an analysis is, against a bare loop that decodes the clip and calls the same pose model once a picture.

    uv run python -m benchmarks speed [--runs 5] [--keep FOLDER] [--published BUNDLE] [CLIP ...]

A run without clips of one's own writes `benchmarks/results/speed.json`. Machines are noisy: what counts are ratios to the floor
of the same run, and medians. On a machine that others keep busy, two threads are given more than one, so that only the
processor's time says much. `tools/build_pose_model.py --whole` makes the pose model as it was published.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import children, memory_mb, processor_s
from benchmarks.score import Row, Table, target, text
from benchmarks.serving import free_port, serving
from benchmarks.speed.clips import HD60, HD240, LONG, PHONE30, PHONE60, SHORT, UHD60, make_clip
from benchmarks.speed.floor import BareLoop
from benchmarks.speed.page_script import results_page
from core.errors import Refused
from core.jobs.sandbox_process import keep_spares, run_in_child
from core.model.media import VIDEO
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.paths import ROOT
from core.settings import Settings
from core.storage.task import Task

RESULTS = ROOT / "benchmarks" / "results" / "speed.json"
LOOK_EVERY_S = 0.05
SPARE_WITHIN_S = 20.0
ANSWERS = Answers(effort="easy")
SETTINGS = Settings(time_limit_s=3600.0)


@dataclass(kw_only=True)
class Run:
    """What one analysis took: seconds to the report and until its video was made, megabytes, and each stage's begin.

    `processor_s` is the processor's time up to the report.
    """

    report_s: float = 0.0
    processor_s: float = 0.0
    video_s: float = 0.0
    peak_mb: float = 0.0
    began_s: dict[str, float] = field(default_factory=dict)

    @property
    def rest_s(self) -> float:
        """Seconds of everything but decoding and the pose model: legs, events, measures, findings, key frames."""
        return self.report_s - self.began_s["measuring"]


def analysis(clip: Path, *, keep_video: bool = False) -> Run:
    """Analyse a clip as the worker does, in a child that was kept ready.

    Raises
    ------
    Refused
        If the clip cannot be measured, or a question about it is open.
    """
    run, ended = Run(), threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_EVERY_S):
            run.peak_mb = max([run.peak_mb, *(memory_mb(pid) for pid in children(os.getpid()))])

    with tempfile.TemporaryDirectory() as folder:
        mine, media = Path(folder) / "clip", Path(folder) / "media"
        shutil.copy(clip, mine)
        media.mkdir()
        task = Task(key="speed", clip=mine, media=media, work=media, answers=ANSWERS, keep_video=keep_video)
        watcher = threading.Thread(target=watch)
        before = {pid: processor_s(pid) for pid in children(os.getpid())}
        began_s = time.perf_counter()
        watcher.start()

        def progress(now: Progress) -> bool:
            run.began_s.setdefault(now.stage, time.perf_counter() - began_s)
            return True

        def reported(_: Report) -> None:
            run.report_s = time.perf_counter() - began_s
            run.processor_s = max((processor_s(pid) - had_s for pid, had_s in before.items()), default=0.0)

        try:
            run_in_child(task, SETTINGS, progress, reported)
        finally:
            run.video_s = time.perf_counter() - began_s
            ended.set()
            watcher.join()
        assert not keep_video or (media / VIDEO).exists(), "the video was asked for"
    time.sleep(SPARE_WITHIN_S / 4)  # for the next child to be ready, as it is between two clips of a runner
    return run


def _medians(runs: int, *measured: Callable[[], float]) -> list[float]:
    """Return each measure's median; taken in turn, so that a slow minute hits all alike."""
    taken = [[measure() for measure in measured] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def of_clip(name: str, clip: Path, runs: int, published: Path | None = None) -> tuple[Row, dict[str, float]]:
    """Return a clip's row, and its medians; each run takes floor, plain script and ours in turn."""
    floors, plains, analyses = [], [], []
    with contextlib.closing(BareLoop()) as loop:
        for _ in range(runs):
            analyses.append(analysis(clip))
            floors.append(loop.floor(clip))
            plains.append(loop.plain_script(clip, published))
    floor_s, plain_s = (statistics.median(took.wall_s for took in all_took) for all_took in (floors, plains))
    report_s = statistics.median(run.report_s for run in analyses)
    work = statistics.median(run.processor_s / took.processor_s for run, took in zip(analyses, floors, strict=True))
    rest = statistics.median(run.rest_s / run.report_s for run in analyses)
    first_look = statistics.median(run.began_s["reading"] / run.report_s for run in analyses)
    peak_mb = max(run.peak_mb for run in analyses)
    row: Row = {
        "clip": name,
        "floor s": round(floor_s, 1),
        "plain script s": round(plain_s, 1),
        "ours s": round(report_s, 1),
        "ours / floor": round(report_s / floor_s, 2),
        "ours / plain": round(report_s / plain_s, 2),
        "processor, ours / floor": round(work, 2),
        "first progress after %": round(100 * first_look, 1),
        "all but decode and pose %": round(100 * rest, 1),
        "peak MB": round(peak_mb),
    }
    return row, {"floor_s": floor_s, "report_s": report_s, "rest": rest, "peak_mb": peak_mb}


def throughput(clip: Path, clips: int = 4) -> float:
    """Return how many floors' worth two analyses at a time do in a floor's time."""
    keep_spares(2, SETTINGS)
    loop = BareLoop()
    floor_s = loop.floor(clip).wall_s
    waiting = iter([clip] * clips)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                mine = next(waiting, None)
            if mine is None:
                return
            analysis(mine)

    workers = [threading.Thread(target=work) for _ in range(2)]
    began_s = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took_s = time.perf_counter() - began_s - clips / 2 * SPARE_WITHIN_S / 4
    floor_s = (floor_s + loop.floor(clip).wall_s) / 2  # before and after: the machine may be busier by then
    loop.close()
    return clips * floor_s / took_s


def start_s(app: Path | None = None) -> float:
    """Return the seconds from the command to the first page answered, of ours or of another app."""
    with tempfile.TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        if app is None:
            with serving(Path(folder) / "data") as (port, _):
                return _first_page(port, began_s)
        port = free_port()
        options = (f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true")
        command = [sys.executable, "-m", "streamlit", "run", str(app), *options, "--server.fileWatcherType=none"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return _first_page(port, began_s)
        finally:
            server.terminate()
            server.wait(30)


def _first_page(port: int, began_s: float) -> float:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return time.perf_counter() - began_s
        except OSError:
            time.sleep(0.02)


def tables(folder: Path, runs: int, published: Path | None) -> Iterator[Table]:
    """Yield the tables for drawn clips; the last one holds the targets."""
    rows, found = [], {}
    for kind in (PHONE30, PHONE60, HD60, UHD60, HD240):
        row, found[kind.name] = of_clip(kind.name, make_clip(folder, kind), runs, published)
        rows.append(row)
    yield Table(
        title="Speed",
        note=_note(runs),
        rows=tuple(rows),
    )
    yield machine(make_clip(folder, PHONE30), runs)
    yield Table(title="Targets", rows=tuple(_targets(folder, runs, found)))


def machine(clip: Path, runs: int) -> Table:
    """Return what the machine gives to two landmarkers at once: the most that two threads can bring an analysis."""
    with contextlib.closing(BareLoop()) as loop:
        found = [loop.company(clip) for _ in range(runs)]
    row: Row = {
        "a call alone, ms": round(statistics.median(one.alone_ms for one in found), 1),
        "in company, ms": round(statistics.median(one.together_ms for one in found), 1),
        "two at once / one after the other": round(statistics.median(one.gives for one in found), 2),
    }
    return Table(title="What the machine gives to two landmarkers", note=f"medians of {runs} runs", rows=(row,))


def _note(runs: int) -> str:
    """Return what the floor is, and how busy others kept the machine: a busy one gives more to who has more threads."""
    floor = "floor: one thread decodes and poses every picture, as small as ours sees it"
    return f"medians of {runs} runs, {os.getloadavg()[2]:.1f} threads at work in the last 15 minutes; {floor}"


def _targets(folder: Path, runs: int, found: dict[str, dict[str, float]]) -> list[Row]:
    hd, uhd, fast = (found[kind.name] for kind in (HD60, UHD60, HD240))
    phones = [(kind, found[kind.name]) for kind in (PHONE30, PHONE60)]
    clip = make_clip(folder, HD60)
    with_video = analysis(clip, keep_video=True)
    short_mb, long_mb = (analysis(make_clip(folder, kind)).peak_mb for kind in (SHORT, LONG))
    empty = folder / "empty.py"
    empty.write_text('import streamlit as st\n\nst.write("empty")\n')
    ours_s, empty_s = _medians(runs, start_s, lambda: start_s(empty))
    page = results_page(folder)
    what = "two cores"
    return [
        *(
            target(what, f"{kind.name}: report / floor", took["report_s"] / took["floor_s"], 0.9)
            for kind, took in phones
        ),
        target(what, "1080p60: report / floor", hd["report_s"] / hd["floor_s"], 0.65),
        target(what, "4K60 HEVC: report / its floor", uhd["report_s"] / uhd["floor_s"], 0.65),
        target(what, "4K60 HEVC: report / 1080p60's", uhd["report_s"] / hd["report_s"], 1.6),
        target(what, "240 frames/s: report / 60 frames/s's", fast["report_s"] / hd["report_s"], 1.3),
        target(what, "all but decode and pose, share of the whole %", 100 * hd["rest"], 8.0),
        target(what, "video after the report / floor", (with_video.video_s - with_video.report_s) / hd["floor_s"], 0.5),
        target(what, "peak memory of the child, MB", max(long_mb, *(one["peak_mb"] for one in found.values())), 450.0),
        target(what, "memory of 60 s more than of 5 s, %", 100 * (long_mb / short_mb - 1), 10.0),
        target(what, "start / an empty app's", ours_s / empty_s, 1.3),
        target(what, f"script of the results page, own code of {1000 * page.whole_s:.0f} ms", 1000 * page.own_s, 60.0),
        target(what, "two at a time: floors done in a floor's time", throughput(clip), math.inf, least=1.9),
    ]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure the speed against a bare loop.")
    parser.add_argument("clips", nargs="*", type=Path, help="clips of one's own, instead of the drawn ones")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="draw into it, and find the clips there the next time"
    )
    parser.add_argument("--published", type=Path, metavar="BUNDLE", help="the plain script's pose model")
    asked = parser.parse_args()
    keep_spares(1, SETTINGS)
    time.sleep(SPARE_WITHIN_S / 2)
    with tempfile.TemporaryDirectory() as folder:
        if asked.clips:
            _own(asked.clips, asked.runs, asked.published)
        else:
            _all(asked.keep or Path(folder), asked.runs, asked.published)
    sys.stdout.flush()
    os._exit(0)  # the spare child goes with this process


def _own(clips: list[Path], runs: int, published: Path | None) -> None:
    """Print the tables for clips of one's own, and the reason for each that is refused or asked about."""
    rows = []
    for clip in clips:
        try:
            rows.append(of_clip(clip.name, clip, runs, published)[0])
        except Refused as refused:
            print(f"{clip.name}: {refused.key}: {refused.what} {refused.advice}")
    if rows:
        print(text(Table(title="Speed", note=_note(runs), rows=tuple(rows))))
        print(f"\n{text(machine(clips[0], runs))}")


def _all(folder: Path, runs: int, published: Path | None) -> None:
    """Print the tables for drawn clips, and write them down."""
    folder.mkdir(exist_ok=True)
    kept = []
    for table in tables(folder, runs, published):
        print(f"\n{text(table)}", flush=True)
        kept.append({"title": table.title, "note": table.note, "rows": list(table.rows)})
    model = "as published" if published else "ours"
    made = {"cores": os.cpu_count(), "runs": runs, "plain script's pose model": model, "tables": kept}
    RESULTS.write_text(json.dumps(made, indent=1) + "\n")
    print(f"wrote {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
