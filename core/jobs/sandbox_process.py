"""One analysis in a sandbox process: with limits, without network, and killed if necessary.

A clip comes from a stranger and is read by large C and C++ libraries. If one of them fails, only the sandbox process, a
child of the worker, is affected; the worker reads the child's output and keeps running.

    worker  --- one line: the task; then the pipe stays open --->  child (exits when the pipe closes)
    worker  <--- lines of JSON: progress, with the cadence as soon as it is known; then report or refusal ---  child
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from core import logs
from core.errors import AnalysisStopped, Refused, SetUpError
from core.i18n.message import message as _
from core.i18n.translate import speaking
from core.jobs.cpu_affinity import Cores
from core.jobs.sandbox import enclose, environment, limit_tasks
from core.model.measures import value_of
from core.model.media import STILL, VIDEO
from core.model.messages import message_from_plain, message_to_plain
from core.model.progress import Progress, TellProgress
from core.model.report import Report
from core.paths import ROOT
from core.settings import Settings
from core.storage.job import refusal_from_json, refusal_to_json
from core.storage.task import Task, server_fault

ANALYSIS = "core.jobs.sandbox_process:analyse_clip"
"""The function that a child runs, as a name, because a child starts as a new interpreter."""

MOST_OPEN_FILES = 64
"""The number of open files of an analysis: the demo clip with its video needs 10 (measured)."""

MOST_WRITTEN_BYTES = 512 << 20
"""The size of a file that an analysis can write: the demo clip's annotated video, ten seconds, takes 1.2 MB."""

log = logging.getLogger(__name__)

NICE = 10  # pages have priority over analyses
_LONGEST_LINE = 32 << 20  # characters of a message; a report is below one million
_TASK = TypeAdapter(Task)
_PROGRESS = TypeAdapter(Progress)


def analyse_clip(task: Task, progress: TellProgress, tell: Callable[[Report], None]) -> None:
    """Analyse one clip and draw its pictures; the video is drawn after the report has been sent.

    Raises
    ------
    Refused
        If the clip cannot be measured; if its `choices` refer to a frame, `STILL` is among the pictures.
    """
    from core.report.pipeline import analyse
    from core.report.rendering import annotate_video, draw_key_frames, draw_still
    from core.video.trim import cut

    if task.span_s is not None:
        part = task.work / "part"
        cut(task.clip, part, task.span_s)
        try:
            analyse_clip(replace(task, clip=part, span_s=None), progress, tell)
        finally:
            part.unlink()
        return
    try:
        analysis = analyse(task.clip, task.answers, progress=progress)
    except Refused as refused:
        if refused.choices is not None and refused.choices.time_s is not None:
            draw_still(task.clip, refused.choices, task.media / STILL)
        raise
    progress(Progress("drawing", 0, 1, value_of(analysis.report.measures["cadence"])))
    with speaking(task.answers.language):
        draw_key_frames(task.clip, analysis, task.media)
        tell(analysis.report)
        if task.keep_video:
            unfinished = task.work / "unfinished"
            annotate_video(task.clip, analysis, unfinished)
            unfinished.rename(task.media / VIDEO)


# --- the worker's side -----------------------------------------------------------------------------------------------


def run_in_child(
    task: Task,
    settings: Settings,
    on_progress: Callable[[Progress], bool],
    on_report: Callable[[Report], None],
    *,
    analysis: str = ANALYSIS,
) -> bool:
    """Analyse one clip in a child process.

    Parameters
    ----------
    task : Task
        The clip, the answers and the folder for pictures.
    settings : Settings
        The child's limits of time and memory, and its own settings.
    on_progress : callable
        Called with the progress of the child; if it returns False, the analysis ends.
    on_report : callable
        Called with the report as soon as it is complete; the child can draw the video after that.
    analysis : str
        The function that the child runs, `module:name`.

    Returns
    -------
    bool
        False if `on_progress` ended it.

    Raises
    ------
    Refused
        If the child's analysis raised it.
    AnalysisStopped
        If the child took too long or too much memory, or died.
    SetUpError
        If the system does not let the child leave the network; see `core.jobs.sandbox`.
    """
    request = {"task": _TASK.dump_python(task, mode="json"), "analysis": analysis, "wall_s": settings.time_limit_s}
    request["memory_bytes"] = settings.memory_limit_bytes
    late = threading.Event()
    answer: dict[str, Any] = {}
    with _child(settings) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def expire() -> None:
            late.set()
            child.kill()

        alarm = threading.Timer(settings.time_limit_s, expire)
        alarm.daemon = True
        alarm.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps(request) + "\n")
                child.stdin.flush()
            # The length of a line is limited: a faulty child must not fill the worker's memory.
            while line := child.stdout.readline(_LONGEST_LINE):
                answer = json.loads(line)
                if "stage" in answer and not on_progress(_PROGRESS.validate_python(answer)):
                    return False
                if "unsafe" in answer:
                    raise SetUpError(*(message_from_plain(sentence) for sentence in answer["unsafe"]))
                if "report" in answer:
                    on_report(Report.from_json(answer["report"]))
            child.wait()
        finally:
            alarm.cancel()
    if "report" in answer:
        if child.returncode:
            log.error("the child ended with code %s after its report", child.returncode)
        return True
    if "refused" in answer:
        raise refusal_from_json(answer["refused"])
    log.error("the child ended with code %s", child.returncode)
    raise _why_stopped(task.key, late.is_set() or child.returncode == -signal.SIGXCPU, "out_of_memory" in answer)


