"""Attacks by clips, and on what happens to a clip: what is left of it, what reads it, and what it costs."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np

from benchmarks.processes import children, environment, workers
from benchmarks.soak.attack.ground import SECRET, Ground, NotTried, Site
from benchmarks.soak.hostile import good_clip
from core.errors import NotFound
from core.jobs import uploads
from core.jobs.submission import submit
from core.model.media import VIDEO
from core.model.report import Answers
from core.storage import job_files
from core.storage.object_files import Objects
from core.storage.retention import purge
from core.storage.store import Store
from core.storage.task import key_of

ENDED = ("done", "refused")
ENDS_WITHIN_S = 25.0
_SPAN_S = (0.0, 3.9)


def until(condition: Callable[[], bool], within_s: float) -> bool:
    """Return whether the condition came true in time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if condition():
            return True
        time.sleep(0.005)
    return condition()


def videos(folder: Path) -> list[str]:
    """Return the files in a folder that hold a video, by their first bytes, without those made for owners who asked."""
    found = []
    for at, _, names in os.walk(folder):  # which goes on if a folder is removed meanwhile
        for path in (Path(at) / name for name in names if name != VIDEO):
            with contextlib.suppress(OSError):
                if path.is_file() and _is_video(_start(path)):
                    found.append(str(path.relative_to(folder)))
    return found


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def _is_video(start: bytes) -> bool:
    return start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip") or start[:4] in (
        b"\x1aE\xdf\xa3",
        b"RIFF",
    )


def _send(store: Store, clip: bytes, *, keep_video: bool = True) -> str:
    """Send a clip of which a part is to be measured, with its video, and return its token."""
    token = uploads.begin(len(clip), Answers(), store, span_s=_SPAN_S, keep_video=keep_video)
    store.clip(key_of(token)).write_bytes(clip)
    uploads.end(store, key_of(token))
    return token


def _begun(store: Store, token: str) -> bool:
    return store.job(token).state in ("running", *ENDED)


def _analyses(server: int) -> list[int]:
    return [child for worker in workers(server) for child in children(worker)]


def an_unblurred_clip(on: Ground) -> list[str]:
    """Look for a trimmed clip after its analysis: next to its pictures, in the storage, or if a process died."""
    site, clip, failed = on.site, good_clip(), []
    if not Path("/proc/self").exists():
        raise NotTried("finds processes in /proc")
    token = _send(site.store, clip)
    # The report stands, and the video is being drawn: its child dies.
    until(lambda: site.store.job(token).state in ENDED, ENDS_WITHIN_S)
    _kill(_analyses(site.pid))
    failed += _left(site, token, "a child was killed as it drew the video")
    dice = random.Random(1)
    for number in range(1 if on.quick else 12):
        token = _send(site.store, clip)
        until(partial(_begun, site.store, token), ENDS_WITHIN_S)
        time.sleep(dice.uniform(0, 3))
        at_work = workers(site.pid)
        _kill([*at_work, *_analyses(site.pid)] if number % 2 == 0 else _analyses(site.pid))
        failed += _left(site, token, "processes were killed at a random moment")
    done = _a_done_job(site)
    stray = site.data / "media" / key_of(done) / "part"
    stray.write_bytes(clip)
    purge(site.store)
    if stray.exists():
        failed.append("the purge leaves what is no picture of a job")
    site.store.delete(done)
    if not on.quick:
        failed += _in_objects(on, clip)
    return failed


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _left(site: Site, token: str, when: str) -> list[str]:
    """Let a job end, look for videos that nobody asked to keep, and delete the job."""
    ended = until(lambda: site.store.job(token).state in ENDED, 60)
    until(lambda: not videos(site.data), 8)
    left = videos(site.data)
    site.store.delete(token)
    for name in left:  # the next attack is to find its own
        (site.data / name).unlink(missing_ok=True)
    said = [] if ended else [f"{when}: the job did not end"]
    return said + [f"{when}: {len(left)} clips were left, such as {Path(left[0]).name!r}"] if left else said


def _a_done_job(site: Site) -> str:
    from benchmarks.soak.attack.keeping import done

    return done(site.store)


