from __future__ import annotations

import csv
import io

import pytest

from core.model.measures import Missing
from core.report.csv import COLUMNS, strides_csv
from tests import builders


def test_every_stride_of_every_figure_is_in_the_table_once():
    report = builders.report()
    rows = list(csv.DictReader(io.StringIO(strides_csv(report))))
    assert tuple(rows[0]) == COLUMNS
    for key, measure in report.measures.items():
        own = [row for row in rows if row["figure"] == key]
        if isinstance(measure, Missing):
            assert own == []
            continue
        assert [int(row["stride"]) for row in own] == list(range(1, len(measure.per_stride) + 1))
        assert [float(row["value"]) for row in own] == pytest.approx(list(measure.per_stride), rel=1e-5)
        assert {row["unit"] for row in own} <= {measure.unit}
        assert {float(row["mean"]) for row in own} <= {measure.value}


def test_a_figure_that_is_missing_has_no_line():
    assert "vertical_ratio" not in strides_csv(builders.report())


def test_nothing_in_it_can_be_taken_for_a_formula():
    for row in csv.reader(io.StringIO(strides_csv(builders.report()))):
        assert not [cell for cell in row if cell[:1] in "=+@\t\r" and cell]
