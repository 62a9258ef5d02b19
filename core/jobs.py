"""From an upload to its report: the queue, and the worker process that empties it.

The store says what is to be done and how far it is; the queue only says that there is something to do. Whenever a
worker starts, it fills the queue anew from the store, so that nothing is lost when server or worker are killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from huey import Huey, SqliteHuey, crontab

from core.child import ANALYSIS, ROOT, Limits, keep_spares, leave_with_parent, run_in_child
from core.errors import AnalysisStopped, Refused, SetUpError, StrideCheckError
from core.model import Answers
from core.shares import Shares
from core.store import Store, now_utc
from core.task import Task, key_of

DEMO_CLIP = ROOT / "assets" / "demo_clip.mp4"

_PIECE_BYTES = 1 << 20

_NOTE_EVERY_S = 0.3
"""Progress is written no more often than a page asks for it."""

_LOOK_EVERY_S = 0.2
_STOP_WITHIN_S = 5.0
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 30.0

log = logging.getLogger(__name__)


class QueueFull(StrideCheckError):
    """As many clips wait as the server takes, in all or from one visitor."""


# --- handing in ------------------------------------------------------------------------------------------------------


def submit(
    clip: BinaryIO, answers: Answers, store: Store, *, keep_video: bool = False, visitor: str | None = None
) -> str:
    """Take in a clip and queue its analysis.

    Parameters
    ----------
    clip : binary file
        The upload; read from its start, a piece at a time.
    answers : Answers
        What the runner says about it.
    store : Store
        Where it goes.
    keep_video : bool
        Whether the owner asked for the annotated video.
    visitor : str, optional
        Tells this visitor from others; see `Store.add`.

    Returns
    -------
    str
        The job's private token.

    Raises
    ------
    Refused
        `readable_file` where the upload is empty, `file_size` where it is larger than `STRIDE_UPLOAD_MB` (200).
    QueueFull
        Where `STRIDE_QUEUE` (60) jobs wait, or `STRIDE_QUEUE_OF_ONE` (5) of this visitor.
    """
    _check_queue(store, visitor)
    upload = _take_in(clip, store.clips, int(os.environ.get("STRIDE_UPLOAD_MB", "200")))
    token = store.add(answers, clip=upload, keep_video=keep_video, visitor=visitor)
    _queue(store, token)
    return token


def answer(token: str, answers: Answers, store: Store, *, visitor: str | None = None) -> None:
    """Let the analysis of a job that asks go on with these answers; nothing happens where it asks no longer."""
    if store.answer(token, answers, visitor=visitor):
        _queue(store, token)


def submit_demo(answers: Answers, store: Store, *, visitor: str | None = None) -> str:
    """Queue the analysis of the clip that comes with the program; see `submit`.

    Raises
    ------
    SetUpError
        Where that clip is missing.
    """
    if not DEMO_CLIP.is_file():
        raise SetUpError("The sample clip is missing on the server.", "Upload a clip of your own instead.")
    with DEMO_CLIP.open("rb") as clip:
        return submit(clip, answers, store, keep_video=True, visitor=visitor)


def _queue(store: Store, token: str) -> None:
    queue, analyse = make_queue(store)
    with contextlib.closing(queue.storage):
        analyse(key_of(token))


def _check_queue(store: Store, visitor: str | None) -> None:
    most, most_of_one = int(os.environ.get("STRIDE_QUEUE", "60")), int(os.environ.get("STRIDE_QUEUE_OF_ONE", "5"))
    workers = int(os.environ.get("STRIDE_WORKERS", "1"))

    def minutes(n_jobs: float) -> str:
        n = max(1, math.ceil(n_jobs * store.analysis_s() / workers / 60))
        return f"Please try again in about {n} minute{'s' * (n > 1)}."

    if visitor is not None and store.waiting_of(visitor) >= most_of_one:
        raise QueueFull(f"{most_of_one} of your clips are waiting already.", minutes(1))
    waiting = len(store.waiting())
    if waiting >= most:
        # By then a quarter of the queue is done: a single free place would be gone again.
        raise QueueFull(f"{waiting} clips are waiting, and that is as many as we take.", minutes(waiting / 4))


def _take_in(clip: BinaryIO, folder: Path, most_mb: int) -> Path:
    """Copy an upload to a file of a random name and return it."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="upload-", delete=False) as file:
        try:
            for piece in _pieces(clip, most_mb):
                file.write(piece)
        except BaseException:
            Path(file.name).unlink()
            raise
    return Path(file.name)


def _pieces(clip: BinaryIO, most_mb: int) -> Iterator[bytes]:
    if clip.seekable():
        clip.seek(0)
    size = 0
    while piece := clip.read(_PIECE_BYTES):
        size += len(piece)
        if size > most_mb << 20:
            what = f"The file is larger than {most_mb} MB."
            raise Refused("file_size", what, "Trim it to 10 seconds of running, or film in 1080p.")
        yield piece
    if not size:
        raise Refused("readable_file", "The file is empty.", "Choose the clip again, and wait until it is sent.")


# --- the queue -------------------------------------------------------------------------------------------------------


