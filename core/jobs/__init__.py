"""From an upload to a report: the queue, its workers, and the sandbox process in which each analysis runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.jobs import submission, uploads
    from core.jobs.sandbox_process import run_in_child
    from core.jobs.submission import QueueFull, submit
    from core.jobs.uploads import Upload
    from core.jobs.worker import end_worker, start_worker, work_in_processes, worker_running
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="submission uploads",
        sandbox_process="run_in_child",
        submission="QueueFull submit",
        uploads="Upload",
        worker="end_worker start_worker work_in_processes worker_running",
    )

__all__ = [
    "QueueFull",
    "Upload",
    "end_worker",
    "run_in_child",
    "start_worker",
    "submission",
    "submit",
    "uploads",
    "work_in_processes",
    "worker_running",
]
