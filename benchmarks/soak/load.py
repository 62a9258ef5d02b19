"""Thirty clips at once: fair places, quick pages, bounded memory, and an end for each.

uv run python -m benchmarks load          # six clips
uv run python -m benchmarks load --full   # thirty; the summary is kept in benchmarks/results/load.json
"""

from __future__ import annotations

import io
import itertools
import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.processes import children, memory_mb, workers
from benchmarks.serving import serving
from benchmarks.soak.hostile import good_clip
from benchmarks.whole import from_command_line
from core.jobs.submission import QueueFull, submit
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store

RESULTS = ROOT / "benchmarks" / "results" / "load.json"
FULL, SAMPLE = 30, 6
OF_ONE = 5
"""Clips of the one visitor who sends more than one; they come first."""
PAGES = 12
ENDS_WITHIN_S = 1200.0

_VISITORS = itertools.cycle(range(1, 250))  # each page is opened by another one: a single visitor has its share only


def open_page(port: int, page: str, query: str = "") -> float:
    """Open a page as a browser does that was never there before; return seconds until it stands.

    Raises
    ------
    RuntimeError
        Where its script ends with anything but success.
    """
    began_s = time.monotonic()
    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.query_string = query
    address, visitor = f"ws://127.0.0.1:{port}/_stcore/stream", {"X-Forwarded-For": f"10.0.0.{next(_VISITORS)}"}
    with connect(address, subprotocols=[Subprotocol("streamlit")], additional_headers=visitor) as socket:
        socket.send(ask.SerializeToString())
        while True:
            message = ForwardMsg.FromString(socket.recv(timeout=60))
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"the page {page!r} ended with {message.script_finished}")
                return time.monotonic() - began_s


def _pages_s(port: int, token: str, times: int) -> list[float]:
    return [open_page(port, *where) for _ in range(times) for where in (("", ""), ("check", f"job={token}"))]


def _memory_mb(server: int) -> float:
    at_work = workers(server)
    return sum(map(memory_mb, [server, *at_work, *(child for worker in at_work for child in children(worker))]))


def _is_full(store: Store, clip: bytes, most: int) -> str | None:
    """Return the answer to one more clip if the queue is full."""
    allowed, store.settings = store.settings, replace(store.settings, queue=most)
    try:
        submit(io.BytesIO(clip), Answers(), store, visitor="one more")
    except QueueFull as full:
        return str(full)
    finally:
        store.settings = allowed
    return None


def run(clips: int) -> dict[str, object]:
    """Hand in a number of clips at once and return what was seen until all had ended."""
    clip, busy_s, peak_mb = good_clip(), [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with Store.open(Settings(data=data)) as store, serving(data, STRIDE_PROXIES="1") as (port, server):
            demo = store.add(Answers())  # without a clip: it waits until the end
            idle_s = _pages_s(port, demo, PAGES)
            store.delete(demo)
            began_s = time.monotonic()
            visitors = ["one"] * OF_ONE + [f"visitor {number}" for number in range(clips - OF_ONE)]
            tokens = [submit(io.BytesIO(clip), Answers(), store, visitor=visitor) for visitor in visitors]
            handed_in_s = time.monotonic() - began_s
            places = [store.job(token).place_in_queue for token in tokens]
            told = _is_full(store, clip, sum(place > 0 for place in places) - 1)
            ended_s: dict[str, float] = {}
            while len(ended_s) < clips and time.monotonic() < began_s + ENDS_WITHIN_S:
                jobs = [store.job(token) for token in tokens]
                ended_s |= {
                    job.token: time.monotonic() - began_s
                    for job in jobs
                    if job.state in ("done", "refused") and job.token not in ended_s
                }
                waiting = [job.token for job in jobs if job.place_in_queue]
                if waiting:
                    busy_s += _pages_s(port, waiting[-1], 1)
                peak_mb = max(peak_mb, _memory_mb(server.pid))
                time.sleep(0.2)
            reports = sum(store.job(token).report is not None for token in tokens)
    order = sorted(tokens, key=lambda token: ended_s.get(token, float("inf")))
    idle_s, busy_s = sorted(idle_s), sorted(busy_s)
    return {
        "clips": clips,
        "handed_in_within_s": round(handed_in_s, 2),
        "reports": reports,
        "all_ended_within_s": round(max(ended_s.values(), default=float("nan"))),
        "places_told": sorted(place for place in places if place),
        "first_visitor_with_one_clip_ends_as_number": 1 + min(map(order.index, tokens[OF_ONE:])),
        "clips_of_the_visitor_with_five_end_as_numbers": sorted(1 + order.index(token) for token in tokens[:OF_ONE]),
        "one_more_than_the_queue_takes_is_told": told,
        "page_idle_median_s": round(statistics.median(idle_s), 3),
        "page_busy_median_s": round(statistics.median(busy_s), 3),
        "page_busy_slowest_of_20_s": round(busy_s[int(0.95 * len(busy_s))], 3),
        "page_busy_over_idle": round(statistics.median(busy_s) / statistics.median(idle_s), 2),
        "pages_opened_busy": len(busy_s),
        "peak_memory_of_server_worker_and_analysis_mb": round(peak_mb),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    from_command_line(__doc__, lambda full: run(FULL if full else SAMPLE), "thirty clips", RESULTS)
