"""How fast an analysis is, against a bare loop that decodes the clip and calls the same pose model once a picture.

Run it with `uv run python -m benchmarks.speed [--runs 5] [CLIP ...]`; a run without clips of one's own writes
`benchmarks/results/speed.json`. Machines are noisy: what counts are ratios to the floor of the same run, and medians.
"""

from __future__ import annotations

import argparse
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
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
from streamlit.testing.v1 import AppTest

from benchmarks.processes import children, memory_mb
from benchmarks.score import Row, Table, target, text
from benchmarks.serving import free_port, serving
from core.child import ROOT, Limits, keep_spares, run_in_child
from core.clip import LINES
from core.model import Answers, Report
from core.pose import model_path
from core.store import Store
from core.task import VIDEO, Task, key_of
from tools.drawn_runner import Motion, Scene, Stride, frames

RESULTS = Path(__file__).parent / "results" / "speed.json"
STRIDE = Stride(speed_mps=3.0, cadence_spm=120 / 0.7)
"""A stride of 0.7 s is a whole number of pictures at 60 and 240 a second, so that one stride, repeated, makes a clip."""

LOOK_EVERY_S = 0.05
SPARE_WITHIN_S = 20.0
ANSWERS = Answers(effort="easy")


@dataclass(frozen=True, kw_only=True)
class Format:
    """A clip as a phone saves it."""

    name: str
    lines: int
    fps_hz: int
    codec: str
    pix_fmt: str = "yuv420p"
    seconds: float = 10.0


HD60 = Format(name="1080p, 60 frames/s, H.264", lines=1080, fps_hz=60, codec="libx264")
UHD60 = Format(name="4K, 60 frames/s, HEVC 10 bit", lines=2160, fps_hz=60, codec="libx265", pix_fmt="yuv420p10le")
HD240 = Format(name="1080p, 240 frames/s, H.264", lines=1080, fps_hz=240, codec="libx264")
SHORT = Format(name="1080p, 60 frames/s, 5 s", lines=1080, fps_hz=60, codec="libx264", seconds=5.0)
LONG = Format(name="1080p, 60 frames/s, 60 s", lines=1080, fps_hz=60, codec="libx264", seconds=60.0)


@dataclass(kw_only=True)
class Run:
    """What one analysis took: seconds to the report and until its video was made, megabytes, and each stage's begin."""

    report_s: float = 0.0
    video_s: float = 0.0
    peak_mb: float = 0.0
    began_s: dict[str, float] = field(default_factory=dict)

    @property
    def rest_s(self) -> float:
        """Seconds of everything but decoding and the pose model: legs, events, measures, findings, key frames."""
        return self.report_s - self.began_s["measuring"]


def make_clip(folder: Path, kind: Format) -> Path:
    """Write a drawn runner as a clip of that kind."""
    path = folder / f"{kind.lines}_{kind.fps_hz}_{kind.seconds:.0f}.mp4"
    scene = Scene(stride=STRIDE, size_wh_px=(720, 1280), fps_hz=float(kind.fps_hz), duration_s=STRIDE.stride_s)
    pictures = list(frames(scene, Motion(STRIDE)))
    size = kind.lines, kind.lines * 16 // 9
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(kind.codec, rate=kind.fps_hz)
        stream.width, stream.height = size
        stream.pix_fmt = kind.pix_fmt
        stream.time_base = Fraction(1, 90_000)
        stream.options = {"preset": "ultrafast", "crf": "23"} | (
            {"x265-params": "log-level=none"} * ("265" in kind.codec)
        )
        for index, rgb in enumerate(islice(cycle(pictures), round(kind.seconds * kind.fps_hz))):
            shown = av.VideoFrame.from_ndarray(rgb, format="bgr24").reformat(*size, kind.pix_fmt)
            shown.pts, shown.time_base = index * 90_000 // kind.fps_hz, Fraction(1, 90_000)
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return path


def bare_loop(clip: Path, *, scaled: bool = True) -> float:
    """Return the seconds of decoding a clip and posing each picture in one thread, as small as ours sees it or in full."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path())), running_mode=vision.RunningMode.VIDEO
    )
    began_s = time.perf_counter()
    with vision.PoseLandmarker.create_from_options(options) as landmarker, av.open(str(clip)) as container:
        container.streams.video[0].thread_count = 1
        for index, shown in enumerate(container.decode(video=0)):
            scale = min(1.0, LINES / min(shown.width, shown.height)) if scaled else 1.0
            small = shown.reformat(round(shown.width * scale), round(shown.height * scale), "rgb24")
            rgb = small.to_ndarray()
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            landmarker.detect_for_video(image, 1000 * index // 60)
    return time.perf_counter() - began_s


def analysis(clip: Path, *, keep_video: bool = False) -> Run:
    """Analyse a clip as the worker does, in a child that was kept ready."""
    run, ended = Run(), threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_EVERY_S):
            run.peak_mb = max([run.peak_mb, *(memory_mb(pid) for pid in children(os.getpid()))])

    with tempfile.TemporaryDirectory() as folder:
        mine, media = Path(folder) / "clip", Path(folder) / "media"
        shutil.copy(clip, mine)
        media.mkdir()
        task = Task(key="speed", clip=mine, media=media, answers=ANSWERS, keep_video=keep_video)
        watcher = threading.Thread(target=watch)
        began_s = time.perf_counter()
        watcher.start()

        def progress(stage: str, _done: int, _total: int) -> bool:
            run.began_s.setdefault(stage, time.perf_counter() - began_s)
            return True

        def reported(_: Report) -> None:
            run.report_s = time.perf_counter() - began_s

        run_in_child(task, Limits(wall_s=3600.0), progress, reported)
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


def of_clip(name: str, clip: Path, runs: int) -> tuple[Row, dict[str, float]]:
    """Return a clip's row, and its medians."""
    analyses: list[Run] = []

    def ours() -> float:
        analyses.append(analysis(clip))
        return analyses[-1].report_s

    floor_s, plain_s, report_s = _medians(runs, lambda: bare_loop(clip), lambda: bare_loop(clip, scaled=False), ours)
    rest = statistics.median(run.rest_s / run.report_s for run in analyses)
    first_look = statistics.median(run.began_s["reading"] / run.report_s for run in analyses)
    peak_mb = max(run.peak_mb for run in analyses)
    row: Row = {
        "clip": name,
        "floor s": round(floor_s, 1),
        "plain script s": round(plain_s, 1),
        "ours s": round(report_s, 1),
        "ours / floor": round(report_s / floor_s, 2),
        "first look %": round(100 * first_look, 1),
        "all but decode and pose %": round(100 * rest, 1),
        "peak MB": round(peak_mb),
    }
    return row, {"floor_s": floor_s, "report_s": report_s, "rest": rest, "peak_mb": peak_mb}


