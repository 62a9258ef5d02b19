"""Many clips from the command line: one table, a report and a sheet for each, and nothing done twice."""

from __future__ import annotations

import csv
import json
import threading
import time
from pathlib import Path

import pytest

from core.cli import batch, measuring
from core.cli.main import main
from core.errors import SERVER_FAULT, Choices, Refused
from core.exchange import FORMATS
from core.i18n.message import message
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.storage.task import server_fault
from tests import builders
from tests.core.fake_analyses import works

BOXES = ((0.6, 0.2, 0.9, 0.9), (0.1, 0.2, 0.3, 0.8))


@pytest.fixture
def clips(tmp_path):
    """Three clips, of which the second is no good."""
    paths = [tmp_path / f"{name}.mp4" for name in ("anna", "ben", "cy")]
    for path, text in zip(paths, ("good", "bad", "good"), strict=True):
        path.write_text(text)
    return paths


@pytest.fixture
def analysed(monkeypatch):
    """Put an analysis without a process in the real one's place, and return the clips and answers that it is asked for."""
    seen = []

    def run_in_child(task, _settings, on_progress, on_report, *, analysis):
        assert analysis == batch.ANALYSIS
        seen.append((task.clip.stem, task.answers))
        if not on_progress(Progress("reading", 1, 2)):
            return False
        text = task.clip.read_text()
        if text == "bad":
            raise Refused("whole_body", message("Your feet leave the picture."), message("Step back."))
        if text == "breaks":
            raise server_fault(task.key)
        if text == "two" and task.answers.runner_at is None:
            raise Refused("one_runner", message("Two run."), message("Say who."), Choices(runners=BOXES, time_s=1.5))
        on_report(builders.report(answers=task.answers))
        return True

    monkeypatch.setattr(batch, "run_in_child", run_in_child)
    return seen


def run(*arguments):
    return main([str(argument) for argument in arguments])


def rows(out: Path):
    return list(csv.DictReader((out / batch.TABLE).read_text().splitlines()))


def names(seen):
    return sorted(name for name, _answers in seen)


