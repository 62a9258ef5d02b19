"""A worker that is killed at a chosen step of a job: in a process that has no thread but its own, since it is forked."""

from __future__ import annotations

import contextlib
import os
import signal

from sqlalchemy import event

from core.jobs import queue
from core.storage.folder_files import Folder
from core.storage.folders import Scratch
from core.storage.object_files import Objects
from core.storage.store import Store
from tests.core.fake_analyses import Steps
from tests.jobs import run_job


def in_this_process(steps):
    """Return what `run_in_child` is replaced with, so that a worker and its analysis die at once."""

    def run(task, settings, on_progress, on_report, *, analysis):
        steps(task, on_progress, on_report)
        return True

    return run


def die(settings, environment, key, at_step):
    """Run a job, and be killed at a step: before or after whatever changes a file or a row."""
    with contextlib.suppress(BaseException):
        os.environ.update(environment)
        left = [at_step]

        def step(*_):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        def around(method):
            def run(*arguments, **options):
                step()
                try:
                    return method(*arguments, **options)
                finally:
                    step()

            return run

        for kind in (Folder, Objects, Scratch):
            for name in ("workplace", "publish", "leave", "remove_clip", "remove_media"):
                if name in vars(kind):
                    setattr(kind, name, around(vars(kind)[name]))
        queue.run_in_child = in_this_process(Steps(step))
        with Store.open(settings) as own:
            own.holder = "who dies"
            event.listen(own.engine, "commit", step)
            run_job(own, key)
            os._exit(0)
    os._exit(1)
