"""Kill the server, its worker or an analysis at random moments: every job must end, and nothing may be left or lost.

uv run python -m benchmarks chaos          # four kills
uv run python -m benchmarks chaos --full   # fifty; the summary is kept in benchmarks/results/chaos.json
"""

from __future__ import annotations

import io
import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.processes import children, runs, workers
from benchmarks.serving import free_port, start
from benchmarks.soak.fuzz import outcome
from benchmarks.soak.hostile import good_clip
from benchmarks.whole import from_command_line
from core.jobs.submission import submit
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store

RESULTS = ROOT / "benchmarks" / "results" / "chaos.json"
FULL, SAMPLE = 50, 3
VICTIMS = ("child", "worker", "server")
LONGEST_WAIT_S = 4.0
ENDS_WITHIN_S = 600.0


def _find(victim: str, server: int) -> int | None:
    """Return the process to kill; None where there is none at the moment."""
    if victim == "server":
        return server
    at_work = workers(server)
    if victim == "worker":
        return at_work[0] if at_work else None
    analyses = [child for worker in at_work for child in children(worker)]
    return analyses[0] if analyses else None


def _kill(victim: str, server: int) -> bool:
    """Kill it, waiting a little for it to be there; False where it never was."""
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        pid = _find(victim, server)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            return True
        time.sleep(0.02)
    return False


def _intact(path: Path) -> bool:
    with sqlite3.connect(path) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return bool(said == "ok")


def _all_end(store: Store, tokens: list[str]) -> None:
    deadline_s = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < deadline_s:
        # A report is there a moment before its clip is gone.
        if all(store.job(token).state in ("done", "refused") for token in tokens) and not any(store.clips.iterdir()):
            return
        time.sleep(0.2)


def run(kills: int, seed: int = 1) -> dict[str, object]:
    """Hand in one clip for each kill, kill that number of times, let everything end, and return what was found."""
    dice, clip, began_s = random.Random(seed), good_clip(), time.monotonic()
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    dice.shuffle(victims)
    tokens: list[str] = []
    killed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port()
        server: subprocess.Popen[bytes] = start(data, port)
        with Store.open(Settings(data=data)) as store:
            try:
                for number, victim in enumerate(victims):
                    tokens.append(submit(io.BytesIO(clip), Answers(), store, visitor=str(number)))
                    time.sleep(dice.uniform(0, LONGEST_WAIT_S))
                    killed[victim] += _kill(victim, server.pid)
                    if victim == "server":
                        server.wait()
                        server = start(data, port)
                _all_end(store, tokens)
                ends = Counter(outcome(store.job(token)) for token in tokens)
                clips = len(list(store.clips.iterdir()))
                refused = sum(store.job(token).report is None for token in tokens)
                pictures = len(list((data / "media").iterdir())) - (len(tokens) - refused)
                helpers = [pid for worker in children(server.pid) for pid in (worker, *children(worker))]
            finally:
                server.terminate()
                server.wait(30)
            outlived = [pid for pid in helpers if runs(pid)]
        intact = {name: _intact(data / name) for name in ("store.sqlite",)}
    return {
        "killed": dict(sorted(killed.items())),
        "jobs": len(tokens),
        "ends": dict(sorted(ends.items())),
        "clips_left": clips,
        "picture_folders_left": pictures,
        "processes_left": len(outlived),
        "databases_intact": intact,
        "took_s": round(time.monotonic() - began_s),
    }


if __name__ == "__main__":
    from_command_line(__doc__, lambda full: run(FULL if full else SAMPLE), "fifty kills", RESULTS)