def test_each_clip_has_a_line_a_report_and_a_sheet(clips, analysed, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("analyse", *clips, "--out", out, "--effort", "easy") == 1
    anna, ben, cy = rows(out)
    assert [row["clip"] for row in (anna, ben, cy)] == ["anna", "ben", "cy"]
    assert (anna["trunk_lean_deg"], anna["refused"]) == ("3.1", "")
    assert (ben["trunk_lean_deg"], ben["refused"], ben["remedy"]) == ("", "Your feet leave the picture.", "Step back.")
    assert Report.from_json((out / "anna.json").read_text()).answers == Answers(effort="easy")
    assert json.loads((out / "ben.json").read_text())["refused"]["key"] == "whole_body"
    assert (out / "cy.pdf").read_bytes().startswith(b"%PDF")
    assert not (out / "ben.pdf").exists()
    told = capsys.readouterr()
    assert "ben: Your feet leave the picture. Step back." in told.out
    assert "3/3 " in told.err


def test_all_measured_is_exit_code_0(clips, analysed, tmp_path):
    assert run("analyse", clips[0], clips[2], "--out", tmp_path / "out") == 0


def test_a_second_run_does_only_what_is_new_or_changed(clips, analysed, tmp_path):
    out = tmp_path / "out"
    run("analyse", *clips, "--out", out)
    analysed.clear()
    assert run("analyse", *clips, "--out", out) == 1
    assert analysed == []
    clips[1].write_text("good")
    (out / "cy.pdf").unlink()
    assert run("analyse", *clips, "--out", out) == 0
    assert names(analysed) == ["ben", "cy"]
    analysed.clear()
    assert run("analyse", *clips, "--out", out, "--height-cm", "178") == 0
    assert names(analysed) == ["anna", "ben", "cy"]


def test_clips_of_earlier_runs_stay_in_the_table(clips, analysed, tmp_path):
    out = tmp_path / "out"
    run("analyse", clips[0], "--out", out)
    assert run("analyse", clips[2], "--out", out) == 0
    assert [row["clip"] for row in rows(out)] == ["anna", "cy"]


def test_what_broke_off_is_tried_again(clips, analysed, tmp_path, capsys):
    out = tmp_path / "out"
    clips[1].write_text("breaks")
    assert run("analyse", *clips, "--out", out) == 1
    said = json.loads((out / "ben.json").read_text())["refused"]
    assert said["key"] == SERVER_FAULT
    assert "server" not in said["what"] + said["advice"]
    analysed.clear()
    run("analyse", *clips, "--out", out)
    assert names(analysed) == ["ben"]


def test_a_clip_that_is_not_there_is_one_of_those_that_failed(clips, analysed, tmp_path, capsys):
    assert run("analyse", clips[0], tmp_path / "dora.mp4", "--out", tmp_path / "out") == 1
    assert "dora: There is no file" in capsys.readouterr().out
    assert rows(tmp_path / "out")[0]["trunk_lean_deg"]


def test_of_several_runners_the_one_that_was_meant_is_measured(clips, analysed, tmp_path, capsys):
    clips[0].write_text("two")
    assert run("analyse", clips[0], "--out", tmp_path / "out") == 1
    assert "--runner 1 is furthest left" in capsys.readouterr().out
    assert run("analyse", clips[0], "--out", tmp_path / "out", "--runner", "2") == 0
    assert analysed[-1][1].runner_at == pytest.approx((0.75, 0.55, 1.5))


def test_as_many_run_at_once_as_there_are_cores(clips, tmp_path, monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    def run_in_child(task, _settings, _on_progress, on_report, **_):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.3)
        with lock:
            now[0] -= 1
        on_report(builders.report())
        return True

    monkeypatch.setattr(batch, "run_in_child", run_in_child)
    monkeypatch.setattr(batch, "_cores", lambda: 2)
    assert run("analyse", *clips, "--out", tmp_path / "out") == 0
    assert most == [2]


def test_an_error_ends_the_run_and_keeps_what_is_done(clips, analysed, tmp_path, monkeypatch):
    out = tmp_path / "out"
    whole = batch.sheet
    monkeypatch.setattr(batch, "_cores", lambda: 1)
    monkeypatch.setattr(batch, "sheet", lambda report, name, folder: 1 / 0 if name == "ben" else whole(report, name))
    clips[1].write_text("good and in the middle")  # the largest first
    with pytest.raises(ZeroDivisionError):
        run("analyse", *clips, "--out", out)
    monkeypatch.setattr(batch, "sheet", whole)
    assert run("analyse", *clips, "--out", out) == 0


@pytest.mark.parametrize("option", ["--json", "--csv", "--sheet", "--video", "--motion"])
def test_outputs_of_one_clip_are_refused(clips, analysed, tmp_path, option, capsys):
    assert run("analyse", *clips, "--out", tmp_path / "out", option, tmp_path / "x") == 2
    assert option in capsys.readouterr().err


def test_several_clips_need_a_folder_and_names_of_their_own(clips, analysed, tmp_path, capsys):
    assert run("analyse", *clips) == 2
    assert "--out" in capsys.readouterr().err
    assert run("analyse", clips[0], tmp_path / "other" / "anna.mov", "--out", tmp_path / "out") == 2
    assert "anna" in capsys.readouterr().err
    assert analysed == []


def test_a_damaged_memory_counts_as_empty(clips, analysed, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / batch.STATE).write_text("[")
    assert run("analyse", clips[0], "--out", out) == 0


def test_a_real_process_hands_its_report_back(clips, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "ANALYSIS", f"{works.__module__}:reports")
    assert run("analyse", clips[0], "--out", tmp_path / "out") == 0
    assert Report.from_json((tmp_path / "out" / "anna.json").read_text()).clip.codec == "good"


def test_the_command_knows_every_format():
    assert tuple(FORMATS) == measuring.FORMATS


def test_a_memory_leads_to_no_other_folder(clips, analysed, tmp_path):
    """The folder may come from somebody else."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "secret.json").write_text(builders.report().to_json())
    (out / batch.STATE).write_text(json.dumps({"../secret": "x"}))
    run("analyse", *clips, "--out", out)
    assert not [row for row in rows(out) if "secret" in row["clip"]]
    (out / batch.STATE).write_text("[" * 100_000)
    assert run("analyse", *clips, "--out", out) is not None


def test_a_files_name_commands_no_terminal(tmp_path, capsys):
    path = tmp_path / "a\x1b[2J\x9b\u202eb\r.mp4"
    assert run("analyse", path, tmp_path / "c.mp4", "--out", tmp_path / "out") == 1
    told = "".join(capsys.readouterr())
    assert "b .mp4" in told
    assert not {"\x1b", "\x9b", "\u202e"} & {*told}
