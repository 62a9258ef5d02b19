"""Many clips at once: as many analyses as cores, one table, and for each clip a report and a sheet to print.

A clip that is done is not analysed again as long as it, the answers and the program are the same: the folder remembers them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from core import knowledge
from core.cli.measuring import check_source, refusal, runner_at, sheet
from core.cli.outputs import Output, check_outputs, plain, shown_name, writing
from core.errors import SERVER_FAULT, AnalysisStopped, BadAnswer, Refused
from core.i18n.message import message as _
from core.i18n.translate import gettext, ngettext
from core.jobs.sandbox_process import run_in_child
from core.model.progress import Progress, TellProgress
from core.model.report import Answers, Report
from core.report.csv import Outcome, clips_csv
from core.settings import Settings
from core.storage.task import Task

ANALYSIS = "core.cli.batch:analyse_with_pictures"
TABLE, STATE = "results.csv", ".stride-check.json"
_ANSWERS = TypeAdapter(Answers)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip, the name under which its results appear, and what they depend on."""

    name: str
    path: Path
    fingerprint: str


@dataclass(kw_only=True)
class Batch:
    """One run over many clips: shared by the threads that wait for analyses."""

    out: Path
    answers: Answers
    runner: int | None
    settings: Settings
    shares: dict[str, float] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def file(self, name: str, ending: str) -> Path:
        """Return the path of a clip's file."""
        return self.out / f"{name}.{ending}"


def analyse_many(asked: argparse.Namespace, answers: Answers) -> int:
    """Measure clips into a folder, and return the exit code: 1 if any was refused.

    Raises
    ------
    BadAnswer
        If the outputs cannot be written, or two clips have the same name.
    """
    _check_options(asked)
    with writing("--out", asked.out):
        asked.out.mkdir(parents=True, exist_ok=True)
        batch = Batch(out=asked.out.resolve(), answers=answers, runner=asked.runner, settings=asked.settings)
        done = _remembered(batch)
        outcomes = {path.stem: _unreadable(path) for path in asked.clips}
        clips = [_clip(path, batch) for path in asked.clips if outcomes[path.stem] is None]
        _run([clip for clip in clips if not _is_done(clip, done, batch)], done, batch, len(asked.clips))
        found = {name: lost or _outcome(batch.file(name, "json")) for name, lost in outcomes.items()}
        earlier = {name: _outcome(batch.file(name, "json")) for name in done if name not in found}
        rows = [one for _name, one in sorted((found | earlier).items()) if one is not None]
        (batch.out / TABLE).write_text(clips_csv(rows), encoding="utf-8", newline="")
    return _summary([one for one in found.values() if one is not None], batch)


def _check_options(asked: argparse.Namespace) -> None:
    names = [path.stem for path in asked.clips]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadAnswer(_("Two clips are called {name}.", name=twice[0]), _("Give each file a name of its own."))
    for option in ("json", "csv", "video", "key_frames", "motion", "sheet"):
        if getattr(asked, option) is not None:
            what = _("With --out, --{option} is not possible.", option=option.replace("_", "-"))
            raise BadAnswer(what, _("The folder gets a report and a sheet for each clip, and one table."))
    for path in asked.clips:
        files = (f"{path.stem}.json", f"{path.stem}.pdf", TABLE, STATE)
        check_outputs(path, (Output(option="--out", path=asked.out, files=files),))


def _unreadable(path: Path) -> Outcome | None:
    try:
        check_source(path)
    except Refused as refused:
        return Outcome(name=shown_name(path.stem), what=str(refused.what), advice=str(refused.advice))
    return None


# --- what is done ------------------------------------------------------------------------------------------------------


def _clip(path: Path, batch: Batch) -> Clip:
    """Return a clip with the fingerprint of all that its result depends on."""
    with path.open("rb") as file:
        content = file_digest(file, "sha256").hexdigest()
    rest = (_ANSWERS.dump_json(batch.answers).decode(), batch.runner, version("stride-check"), knowledge.load().version)
    return Clip(name=path.stem, path=path.resolve(), fingerprint=sha256(repr((content, *rest)).encode()).hexdigest())


