"""The worker process, which does the jobs of the queue, and its supervisor."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from core import logs
from core.jobs import sandbox
from core.jobs.leases import alive, beat, take_over
from core.jobs.queue import serve
from core.jobs.sandbox_process import ANALYSIS, keep_spares, leave_with_parent
from core.jobs.scheduler import keep_time
from core.paths import ROOT
from core.settings import Settings
from core.storage.retention import sweep
from core.storage.store import Store

_LOOK_EVERY_S = 0.2
_SWEEP_EVERY_S = 600.0
_STOP_WITHIN_S = 5.0
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 30.0

log = logging.getLogger(__name__)


def work(analysis: str = ANALYSIS) -> None:
    """Do the jobs of the queue until a stop signal, or until the parent process ends.

    Any number of worker processes can do so, on any number of machines.
    """
    settings = Settings.from_environment()
    logs.set_up(as_json=settings.log == "json")
    leave_with_parent()
    with Store.open(settings) as store, alive(store) as dead:
        take_over(store, *dead)
        store.files.scratch.forget(*dead)
        _sweep(store)
        beat(store)
        keep_time(store)
        workers = max(1, settings.workers)
        if analysis == ANALYSIS:
            keep_spares(workers, settings)
        with _until_stopped():
            serve(store, workers, analysis)
        # Running analyses end with this process, and their jobs wait for another worker immediately.
        take_over(store, store.holder)
        store.files.scratch.forget(store.holder)
    # Exit without returning: otherwise a thread that sees its sandbox process die would refuse the job.
    os._exit(0)


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """End the context, in this thread, at the first stop signal; later ones change nothing."""
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop(*_: object) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit

    for number in signals:
        signal.signal(number, stop)
    with contextlib.suppress(SystemExit):
        yield


@contextlib.contextmanager
def worker_running(store: Store, *, analysis: str = ANALYSIS) -> Iterator[None]:
    """Keep a worker process running in the context, and restart it when it dies; no worker if the settings want none.

    The worker has its own process group, which contains the analyses, and it reads a pipe that this process holds
    open: it ends with this process even if that is killed.
    """
    if store.settings.workers:
        sandbox.check(store.settings)
    stop = threading.Event()
    what = _keep_worker if store.settings.workers else _keep_tidy
    keeper = threading.Thread(target=what, args=(store, analysis, stop), name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def work_in_processes(n: int, settings: Settings) -> None:
    """Keep `n` worker processes running until a stop signal; each analyses `settings.workers` clips at the same time."""
    logs.set_up(as_json=settings.log == "json")
    stop = threading.Event()
    with Store.open(settings) as store:
        sandbox.check(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        keepers = [threading.Thread(target=_keep_worker, args=(store, ANALYSIS, stop)) for _ in range(max(1, n))]
        for keeper in keepers:
            keeper.start()
        for keeper in keepers:
            keeper.join()


def _keep_worker(store: Store, analysis: str, stop: threading.Event) -> None:
    pause_s = _FIRST_PAUSE_S
    while not stop.is_set():
        began_s = time.monotonic()
        worker = start_worker(store, analysis)
        while worker.poll() is None and not stop.wait(_LOOK_EVERY_S):
            pass
        end_worker(worker)
        if not stop.is_set():
            log.error("the worker ended with code %s; another one is started", worker.returncode)
        # If workers die soon after their start, the pause before each restart grows.
        stop.wait(pause_s)
        lived_well = time.monotonic() > began_s + 60
        pause_s = _FIRST_PAUSE_S if lived_well else min(2 * pause_s, _LONGEST_PAUSE_S)


def _keep_tidy(store: Store, _: str, stop: threading.Event) -> None:
    """Remove interrupted uploads on this machine; the scheduler runs only in workers."""
    while not stop.wait(_SWEEP_EVERY_S):
        _sweep(store)


def _sweep(store: Store) -> None:
    try:
        sweep(store)
    except Exception:  # the storage can be unavailable for a while
        log.exception("what broke off could not be removed")


def start_worker(store: Store, analysis: str = ANALYSIS) -> subprocess.Popen[bytes]:
    """Start a worker process for this store."""
    code = "import sys; from core.jobs.worker import work; work(sys.argv[1])"
    environment = store.settings.child_environment()
    command = [sys.executable, "-c", code, analysis]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment, start_new_session=True
    )


def end_worker(worker: subprocess.Popen[bytes]) -> None:
    """Stop the worker, and then kill whatever is left of its process group."""
    worker.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.wait(_STOP_WITHIN_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.communicate()