def _in_objects(on: Ground, clip: bytes) -> list[str]:
    """Look for clips in a storage of objects once a trimmed clip with a video has been analysed."""
    try:
        from moto.server import ThreadedMotoServer
    except ImportError as error:
        raise NotTried("the storage of objects is not installed") from error
    storage = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    storage.start()
    try:
        host, port = storage.get_host_and_port()
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        settings = keys | {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "STRIDE_MEDIA_URL": "s3://attacked/of/runners"}
        with environment(settings):
            data = on.folder / "objects" / "data"
            data.mkdir(parents=True)
            with on.serving(data, **settings) as site:
                token = _send(site.store, clip)
                until(lambda: site.store.job(token).state in ENDED and not job_files.still_drawn(site.store, token), 60)
                time.sleep(1)
                assert isinstance(site.store.files, Objects)
                objects = site.store.files._storage
                names = [name for name in objects.find("attacked") if _is_video(objects.cat_file(name)[:12])]
                left = [name for name in names if not name.endswith(VIDEO)]
            return [f"{len(left)} clips were left in the storage of objects"] if left else []
    finally:
        storage.stop()


def a_child_that_knows_too_much(on: Ground) -> list[str]:
    """Look at what the process that reads hostile files knows and may do: keys, network, rights, processes."""
    site = on.site
    if not Path("/proc/self/ns/net").exists():
        raise NotTried("looks at processes in /proc")
    token = submit(io.BytesIO(good_clip()), Answers(), site.store)
    seen: dict[str, bool] = {}
    try:
        while site.store.job(token).state not in ENDED:
            if site.store.job(token).state == "running":
                for child in _analyses(site.pid):
                    with contextlib.suppress(OSError):
                        seen |= _rights(child, site.pid)
            time.sleep(0.02)
    finally:
        site.store.delete(token)
    if not seen:
        return ["no analysis was seen"]
    return [said for said, safe in seen.items() if not safe]


def _rights(child: int, server: int) -> dict[str, bool]:
    """Return what is to be said of a process, with whether that is as it must be; later looks replace earlier ones."""
    at = Path(f"/proc/{child}")
    status = dict(line.split(":", 1) for line in (at / "status").read_text().splitlines())
    environment = (at / "environ").read_text()
    limits = [_processes(Path(f"/proc/{pid}/limits").read_text()) for pid in (child, server)]
    return {
        "its environment holds the server's keys": SECRET not in environment,
        "it may gain privileges": status["NoNewPrivs"].strip() == "1",
        "it is in the server's network": (at / "ns/net").readlink() != Path(f"/proc/{server}/ns/net").readlink(),
        "it may start as many processes as the server": limits[0] < limits[1] or status["Seccomp"].strip() == "2",
    }


def _processes(limits: str) -> float:
    (line,) = (line for line in limits.splitlines() if line.startswith("Max processes"))
    said = line.split()[2]
    return float("inf") if said == "unlimited" else float(said)


def large_clip(n: int = 21_500, side_px: int = 4096) -> bytes:
    """Return a small file of many large pictures, which all say that nothing has changed."""
    made = io.BytesIO()
    with av.open(made, "w", format="matroska") as out:
        stream = out.add_stream("libvpx", rate=250)
        stream.width = stream.height = side_px
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, 90_000)
        plain = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
        stream.options = {**plain, "error-resilient": "1"}
        grey = av.VideoFrame.from_ndarray(np.full((side_px * 3 // 2, side_px), 90, np.uint8), format="yuv420p")
        coded = []
        for number in range(2):
            grey.pts = number
            coded += [bytes(packet) for packet in stream.encode(grey)]
        for number in range(n):
            packet = av.Packet(coded[min(number, 1)])
            packet.stream, packet.time_base = stream, Fraction(1, 90_000)
            packet.pts = packet.dts = number * 360
            packet.is_keyframe = number == 0
            out.mux(packet)
    return made.getvalue()


def too_many_pixels(on: Ground) -> list[str]:
    """Send a small file of 21,500 frames of 4096 x 4096, which would hold a worker for minutes."""
    store = on.site.store
    token = submit(io.BytesIO(large_clip()), Answers(), store)
    try:
        until(lambda: store.job(token).state in ("running", *ENDED), ENDS_WITHIN_S)
        within_s = 10 if on.quick else 30
        if not until(lambda: store.job(token).state in ENDED, within_s):
            return [f"it held the worker for more than {within_s} s"]
        refused = store.job(token).refused
        return [] if refused else ["it was not refused"]
    finally:
        with contextlib.suppress(NotFound):
            store.delete(token)
