"""What a second worker on the same cores brings, and how long a clip keeps a worker busy.

uv run python -m benchmarks scaling          # three clips for each number of workers
uv run python -m benchmarks scaling --full   # six; the summary is kept in benchmarks/results/scaling.json
"""

from __future__ import annotations

import io
import itertools
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.speed.clips import HD60, HD240, SHORT, make_clip
from benchmarks.whole import from_command_line
from core.jobs.sandbox_process import ANALYSIS
from core.jobs.submission import submit
from core.jobs.worker import end_worker, start_worker
from core.model.media import VIDEO
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from core.storage.tables import JobRow

RESULTS = ROOT / "benchmarks" / "results" / "scaling.json"
WORKERS = (1, 2)

MIX = (HD60, HD240, HD60, SHORT, HD60, SHORT)
"""What a crowd is taken to send; every second runner asks for the video."""

FULL, SAMPLE = (6, 1), (3, 1)  # clips, rounds
ENDS_WITHIN_S = 1800.0


@dataclass(kw_only=True)
class Seen:
    """What a number of workers did: clips, and the seconds from the start of the first one to the end of the last one."""

    clips: int = 0
    took_s: float = 0.0
    processor_s: list[float] = field(default_factory=list)
    """Of one core, for each clip, in the mean of those of a round."""
    kept_busy_s: list[float] = field(default_factory=list)
    """Of one worker alone: the seconds from the start of each clip to that of the next."""
    report_bytes: list[int] = field(default_factory=list)
    picture_bytes: list[int] = field(default_factory=list)
    video_bytes: list[int] = field(default_factory=list)


def _wait(store: Store, tokens: Sequence[str]) -> None:
    """Wait until all have a report and their clips are gone, which is when their workers are free.

    Raises
    ------
    RuntimeError
        Where a clip was refused, or it takes too long.
    """
    deadline_s = time.monotonic() + ENDS_WITHIN_S
    while any(store.job(token).state != "done" for token in tokens) or any(store.clips.iterdir()):
        if time.monotonic() > deadline_s or any(store.job(token).state == "refused" for token in tokens):
            raise RuntimeError("not every clip got its report")
        time.sleep(0.2)


def _of_children_s() -> float:
    """Return the processor time of all children, and theirs, that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measure(clips: Sequence[bytes], workers: int, seen: Seen, analysis: str = ANALYSIS) -> None:
    """Let a number of workers, each warmed up with a clip, analyse all clips, and note what was seen."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Settings(data=Path(folder) / "data")) as store:
        spent_s = _of_children_s()
        running = [start_worker(store, analysis) for _ in range(workers)]
        try:
            _wait(store, [submit(io.BytesIO(clips[0]), Answers(), store) for _ in running])
            began_s = time.time()
            tokens = [
                submit(io.BytesIO(clip), Answers(), store, keep_video=number % 2 == 0)
                for number, clip in enumerate(clips)
            ]
            _wait(store, tokens)
            ended_s = time.time()
        finally:
            for worker in running:
                end_worker(worker)
        seen.processor_s.append((_of_children_s() - spent_s) / (len(clips) + workers))
        with store.engine.connect() as connection:
            mine = JobRow.created_s >= began_s
            begun_s = connection.scalars(select(JobRow.started_s).where(mine).order_by(JobRow.started_s))
            starts_s = [start_s for start_s in begun_s if start_s is not None]
            seen.report_bytes += connection.scalars(select(func.length(JobRow.report)).where(mine))
        seen.clips += len(clips)
        seen.took_s += ended_s - began_s
        if workers == 1:
            seen.kept_busy_s += [round(after - before, 2) for before, after in itertools.pairwise([*starts_s, ended_s])]
        for pictures in (store.folder / "media").iterdir():
            drawn = {path.name: path.stat().st_size for path in pictures.iterdir()}
            if VIDEO in drawn:
                seen.video_bytes.append(drawn.pop(VIDEO))
            seen.picture_bytes.append(sum(drawn.values()))


def run(clips: int, rounds: int) -> dict[str, Any]:
    """Measure each number of workers in turn, for a number of rounds, and return what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        made = {kind: make_clip(Path(folder), kind).read_bytes() for kind in dict.fromkeys(MIX[:clips])}
    sent = [made[kind] for kind in MIX[:clips]]
    others = os.getloadavg()[0]
    seen = {workers: Seen() for workers in WORKERS}
    for _ in range(rounds):
        for workers in WORKERS:
            measure(sent, workers, seen[workers])
    return summary(seen) | {"load_of_others_at_the_start": round(others, 1)}


def summary(seen: dict[int, Seen]) -> dict[str, Any]:
    """Return the table, what each worker more brings, and what a report takes up."""
    per_hour = {workers: 3600 * found.clips / found.took_s for workers, found in seen.items()}
    all_seen = list(seen.values())

    def mean_bytes(name: str) -> int:
        sizes: list[int] = [size for found in all_seen for size in getattr(found, name)]
        return round(statistics.mean(sizes))

    return {
        "cores": os.cpu_count(),
        "clips_of_each": all_seen[0].clips,
        "clips_per_hour": {str(workers): round(found) for workers, found in per_hour.items()},
        "over_one_worker": {str(workers): round(found / per_hour[1], 2) for workers, found in per_hour.items()},
        "processor_s": {str(workers): round(statistics.mean(found.processor_s), 1) for workers, found in seen.items()},
        "kept_busy_s": seen[1].kept_busy_s,
        "report_bytes": mean_bytes("report_bytes"),
        "picture_bytes": mean_bytes("picture_bytes"),
        "video_bytes": mean_bytes("video_bytes"),
    }


if __name__ == "__main__":
    from_command_line(__doc__, lambda full: run(*(FULL if full else SAMPLE)), "six clips for each", RESULTS)
