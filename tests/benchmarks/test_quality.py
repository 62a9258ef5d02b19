"""The benchmark of the checks itself, and a few of its drawn clips from first to last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks.accuracy.quality import Row, summary, table, try_case
from benchmarks.accuracy.quality_cases import Wanted, cases
from core.model.report import CHECKS

KNOWN = {case.name: case for case in cases()}


def row(wanted: Wanted, keys: Iterable[str], got: str, *warned: str) -> Row:
    return Row(
        clip="one", wanted=wanted, keys=tuple(keys), got=got, warned=warned, first_look_s=1.0, whole_s=8.0,
        errors_deg={"trunk_lean": 2.0}, claims_deg={"trunk_lean": 1.645},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (row("measured", (), "measured"), True),
        (row("measured", (), "side_on"), False),
        (row("measured", ("level",), "measured", "level"), True),
        (row("measured", ("level",), "measured"), False),
        (row("refused", ("side_on",), "measured"), False),
        (row("refused", ("side_on",), "side_on"), True),
        (row("refused", ("side_on",), "length"), False),
        (row("either", ("big_enough",), "measured"), True),
        (row("either", ("big_enough",), "big_enough"), True),
        (row("either", ("big_enough",), "length"), False),
    ],
)
def test_what_is_right(found: Row, right: bool) -> None:
    assert found.right is right
    assert ("WRONG" in table([found])) is not right


def test_the_summary_counts_good_refused_and_bad_passed() -> None:
    rows = [
        row("measured", (), "length"),
        row("refused", ("length",), "measured", "level"),
        row("measured", (), "measured"),
    ]
    found = summary(rows)
    assert (found["good_refused"], found["bad_passed"]) == (["one"], ["one"])
    assert found["first_look_share"] == pytest.approx(1 / 8)
    errors = found["error_under_warning"]
    assert isinstance(errors, dict)
    assert errors["level"]["rms_error_over_claim"] == pytest.approx(2.0)


def test_the_cases_are_many_and_each_can_be_told() -> None:
    assert len(KNOWN) == len(list(cases())) >= 60
    for case in KNOWN.values():
        assert set(case.keys) <= set(CHECKS)
        assert case.wanted != "refused" or case.keys


@pytest.mark.pose
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("two run", marks=pytest.mark.sweep),
        pytest.param("view +60 degrees", marks=pytest.mark.sweep),
        "walking 1.4 m/s, 30 frames/s",
        pytest.param("light times 0.02", marks=pytest.mark.sweep),
        pytest.param("a cut every 0.9 s", marks=pytest.mark.sweep),
        pytest.param("feet cut off", marks=pytest.mark.sweep),
    ],
)
def test_a_sample_of_bad_clips_is_refused_at_the_first_look(name: str, tmp_path: Path) -> None:
    found = try_case(KNOWN[name], tmp_path)
    assert found.right, table([found])
    assert found.first_look_s > 0.9 * found.whole_s


@pytest.mark.pose
def test_a_good_clip_is_measured(tmp_path: Path) -> None:
    found = try_case(KNOWN["good, 30 frames/s"], tmp_path)
    assert found.right, table([found])
    assert found.got == "measured"
