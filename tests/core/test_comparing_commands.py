"""The commands that compare stored reports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cli.main import main
from core.model.report import OtherLeg
from tests import builders

REPORT = builders.report()


def extended(by, **changes):
    extension = REPORT.measures["leg_extension"]
    moved = replace(
        extension, value=extension.value + by, per_stride=tuple(value + by for value in extension.per_stride)
    )
    return builders.report(measures={**REPORT.measures, "leg_extension": moved}, **changes)


@pytest.fixture
def folder(tmp_path):
    for number, by in enumerate((0.0, 1.0, 2.1, 2.9)):
        (tmp_path / f"{number}.json").write_text(extended(by).to_json())
    return tmp_path


def lines(capsys):
    return {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}


def test_a_folder_of_reports_is_a_trend(folder, capsys):
    (folder / ".stride-check.json").write_text("{}")  # the notes of `analyse --out`
    assert main(["trend", str(folder)]) == 0
    found = lines(capsys)
    assert found["Leg extension"].endswith("changed")
    assert "17.4° ± 1.9°" in found["Leg extension"]
    assert "20.3° ± 1.9°" in found["Leg extension"]
    assert not found["Forward lean"].endswith("changed")


def test_errors_count_in_full_if_the_set_ups_differ(folder, capsys):
    assert main(["trend", str(folder), "--other-set-ups"]) == 0
    (folder / "3.json").unlink()
    assert main(["trend", str(folder), "--other-set-ups"]) == 0
    assert not lines(capsys)["Leg extension"].endswith("changed")


def test_what_is_no_series_is_refused(tmp_path, capsys):
    assert main(["trend", str(tmp_path / "none")]) == 2
    assert main(["trend", str(tmp_path)]) == 2
    (tmp_path / "a.json").write_text(REPORT.to_json())
    (tmp_path / "b.json").write_text(replace(REPORT, near_side="left").to_json())
    assert main(["trend", str(tmp_path)]) == 2
    (tmp_path / "c.json").write_text('{"refused": {}}')
    assert main(["trend", str(tmp_path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert ["no folder" in said[0], "fewer than two" in said[1], "fewer than two" in said[2], "c.json" in said[3]] == [
        True
    ] * 4


def test_both_legs_of_two_reports_or_of_one(tmp_path, capsys):
    left = extended(-9.0, near_side="left")
    for name, report in {
        "l": left,
        "r": REPORT,
        "both": replace(REPORT, other_leg=OtherLeg(near_side="left", measures=left.measures)),
    }.items():
        (tmp_path / f"{name}.json").write_text(report.to_json())
    assert main(["legs", str(tmp_path / "l.json"), str(tmp_path / "r.json")]) == 0
    two = lines(capsys)
    assert two["Leg extension"].endswith("differs")
    assert main(["legs", str(tmp_path / "both.json")]) == 0
    assert lines(capsys) == two
    assert main(["legs", str(tmp_path / "l.json")]) == 2
    assert "one leg only" in capsys.readouterr().err