class _Spares:
    """Children that wait for a task with the large libraries loaded, so that an analysis does not wait for loading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted, self._settings = 0, Settings()
        self._ready: list[subprocess.Popen[str]] = []

    def want(self, n: int, settings: Settings) -> None:
        """Keep `n` spare children with these settings from now on."""
        self._wanted, self._settings = n, settings
        self.refill()

    def take(self, settings: Settings) -> subprocess.Popen[str]:
        """Return a waiting child, or a new one."""
        with self._lock:
            while self._ready:
                child = self._ready.pop()
                if child.poll() is None:
                    return child
                child.communicate()
        return _start(settings, ahead=False)

    def refill(self) -> None:
        """Replace the children that were taken; to be called when no analysis needs the processor."""
        with self._lock:
            self._ready += [_start(self._settings, ahead=True) for _ in range(self._wanted - len(self._ready))]


_cores = Cores()
_spares = _Spares()
keep_spares = _spares.want


def _start(settings: Settings, *, ahead: bool) -> subprocess.Popen[str]:
    # One thread for linear algebra: more would only cost memory, and only a process with one thread can leave the network.
    own = environment(settings) | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    # One arena, because threads that pass frames to each other would each keep their own memory; large frames of decoders are
    # freed to the system immediately, small ones are reused.
    own |= {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    }
    command = [sys.executable, "-c", f"from core.jobs.sandbox_process import main; main(ahead={ahead})"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=own)


@contextlib.contextmanager
def _child(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    child = _spares.take(settings)
    try:
        with _cores.shared(child.pid):
            yield child
    finally:
        child.kill()
        child.communicate()
        _spares.refill()


def _why_stopped(key: str, late: bool, out_of_memory: bool) -> AnalysisStopped:
    if late:
        what = _("The analysis took too long and was stopped.")
        return AnalysisStopped("length", what, _("Send a shorter clip: 10 seconds of running are enough."))
    if out_of_memory:
        what = _("This clip needs more memory than there is for one clip.")
        return AnalysisStopped("file_size", what, _("Film in 1080p instead of 4K, or send a shorter clip."))
    return server_fault(key, _("The analysis of this clip broke off on the server."))


# --- the child's side ------------------------------------------------------------------------------------------------


def main(*, ahead: bool) -> None:
    """Run the analysis in the first line of standard input; with `ahead`, load its libraries before that line arrives."""
    # Libraries print to standard output; that goes to the log, and the worker's pipe is only for messages.
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logs.set_up()
    settings = Settings.from_environment()
    try:
        enclose(settings)  # while there is one thread: later it is not possible
    except SetUpError as error:
        log.critical("%s", error)
        lines.write(json.dumps({"unsafe": [message_to_plain(error.what), message_to_plain(error.advice)]}) + "\n")
        return
    os.nice(NICE)
    if settings.pose_model is not None:
        from core.pose.pose_model import use_model

        use_model(settings.pose_model)
    if ahead:
        _load_libraries()
    line = sys.stdin.readline()
    if not line:  # the worker ended before it sent a task
        os._exit(0)
    request = json.loads(line)
    _limit(request["wall_s"], request["memory_bytes"])
    leave_with_parent()

    def say(**message: object) -> None:
        lines.write(json.dumps(message) + "\n")

    def progress(now: Progress) -> None:
        say(**_PROGRESS.dump_python(now, exclude_none=True))

    try:
        analysis = pkgutil.resolve_name(request["analysis"])
        analysis(_TASK.validate_python(request["task"]), progress, lambda report: say(report=report.to_json()))
    except Refused as error:
        say(refused=refusal_to_json(error))
    except MemoryError:
        say(out_of_memory=True)
    # Exit without waiting for threads of libraries: some never end.
    lines.close()
    sys.stderr.flush()
    os._exit(0)


def _load_libraries() -> None:
    import core.report.rendering  # noqa: F401  (it also imports the pipeline)
    from core.pose.pose_model import load_library

    load_library()


def _limit(wall_s: float, memory_bytes: int) -> None:
    cpu_s = int(4 * wall_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_OPEN_FILES, MOST_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN_BYTES, MOST_WRITTEN_BYTES))
    limit_tasks()


def leave_with_parent() -> None:
    """End this process as soon as standard input closes, as it does when the parent process dies."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
