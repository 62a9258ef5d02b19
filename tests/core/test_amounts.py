"""A figure and its error are written alike everywhere, and no error is ever written as another one."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import get_args

import pytest

from core import knowledge
from core.coaching.findings import figure_words, judge
from core.knowledge.types import Unit
from core.model import amounts
from core.model.measures import Measure, Measured, Missing
from core.report.csv import strides_csv
from tests import builders
from view.charts import gauge
from view.drawing import runner
from view.export import pdf, share_card
from view.text import measure_list, wording
from web.shared_results import described


def measure(value: float, plus_minus: float, unit: str = "spm") -> Measure:
    return Measured(value=value, unit=unit, plus_minus=plus_minus, n_strides=3, per_stride=(value, value, value))


@pytest.mark.parametrize(
    ("found", "value", "error"),
    [
        (measure(164.8, 0.49), "164.8 steps/min", "± 0.5 steps/min"),
        (measure(165.3, 2.1), "165 steps/min", "± 2 steps/min"),
        (measure(0.0821, 0.0193, "ratio"), "0.08", "± 0.02"),
        (measure(0.0712, 0.0061, "ratio"), "0.071", "± 0.006"),
        (measure(262.4, 0.2, "ms"), "262.4 ms", "± 0.2 ms"),
        (measure(4.44, 0.03, "deg"), "4.44°", "± 0.03°"),
        (measure(-0.6, 0.4, "%"), "−0.6 %", "± 0.4 %"),
        (measure(4.0, 1e-7, "deg"), "4.000°", "± 0.001°"),
        (measure(4.0, 0.0, "deg"), "4.0°", "± 0.0°"),
    ],
)
def test_the_error_decides_how_many_decimals_both_have(found: Measure, value: str, error: str) -> None:
    assert (wording.value(found), wording.error(found)) == (value, error)


@pytest.mark.parametrize("unit", get_args(Unit))
@pytest.mark.parametrize("exponent", range(-3, 3))
@pytest.mark.parametrize("lead", [1.0, 1.4, 2.5, 4.9, 7.0, 9.6])
def test_an_error_is_never_zero_nor_more_than_a_fifth_away(unit: str, exponent: int, lead: float) -> None:
    error = lead * 10.0**exponent
    shown = float(amounts.rounded_error(measure(12.3, error, unit)))
    assert shown > 0
    if error >= 10.0 ** -(amounts.DECIMALS.get(unit, 0) + amounts.MOST_MORE - 1):
        assert shown == pytest.approx(error, rel=amounts.SAME_SHARE + 1e-9)


# --- the same everywhere ----------------------------------------------------------------------------------------------

SURE = {
    "trunk_lean": measure(4.4211, 1.23, "deg"),
    "leg_extension": measure(17.38, 0.0412, "deg"),
    "cadence": measure(164.83, 0.494),
    "contact_time": measure(262.2, 0.31, "ms"),
    "overstride": measure(0.2314, 0.0034, "ratio"),
    "vertical_oscillation": measure(8.21, 1.93, "cm"),
}
KNOWN = knowledge.load()
REPORT = builders.report()
REPORT = replace(REPORT, measures=SURE, findings=judge(SURE, REPORT.answers, KNOWN))


@pytest.mark.parametrize("key", SURE)
def test_sentence_list_gauge_and_table_write_the_same_number(key: str) -> None:
    found = SURE[key]
    number, error = amounts.rounded_value(found), amounts.rounded_error(found)
    assert float(error) > 0
    assert str(figure_words(found, KNOWN.measures[key])).startswith(f"{number} ± {error} ")
    finding = next(finding for finding in REPORT.findings if finding.key == key)
    assert f"{number} ± {error} " in str(finding.says)
    assert f"It: {amounts.with_error(found)}; " in gauge.alt(found, finding, "It")
    assert [float(part) for part in re.findall(r"[\d.]+", amounts.with_error(found))] == [float(number), float(error)]
    rows = [row for row in csv.DictReader(io.StringIO(strides_csv(REPORT))) if row["figure"] == key]
    assert {(row["mean"], row["plus_minus"]) for row in rows} == {(number, error)}
    if key not in ("trunk_lean", "leg_extension"):
        listed = re.sub(r"<[^>]+>", "", measure_list.listed(replace(REPORT, findings=()), KNOWN, runner.LIGHT))
        assert f"{number}{amounts.sign(found.unit)} ± {error}{amounts.sign(found.unit)}" in listed


def test_pictures_paper_and_previews_write_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(pdf.Paper, "write_line", lambda _paper, text, *_a, **_k: drawn.append(text))
    drawn += re.findall(r"<text[^>]*>([^<]*)</text>", share_card.drawing(REPORT, "preview"))
    pdf.pdf(REPORT, KNOWN)
    for key in ("trunk_lean", "leg_extension"):
        value, error = wording.value(SURE[key]), wording.error(SURE[key])
        assert {value, error} <= set(drawn)
        assert f"{value} {error}" in drawn
        assert f"{value} {error}" in described(REPORT)
    assert "164.8 ± 0.5 steps/min" in described(REPORT)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Measured(value=164.6, unit="spm", plus_minus=0.5, n_strides=8), "164.6 ± 0.5 steps/min"),
        (Measured(value=4.4, unit="deg", plus_minus=1.9, n_strides=8), "4.4° ± 1.9°"),
        (Measured(value=0.29, unit="ratio", plus_minus=0.03, n_strides=8), "0.29 ± 0.03"),
        (Missing("ms", "hidden"), "–"),
    ],
)
def test_a_unit_that_is_a_word_is_written_once(found: Measure, shown: str) -> None:
    assert amounts.with_error(found) == shown