def throughput(clip: Path, floor_s: float, clips: int = 4) -> float:
    """Return how many floors' worth two analyses at a time do in a floor's time."""
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
    pauses_s = clips / 2 * SPARE_WITHIN_S / 4
    return clips * floor_s / (time.perf_counter() - began_s - pauses_s)


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


def page_script_s(folder: Path, times: int = 20) -> float:
    """Return the median seconds of the results page's script on a stored report, Streamlit's own work in it included."""
    os.environ["STRIDE_DATA"] = str(folder / "data")
    with Store.open() as store:
        token = store.add(ANSWERS)
        task = store.claim(key_of(token))
        assert task is not None, "a job that nobody else knows waits"
        store.finish(task.key, Report.from_json((ROOT / "assets" / "demo_report.json").read_text()))
    page = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60).run()
    page.switch_page("pages/results.py")
    page.query_params["job"] = token
    page.run()
    taken_s = []
    for _ in range(times):
        began_s = time.perf_counter()
        page.run()
        taken_s.append(time.perf_counter() - began_s)
    return statistics.median(taken_s)


def tables(folder: Path, runs: int) -> Iterator[Table]:
    """Yield the tables for drawn clips; the last one holds the targets."""
    rows, found = [], {}
    for kind in (HD60, UHD60, HD240):
        row, found[kind.name] = of_clip(kind.name, make_clip(folder, kind), runs)
        rows.append(row)
    yield Table(
        title="Speed",
        note=f"medians of {runs} runs; floor: one thread decodes and poses every picture",
        rows=tuple(rows),
    )
    hd, uhd, fast = (found[kind.name] for kind in (HD60, UHD60, HD240))
    clip = make_clip(folder, HD60)
    with_video = analysis(clip, keep_video=True)
    short_mb, long_mb = (analysis(make_clip(folder, kind)).peak_mb for kind in (SHORT, LONG))
    empty = folder / "empty.py"
    empty.write_text('import streamlit as st\n\nst.write("empty")\n')
    ours_s, empty_s = _medians(runs, start_s, lambda: start_s(empty))
    what = "two cores"
    rows = [
        target(what, "1080p60: report / floor", hd["report_s"] / hd["floor_s"], 0.65),
        target(what, "4K60 HEVC: report / its floor", uhd["report_s"] / uhd["floor_s"], 0.65),
        target(what, "4K60 HEVC: report / 1080p60's", uhd["report_s"] / hd["report_s"], 1.6),
        target(what, "240 frames/s: report / 60 frames/s's", fast["report_s"] / hd["report_s"], 1.3),
        target(what, "all but decode and pose, share of the whole %", 100 * hd["rest"], 8.0),
        target(what, "video after the report / floor", (with_video.video_s - with_video.report_s) / hd["floor_s"], 0.5),
        target(what, "peak memory of the child, MB", max(hd["peak_mb"], long_mb), 450.0),
        target(what, "memory of 60 s more than of 5 s, %", 100 * (long_mb / short_mb - 1), 10.0),
        target(what, "start / an empty app's", ours_s / empty_s, 1.3),
        target(what, "script of the results page, ms", 1000 * page_script_s(folder), 60.0),
        target(
            what, "two at a time: floors done in a floor's time", throughput(clip, hd["floor_s"]), math.inf, least=1.9
        ),
    ]
    yield Table(title="Targets", rows=tuple(rows))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure the speed against a bare loop.")
    parser.add_argument("clips", nargs="*", type=Path, help="clips of one's own, instead of the drawn ones")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    keep_spares(1)
    time.sleep(SPARE_WITHIN_S / 2)
    if asked.clips:
        rows = [of_clip(clip.name, clip, asked.runs)[0] for clip in asked.clips]
        print(text(Table(title="Speed", rows=tuple(rows))))
        return
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for table in tables(Path(folder), asked.runs):
            print(f"\n{text(table)}", flush=True)
            kept.append({"title": table.title, "note": table.note, "rows": list(table.rows)})
    RESULTS.write_text(json.dumps({"cores": os.cpu_count(), "runs": asked.runs, "tables": kept}, indent=1) + "\n")
    print(f"wrote {RESULTS.relative_to(ROOT)}")
    os._exit(0)  # the spare child goes with this process


if __name__ == "__main__":
    main()
