"""Each figure is held against the right mark, in the right words, and says so when it cannot tell."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.findings import judge, verdict_of
from core.i18n.message import Message, message
from core.i18n.translate import speaking
from core.knowledge import load
from core.model.measures import Measure, Measured, Missing
from core.model.report import Answers, Band, Finding

KNOWLEDGE = load()
EFFORTS = (None, "easy", "marathon", "threshold", "10k", "5k")
ORDER = {"below": 0, "within": 1, "above": 2}


def figure(value: float, unit: str = "deg", plus_minus: float = 0.5, word: Message | None = None) -> Measure:
    return Measured(value=value, unit=unit, plus_minus=plus_minus, n_strides=9, word=word)


def finding(key: str, measure: Measure, **answers: Any) -> Finding:
    (found,) = judge({key: measure}, Answers(**answers), KNOWLEDGE)
    return found


def pace(speed_mps: float) -> float:
    return 1000 / speed_mps


# --- against a band --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "plus_minus", "low", "high", "verdict"),
    [
        (4.9, 0.0, 5, 10, "below"),
        (5.0, 0.0, 5, 10, "within"),  # an edge belongs to the band
        (10.0, 0.0, 5, 10, "within"),
        (10.1, 0.0, 5, 10, "above"),
        (4.0, 1.0, 5, 10, "below"),  # the interval touches the edge and does not cross it
        (4.0, 1.1, 5, 10, "too_close_to_call"),
        (6.0, 1.0, 5, 10, "within"),
        (6.0, 1.1, 5, 10, "too_close_to_call"),
        (11.0, 1.0, 5, 10, "above"),
        (11.0, 1.1, 5, 10, "too_close_to_call"),
        (7.5, 9.0, 5, 10, "too_close_to_call"),  # wider than the band
        (99.0, 1.0, 18, None, "within"),  # an open end is never crossed
        (17.0, 0.5, 18, None, "below"),
        (17.8, 0.5, 18, None, "too_close_to_call"),
        (-20.0, 1.0, None, 5, "within"),
        (7.0, 1.0, None, 5, "above"),
    ],
)
def test_verdict_of_a_value_and_its_error(
    value: float, plus_minus: float, low: float | None, high: float | None, verdict: str
) -> None:
    assert verdict_of(value, plus_minus, Band(label=message(""), low=low, high=high)) == verdict


@given(
    values=st.lists(st.floats(-40, 60), min_size=2, max_size=8).map(sorted),
    plus_minus=st.floats(0, 5),
    low=st.none() | st.floats(-10, 20),
    width=st.floats(0, 10),
    open_end=st.booleans(),
)
def test_a_larger_value_never_gets_a_lower_verdict(
    values: list[float], plus_minus: float, low: float | None, width: float, open_end: bool
) -> None:
    band = Band(label=message(""), low=low, high=None if open_end else (low or 0.0) + width)
    placed = [verdict_of(value, plus_minus, band) for value in values]
    sure = [ORDER[verdict] for verdict in placed if verdict != "too_close_to_call"]
    assert sure == sorted(sure)


@given(value=st.floats(-40, 60), small=st.floats(0, 5), more=st.floats(0, 5), low=st.floats(-10, 20))
def test_more_error_never_makes_a_verdict_surer(value: float, small: float, more: float, low: float) -> None:
    band = Band(label=message(""), low=low, high=low + 5)
    if verdict_of(value, small, band) == "too_close_to_call":
        assert verdict_of(value, small + more, band) == "too_close_to_call"


@given(
    key_and_unit=st.sampled_from(
        [("trunk_lean", "deg"), ("leg_extension", "deg"), ("hip_bend", "deg"), ("cadence", "spm")]
    ),
    values=st.lists(st.floats(-10, 260), min_size=2, max_size=5).map(sorted),
    effort=st.sampled_from(EFFORTS),
    speed_mps=st.none() | st.floats(1.2, 8.0),
)
def test_verdicts_rise_with_the_figure_whatever_the_answers(
    key_and_unit: tuple[str, str], values: list[float], effort: Any, speed_mps: float | None
) -> None:
    key, unit = key_and_unit
    answers: dict[str, Any] = {"effort": effort, "pace_s_per_km": None if speed_mps is None else pace(speed_mps)}
    verdicts = [finding(key, figure(value, unit), **answers).verdict for value in values]
    sure = [ORDER[verdict] for verdict in verdicts if verdict in ORDER]
    assert sure == sorted(sure)
    assert "described" not in verdicts or set(verdicts) == {"described"}


# --- forward lean ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effort", "low", "high"),
    [
        ("easy", 2.5, 7.5),
        ("marathon", 3.75, 8.75),
        ("threshold", 5.0, 10.0),
        ("10k", 6.25, 11.25),
        ("5k", 7.5, 12.5),
        (None, 5.0, 10.0),
    ],
)
def test_lean_is_held_against_the_mark_of_the_effort(effort: Any, low: float, high: float) -> None:
    for value, verdict in ((low - 1, "below"), ((low + high) / 2, "within"), (high + 1, "above")):
        found = finding("trunk_lean", figure(value), effort=effort)
        assert found.verdict == verdict
        assert found.mark is not None
        assert (found.mark.low, found.mark.high) == (low, high)


def test_pace_does_not_move_the_lean_mark() -> None:
    assert finding("trunk_lean", figure(4), effort="easy", pace_s_per_km=220).mark == (
        finding("trunk_lean", figure(4), effort="easy").mark
    )


def test_lean_stands_beside_what_a_study_found() -> None:
    found = finding("trunk_lean", figure(7))
    assert found.reference is not None
    assert (found.reference.low, found.reference.high) == (3.7, 10.9)
    assert "7.3" in str(found.doubt)


# --- leg extension ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effort", ["marathon", "threshold", "10k", "5k"])
def test_extension_without_pace_is_held_against_18_at_marathon_effort_and_harder(effort: Any) -> None:
    for value, verdict in ((16, "below"), (17.8, "too_close_to_call"), (18.5, "within"), (30, "within")):
        found = finding("leg_extension", figure(value), effort=effort)
        assert found.verdict == verdict
        assert found.mark is not None
        assert (found.mark.low, found.mark.high) == (18, None)
        assert "you gave no pace" in str(found.says)


@pytest.mark.parametrize("effort", [None, "easy"])
def test_extension_without_pace_and_with_too_little_effort_is_only_described(effort: Any) -> None:
    found = finding("leg_extension", figure(12), effort=effort)
    assert (found.verdict, found.reference) == ("described", None)
    assert found.mark is not None, "the mark for marathon pace is shown, though nothing is held against it"
    assert found.mark.low == 18
    assert "pace" in str(found.says)


@pytest.mark.parametrize("effort", EFFORTS)
def test_a_known_pace_moves_the_extension_mark_along_the_lab_slope_whatever_the_effort(effort: Any) -> None:
    for speed_mps in (2.0, 2.615, 3.0, 3.5, 4.5, 5.0):
        found = finding("leg_extension", figure(20), effort=effort, pace_s_per_km=pace(speed_mps))
        assert found.mark is not None
        assert found.mark.low == pytest.approx(4.4 + 5.2 * speed_mps, abs=0.01)


def test_18_degrees_is_enough_at_6_22_per_km_and_not_at_5_00() -> None:
    assert finding("leg_extension", figure(18.6), pace_s_per_km=382).verdict == "within"
    assert finding("leg_extension", figure(18.6), pace_s_per_km=300).verdict == "below"


@pytest.mark.parametrize("speed_mps", [1.9, 5.1])
def test_a_pace_that_the_lab_did_not_reach_gives_no_verdict(speed_mps: float) -> None:
    for key, unit in (("leg_extension", "deg"), ("cadence", "spm")):
        found = finding(key, figure(20, unit), effort="5k", pace_s_per_km=pace(speed_mps))
        assert (found.verdict, found.mark, found.reference) == ("described", None, None)


def test_extension_stands_beside_the_lab_average_at_that_speed() -> None:
    found = finding("leg_extension", figure(20), pace_s_per_km=pace(3.5))
    assert found.reference is not None
    assert found.reference.low == pytest.approx(22.6 - 6)
    assert found.reference.high == pytest.approx(22.6 + 6)


# --- hip bend and cadence --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"), [(-8, "within"), (0, "within"), (5.2, "too_close_to_call"), (6, "above")]
)
def test_hip_bend_has_only_an_upper_edge(value: float, verdict: str) -> None:
    assert finding("hip_bend", figure(value)).verdict == verdict


@pytest.mark.parametrize(
    ("speed_mps", "spm", "verdict"),
    [
        (2.5, 140, "below"),
        (2.5, 160, "within"),
        (2.5, 180, "above"),  # 180 is nothing to aim for when slow
        (4.5, 160, "below"),
        (4.5, 180, "within"),
        (4.5, 200, "above"),
    ],
)
def test_cadence_is_held_beside_studies_at_that_speed(speed_mps: float, spm: float, verdict: str) -> None:
    found = finding("cadence", figure(spm, "spm", 1.0), pace_s_per_km=pace(speed_mps))
    assert found.verdict == verdict
    assert found.mark is None
    assert found.reference is not None


def test_cadence_without_pace_is_only_described() -> None:
    found = finding("cadence", figure(150, "spm"), effort="5k")
    assert (found.verdict, found.reference) == ("described", None)


# --- described -------------------------------------------------------------------------------------------------------


def everything(**changed: Measure) -> dict[str, Measure]:
    measures = {
        key: figure(1, text.unit, word=message("heel") if key == "foot_strike" else None)
        for key, text in KNOWLEDGE.measures.items()
    }
    return measures | changed


def test_every_other_figure_is_described_with_what_it_asks_of() -> None:
    judged = {"trunk_lean", "leg_extension", "hip_bend", "cadence"}
    for found in judge(everything(), Answers(effort="5k", pace_s_per_km=280), KNOWLEDGE):
        if found.key not in judged:
            assert (found.verdict, found.mark) == ("described", None)
            assert found.muscles
            assert found.tests
            assert found.drills


def test_a_missing_figure_gives_no_finding() -> None:
    measures = everything(trunk_lean=Missing("deg", message("The shoulders were hidden.")))
    keys = [found.key for found in judge(measures, Answers(), KNOWLEDGE)]
    assert "trunk_lean" not in keys
    assert len(keys) == len(KNOWLEDGE.measures) - 1


def test_findings_are_the_same_whatever_language_is_spoken() -> None:
    answers = Answers(effort="marathon", pace_s_per_km=300, sitting_hours=9)
    english = judge(everything(), answers, KNOWLEDGE)
    with speaking("es"):
        assert judge(everything(), answers, load(language="en")) == english
        assert [str(found.says) for found in english] != [found.says.worded("en") for found in english]
        with pytest.raises(ValueError, match="English"):
            judge(everything(), answers, load())


def test_a_figure_that_is_not_explained_is_a_bug() -> None:
    with pytest.raises(KeyError, match="arm_swing"):
        judge({"arm_swing": figure(1)}, Answers(), KNOWLEDGE)


def test_bounce_is_held_beside_centimetres_only_in_centimetres() -> None:
    assert finding("vertical_oscillation", figure(0.09, "ratio")).reference is None
    found = finding("vertical_oscillation", figure(8, "cm"))
    assert found.reference is not None
    assert (found.reference.low, found.reference.high) == (6.5, 8.9)
    assert "8.0 ± 0.5 cm" in str(found.says)


def test_a_figure_that_moves_with_speed_has_no_reference_without_it() -> None:
    assert finding("knee_drive", figure(30)).reference is None
    found = finding("knee_drive", figure(30), pace_s_per_km=pace(3.5))
    assert found.reference is not None
    assert found.reference.low == found.reference.high == pytest.approx(36.35)
    assert "about 36.4 degrees" in str(found.says)


def test_foot_strike_is_told_in_its_word() -> None:
    assert "heel" in str(finding("foot_strike", figure(12, word=message("heel"))).says)


# --- words, order, links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"), [(7.31, "7.3 ± 1.6 degrees forward"), (-2.0, "2.0 ± 1.6 degrees backward")]
)
def test_a_finding_says_number_error_unit_and_direction(value: float, words: str) -> None:
    assert words in str(finding("trunk_lean", figure(value, plus_minus=1.6)).says)


@pytest.mark.parametrize(
    ("effort", "pace_s_per_km", "sitting"), list(product(EFFORTS, (None, 190, 300, 560), (None, 9)))
)
@pytest.mark.parametrize("value", [-30.0, 4.0, 19.0, 160.0, 230.0])
def test_every_finding_reads_as_sentences_with_sources_that_resolve(
    effort: Any, pace_s_per_km: float | None, sitting: float | None, value: float
) -> None:
    measures = {key: figure(value, text.unit) for key, text in KNOWLEDGE.measures.items()}
    answers = Answers(effort=effort, pace_s_per_km=pace_s_per_km, sitting_hours=sitting)
    findings = judge(measures, answers, KNOWLEDGE)
    assert len(findings) == len(measures)
    for found in findings:
        assert str(found.says).endswith(".")
        assert "±" in str(found.says)
        assert KNOWLEDGE.measures[found.key].unit_words in str(found.says)
        assert not re.search(r"[{}]|  | \.| ,|nan|None", str(found.says))
        assert found.sources
        assert set(found.sources) <= set(KNOWLEDGE.sources)
        assert set(found.muscles) <= set(KNOWLEDGE.muscles)
        assert set(found.tests) <= set(KNOWLEDGE.tests)
        assert set(found.drills) <= set(KNOWLEDGE.drills)
        if found.verdict in ("below", "above"):
            assert found.muscles
            assert found.tests
            assert found.drills
            assert found.doubt


def test_the_order_is_the_order_of_the_knowledge_not_of_the_figures() -> None:
    measures = dict(reversed(everything().items()))
    assert [found.key for found in judge(measures, Answers(), KNOWLEDGE)] == list(KNOWLEDGE.measures)


def test_long_sitting_changes_order_and_words_and_nothing_else() -> None:
    measures = everything(trunk_lean=figure(2), leg_extension=figure(12))
    short, long = (judge(measures, Answers(effort="marathon", sitting_hours=hours), KNOWLEDGE) for hours in (5.9, 6.0))
    assert [found.key for found in short][:2] == ["trunk_lean", "leg_extension"]
    assert [found.key for found in long][:2] == ["leg_extension", "trunk_lean"]
    assert str(long[0].says).startswith(str(short[1].says))
    assert "sit" in str(long[0].says)
    assert "sit" not in str(short[1].says).split()
    assert long[0].drills[0] == "hip_flexor_lunge"
    by_key = {found.key: found for found in short}
    for found in long:
        twin = by_key[found.key]
        assert (found.verdict, found.mark, found.reference) == (twin.verdict, twin.mark, twin.reference)


def test_long_sitting_says_nothing_where_extension_is_enough() -> None:
    enough = finding("leg_extension", figure(25), effort="marathon", sitting_hours=10)
    assert enough == finding("leg_extension", figure(25), effort="marathon")