def make_queue(store: Store, analysis: str = ANALYSIS) -> tuple[Huey, Callable[[str], object]]:
    """Return the queue, and the function that puts a job's key into it.

    The one place that knows where the queue is kept: a file in the data folder.
    """
    queue = SqliteHuey("stride-check", filename=str(store.folder / "queue.sqlite"), results=False)

    @queue.task()  # type: ignore[untyped-decorator]
    def analyse(_: str) -> None:
        # Each key in the queue stands for one job to do; which one is next, the store says.
        limits = Limits.from_environment()
        any(run_job(store, key, limits, analysis) for key in store.waiting())

    # The clock goes before all clips that wait: what is kept for a time is not kept longer because many are in the queue.
    @queue.periodic_task(crontab(), priority=1)  # type: ignore[untyped-decorator]
    def look_for_forgotten() -> None:
        refill(queue, analyse, store)
        store.end_questions()

    @queue.periodic_task(crontab(minute="0"), priority=1)  # type: ignore[untyped-decorator]
    def purge() -> None:
        log.info("the clock removed %s and %s links", store.purge(), Shares(store.engine, now_utc).purge())

    return queue, analyse


def refill(queue: Huey, analyse: Callable[[str], object], store: Store) -> None:
    """Put every waiting job into the queue, where the queue has none.

    For jobs whose key got lost, as when the server is killed between storing a clip and queueing it. Where a clip is
    handed in right now, its key may come to stand in the queue twice; it is claimed once.
    """
    if not len(queue):
        for key in store.waiting():
            analyse(key)


def run_job(store: Store, key: str, limits: Limits, analysis: str = ANALYSIS) -> bool:
    """Analyse one job's clip and keep the outcome, whatever it is; False where the job was taken or deleted before."""
    task = store.claim(key)
    if task is None:
        return False
    try:
        wanted = run_in_child(
            task, limits, _note_in(store, task), lambda report: store.finish(key, report), analysis=analysis
        )
        if not wanted:
            log.info("a job was deleted while it was analysed")
        store.tidy(key)
    except Refused as refused:
        if refused.choices is None:
            store.refuse(key, refused)
        else:
            store.ask(key, refused)
    except Exception:
        log.exception("a job could not be brought to its end")
        what = "Something went wrong on the server."
        store.refuse(key, AnalysisStopped("readable_file", what, "Please try again later."))
    return True


def _note_in(store: Store, task: Task) -> Callable[[str, int, int], bool]:
    last_s, last_stage = 0.0, ""

    def note(stage: str, done: int, total: int) -> bool:
        nonlocal last_s, last_stage
        now_s = time.monotonic()
        if stage == last_stage and now_s < last_s + _NOTE_EVERY_S:
            return True
        last_s, last_stage = now_s, stage
        return store.set_progress(task.key, stage, done, total)

    return note


# --- the worker process ----------------------------------------------------------------------------------------------


def work(analysis: str = ANALYSIS) -> None:
    """Empty the queue until told to stop or until the process that started this one is gone.

    One worker process at a time works on a data folder; another one waits until the first is gone. How many clips it
    analyses at once is `STRIDE_WORKERS` (1).
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    leave_with_parent()
    with Store.open() as store, (store.folder / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        queue, analyse = make_queue(store, analysis)
        queue.storage.flush_queue()
        store.requeue_unfinished()
        refill(queue, analyse, store)
        workers = int(os.environ.get("STRIDE_WORKERS", "1"))
        if analysis == ANALYSIS:
            keep_spares(workers)
        queue.create_consumer(workers=workers, max_delay=0.5).run()
    # Analyses that are under way end with this process, and their jobs wait for the next one: a thread that saw its
    # child die first would refuse the job instead.
    os._exit(0)


@contextlib.contextmanager
def worker_running(store: Store, *, analysis: str = ANALYSIS) -> Iterator[None]:
    """Keep a worker process running meanwhile, and start another one when it dies.

    The worker has a process group of its own, with the analyses in it, and it reads a pipe that this process holds
    open: it ends with this process even where that is killed.
    """
    stop = threading.Event()

    def keep() -> None:
        pause_s = _FIRST_PAUSE_S
        while not stop.is_set():
            began_s = time.monotonic()
            worker = _start_worker(store, analysis)
            while worker.poll() is None and not stop.wait(_LOOK_EVERY_S):
                pass
            _end(worker)
            if not stop.is_set():
                log.error("the worker ended with code %s; another one is started", worker.returncode)
            # One that dies at once, each time, is started ever more slowly.
            stop.wait(pause_s)
            lived_well = time.monotonic() > began_s + 60
            pause_s = _FIRST_PAUSE_S if lived_well else min(2 * pause_s, _LONGEST_PAUSE_S)

    keeper = threading.Thread(target=keep, name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _start_worker(store: Store, analysis: str) -> subprocess.Popen[bytes]:
    code = "import sys; from core.jobs import work; work(sys.argv[1])"
    url = store.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"STRIDE_DATA": str(store.folder), "STRIDE_DATABASE_URL": url}
    command = [sys.executable, "-c", code, analysis]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment, start_new_session=True
    )


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Tell the worker to stop, and then make sure that nothing of it is left."""
    worker.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.wait(_STOP_WITHIN_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.communicate()