def _remembered(batch: Batch) -> dict[str, str]:
    """Return the fingerprint of each clip that is done; a damaged file counts as empty, and no name leads to another folder."""
    try:
        found = json.loads((batch.out / STATE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    told = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in told if isinstance(text, str) and Path(name).name == name}


def _is_done(clip: Clip, done: dict[str, str], batch: Batch) -> bool:
    outcome = _outcome(batch.file(clip.name, "json"))
    whole = outcome is not None and (outcome.report is None or batch.file(clip.name, "pdf").exists())
    return whole and done.get(clip.name) == clip.fingerprint


def _outcome(path: Path) -> Outcome | None:
    """Return what a written report or refusal says; None if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        refused = json.loads(text).get("refused")
        if refused is None:
            return Outcome(name=shown_name(path.stem), report=Report.from_json(text))
        return Outcome(name=shown_name(path.stem), what=str(refused["what"]), advice=str(refused["advice"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


# --- the run -------------------------------------------------------------------------------------------------------------


def _run(clips: Sequence[Clip], done: dict[str, str], batch: Batch, n_all: int) -> None:
    """Analyse clips, the largest first, so that no long one is left to a single core at the end."""
    order = sorted(clips, key=lambda clip: clip.path.stat().st_size, reverse=True)
    n_before, began_s = n_all - len(order), time.monotonic()
    with ThreadPoolExecutor(max(1, min(len(order), _cores()))) as pool:
        running: dict[Future[bool], Clip] = {pool.submit(_analyse, clip, batch): clip for clip in order}
        try:
            while running:
                ended, _waiting = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in ended:
                    clip = running.pop(future)
                    if future.result():
                        done[clip.name] = clip.fingerprint
                        _write(batch.out / STATE, json.dumps(done, indent=1))
                    _say(clip.name, n_all - len(running), n_all, batch)
                _tell((n_before, n_all), began_s, len(order), batch)
        finally:  # after an error or Ctrl-C, what runs ends at its next step
            batch.stopped.set()
            for future in running:
                future.cancel()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _analyse(clip: Clip, batch: Batch) -> bool:
    """Analyse one clip in a process of its own and write its files; return whether the outcome will stay the same."""
    with tempfile.TemporaryDirectory(prefix="stride-check-") as folder:
        try:
            report = _report(clip, batch, Path(folder))
        except Refused as refused:
            if batch.stopped.is_set():
                return False
            _write(batch.file(clip.name, "json"), json.dumps({"refused": refusal(_here(refused))}, indent=1) + "\n")
            batch.file(clip.name, "pdf").unlink(missing_ok=True)
            return not isinstance(refused, AnalysisStopped)
        if report is None:
            return False
        batch.file(clip.name, "pdf").write_bytes(sheet(report, clip.name, Path(folder)))
        _write(batch.file(clip.name, "json"), report.to_json() + "\n")
    return True


def _report(clip: Clip, batch: Batch, folder: Path) -> Report | None:
    """Return a clip's report, of the runner who was asked for if several run; None if the run was stopped."""

    def run(answers: Answers) -> Report | None:
        reports: list[Report] = []
        task = Task(key=clip.fingerprint, clip=clip.path, media=folder, work=folder, answers=answers, keep_video=False)

        def on_progress(now: Progress) -> bool:
            batch.shares[clip.name] = min(1.0, now.done / max(1, now.total)) if now.stage == "reading" else 1.0
            return not batch.stopped.is_set()

        ended = run_in_child(task, batch.settings, on_progress, reports.append, analysis=ANALYSIS)
        return reports[0] if ended and reports else None

    try:
        return run(batch.answers)
    except Refused as refused:
        if refused.choices is None or not refused.choices.runners:
            raise
        return run(replace(batch.answers, runner_at=runner_at(refused, refused.choices, batch.runner)))


def analyse_with_pictures(task: Task, progress: TellProgress, tell: Callable[[Report], None]) -> None:
    """Analyse one clip and draw its key frames; this runs in the sandbox process."""
    from core.report.pipeline import analyse
    from core.report.rendering import draw_key_frames

    analysis = analyse(task.clip, task.answers, progress=progress)
    draw_key_frames(task.clip, analysis, task.media)
    tell(analysis.report)


def _here(refused: Refused) -> Refused:
    """Return a refusal in words for this machine: there is no server here whose people could be asked."""
    if refused.key != SERVER_FAULT:
        return refused
    what = _("The analysis of this clip broke off.")
    return Refused(refused.key, what, _("Run it once more. If it breaks off again, save the clip in another format."))


def _write(path: Path, text: str) -> None:
    """Write a file as a whole: after a crash there is the old one or the new one."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


# --- what is shown -------------------------------------------------------------------------------------------------------


def _say(name: str, n: int, n_all: int, batch: Batch) -> None:
    """Write one line about a clip that has ended."""
    outcome = _outcome(batch.file(name, "json"))
    batch.shares[name] = 1.0
    said = gettext("measured") if outcome and outcome.report else outcome.what if outcome else ""
    sys.stderr.write("\r" + plain(f"{n}/{n_all} {shown_name(name)}: {said}") + "\n")


def _tell(counts: tuple[int, int], began_s: float, n_new: int, batch: Batch) -> None:
    """Show the share of all clips that is done, and how long the rest takes, if somebody watches."""
    if not sys.stderr.isatty() or not n_new:
        return
    n_before, n_all = counts
    done = sum(list(batch.shares.values())) / n_new
    left_s = (time.monotonic() - began_s) * (1 - done) / done if done > 0.05 else None
    rest = "" if left_s is None else ", " + gettext("about {n:.0f} min left", n=left_s / 60 + 0.5)
    sys.stderr.write(f"\r{100 * (n_before + done * n_new) / n_all:.0f} %{rest}   ")
    sys.stderr.flush()


def _summary(outcomes: Sequence[Outcome], batch: Batch) -> int:
    """Print how many clips were measured, and each refusal by name with its remedy; return the exit code."""
    refused = [one for one in outcomes if one.report is None]
    n = len(outcomes) - len(refused)
    lines = [ngettext("{n} clip measured: {table}", "{n} clips measured: {table}", n, table=str(batch.out / TABLE))]
    if refused:
        lines.append(ngettext("{n} clip could not be measured:", "{n} clips could not be measured:", len(refused)))
        lines += ["  " + plain(f"{one.name}: {one.what} {one.advice}") for one in refused]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if refused else 0
