"""Each figure is held against the right mark, in the right words, and says so when it cannot tell."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.findings import judge
from core.coaching.verdicts import verdict_of
from core.i18n.message import Message, message
from core.i18n.translate import speaking
from core.knowledge import load
from core.model.measures import Z90, Measure, Measured, Missing
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
    ("value", "plus_minus", "low", "high", "verdict", "strength"),
    [
        (4.9, 0.0, 5, 10, "below", "plain"),
        (5.0, 0.0, 5, 10, "within", "plain"),  # an edge belongs to the range
        (10.0, 0.0, 5, 10, "within", "plain"),
        (10.1, 0.0, 5, 10, "above", "plain"),
        (5.0, 1.0, 5, 10, "too_close_to_call", "plain"),  # on the edge both are as likely
        (4.0, 1.0, 5, 10, "below", "plain"),  # 95 %
        (4.0, 1.8, 5, 10, "below", "probably"),  # 82 %
        (4.5, 1.8, 5, 10, "too_close_to_call", "plain"),  # 68 %
        (5.6, 1.8, 5, 10, "within", "probably"),  # 71 %
        (7.5, 1.8, 5, 10, "within", "plain"),
        (7.5, 9.0, 5, 10, "too_close_to_call", "plain"),  # wider than the range
        (99.0, 1.0, 18, None, "within", "plain"),  # an open end is never crossed
        (17.6, 1.0, 18, None, "below", "probably"),
        (-20.0, 1.0, None, 5, "within", "plain"),
        (7.0, 1.0, None, 5, "above", "plain"),
    ],
)
def test_verdict_of_a_value_and_its_error(
    value: float, plus_minus: float, low: float | None, high: float | None, verdict: str, strength: str
) -> None:
    assert verdict_of(value, plus_minus, Band(label=message(""), low=low, high=high)) == (verdict, strength)


@pytest.mark.parametrize(
    ("sd_over_edge", "strength"), [(1.29, "plain"), (1.27, "probably"), (0.53, "probably"), (0.52, None)]
)
def test_the_strength_is_the_probability_of_a_normal_error(sd_over_edge: float, strength: str | None) -> None:
    """90 % is 1.282 standard deviations from the edge, and 70 % is 0.524."""
    band = Band(label=message(""), low=18)
    verdict = verdict_of(18 + sd_over_edge, Z90, band)
    assert verdict == (("within", strength) if strength else ("too_close_to_call", "plain"))


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
    placed = [verdict_of(value, plus_minus, band)[0] for value in values]
    sure = [ORDER[verdict] for verdict in placed if verdict != "too_close_to_call"]
    assert sure == sorted(sure)


@given(value=st.floats(-40, 60), small=st.floats(0, 5), more=st.floats(0, 5), low=st.floats(-10, 20))
def test_more_error_never_makes_a_verdict_surer(value: float, small: float, more: float, low: float) -> None:
    band = Band(label=message(""), low=low, high=low + 5)
    rank = {"plain": 2, "probably": 1}
    less, most = (verdict_of(value, error, band) for error in (small, small + more))
    ranks = [0 if verdict == "too_close_to_call" else rank[strength] for verdict, strength in (less, most)]
    assert ranks[1] <= ranks[0]


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
    assert "below" not in verdicts or "described" not in verdicts


# --- forward lean ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("speed_mps", [None, 2.0, 3.4, 5.5])
def test_lean_is_held_against_5_to_10_at_every_effort_and_pace(effort: Any, speed_mps: float | None) -> None:
    for value, verdict in ((3, "below"), (5.5, "within"), (9.5, "within"), (12, "above")):
        found = finding("trunk_lean", figure(value), effort=effort, pace_s_per_km=speed_mps and pace(speed_mps))
        assert found.verdict == verdict
        assert found.mark is not None
        assert (found.mark.low, found.mark.high) == (5, 10)


@pytest.mark.parametrize(
    ("effort", "tick"), [("easy", 5), ("marathon", 6.25), ("threshold", 7.5), ("10k", 8.75), ("5k", 10), (None, None)]
)
def test_the_efforts_place_in_the_range_is_a_tick(effort: Any, tick: float | None) -> None:
    found = finding("trunk_lean", figure(4), effort=effort)
    assert found.mark is not None
    assert found.mark.tick == tick
    assert (tick is None) == ("would be at" not in str(found.says))


def test_lean_stands_beside_recreational_runners_near_their_own_pace() -> None:
    found = finding("trunk_lean", figure(4), pace_s_per_km=300)
    assert found.reference is not None
    assert (found.reference.low, found.reference.high) == (3.7, 10.9)
    assert "7.3" in str(found.doubt)
    far = finding("trunk_lean", figure(4), pace_s_per_km=200)
    assert far.reference is None
    assert "reaches your pace: its runners ran at 4:54 per km" in str(far.says)


def test_a_probable_verdict_says_so() -> None:
    found = finding("trunk_lean", figure(4, plus_minus=1.8))
    assert (found.verdict, found.strength) == ("below", "probably")
    assert "probable, not sure" in str(found.says)
    assert "probable" not in str(finding("trunk_lean", figure(3, plus_minus=1.8)).says)


# --- leg extension ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effort", ["marathon", "threshold", "10k", "5k"])
@pytest.mark.parametrize("speed_mps", [None, 2.0, 3.5, 5.0, 6.0])
def test_extension_is_held_against_18_at_marathon_effort_and_harder(effort: Any, speed_mps: float | None) -> None:
    for value, verdict in ((16, "below"), (17.9, "too_close_to_call"), (18.5, "within"), (30, "within")):
        found = finding("leg_extension", figure(value), effort=effort, pace_s_per_km=speed_mps and pace(speed_mps))
        assert found.verdict == verdict
        assert found.mark is not None
        assert (found.mark.low, found.mark.high) == (18, None)


@pytest.mark.parametrize("effort", [None, "easy"])
@pytest.mark.parametrize("speed_mps", [None, 2.2, 3.5])
def test_an_easy_run_is_never_below_the_extension_mark(effort: Any, speed_mps: float | None) -> None:
    less, close, more = (
        finding("leg_extension", figure(value), effort=effort, pace_s_per_km=speed_mps and pace(speed_mps))
        for value in (12, 18, 20)
    )
    assert (less.verdict, close.verdict, more.verdict) == ("described", "described", "within")
    assert "Easy runs need less." in str(less.says)
    assert "you already reach it" in str(more.says)
    assert less.mark is not None
    assert less.mark.low == 18


@pytest.mark.parametrize("speed_mps", [1.9, 5.1])
def test_a_pace_that_the_lab_did_not_reach_has_no_reference_and_says_where_it_ends(speed_mps: float) -> None:
    for key, unit in (("leg_extension", "deg"), ("cadence", "spm")):
        found = finding(key, figure(20, unit), effort="easy", pace_s_per_km=pace(speed_mps))
        assert found.reference is None
        assert "its runners ran at 6:40 to 3:42 per km" in str(found.says)


@pytest.mark.parametrize(
    ("key", "unit"),
    [("contact_time", "ms"), ("flight_time", "ms"), ("vertical_oscillation", "cm"), ("knee_flexion_stance", "deg")],
)
def test_no_average_of_an_easy_pace_stands_beside_a_5_km_run(key: str, unit: str) -> None:
    assert finding(key, figure(50, unit), effort="5k").reference is None
    assert finding(key, figure(50, unit), effort="easy").reference is not None
    if key != "knee_flexion_stance":  # its study's speed was not read
        assert finding(key, figure(50, unit), effort="5k", pace_s_per_km=220).reference is None


def test_extension_stands_beside_the_lab_average_at_that_speed() -> None:
    found = finding("leg_extension", figure(20), pace_s_per_km=pace(3.5))
    assert found.reference is not None
    assert found.reference.low == pytest.approx(22.6 - 6)
    assert found.reference.high == pytest.approx(22.6 + 6)


# --- hip bend and cadence --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(-12, "below"), (-5, "too_close_to_call"), (0, "within"), (5.1, "too_close_to_call"), (6, "above")],
)
def test_hip_bend_is_judged_on_both_sides(value: float, verdict: str) -> None:
    found = finding("hip_bend", figure(value))
    assert found.verdict == verdict
    assert (verdict == "within") == ("close to the one line" in str(found.says))


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


def test_height_moves_the_range_of_cadence() -> None:
    given = [
        finding("cadence", figure(160, "spm"), pace_s_per_km=333, height_cm=height).reference
        for height in (None, 152, 172, 192, 230)
    ]
    plain, short, middle, tall, giant = (band.low for band in given if band and band.low)
    assert middle == plain
    assert (short - middle, tall - middle, giant - middle) == (10, -10, -10)
    assert given[1] is not None
    assert "height" in str(given[1].label)


def test_the_pace_that_the_clip_shows_chooses_the_ranges_if_none_was_given() -> None:
    def judged(speed: Measured, **answers: Any) -> Finding:
        return next(
            f
            for f in judge({"cadence": figure(160, "spm"), "speed": speed}, Answers(**answers), KNOWLEDGE)
            if f.key == "cadence"
        )

    shown = judged(Measured(value=10.8, unit="km/h", plus_minus=0.9)).reference
    exact = finding("cadence", figure(160, "spm"), pace_s_per_km=pace(3.0)).reference
    assert shown is not None
    assert exact is not None
    # Each edge moves out by the error of the speed, a quarter of a metre per second.
    assert (shown.low, shown.high) == pytest.approx(((exact.low or 0) - 0.25 * 9, (exact.high or 0) + 0.25 * 10.5))
    # One that does not depend on speed stays.
    bounce = [
        f.reference
        for f in judge(
            {"vertical_oscillation": figure(8, "cm"), "speed": Measured(value=10.8, unit="km/h", plus_minus=0.9)},
            Answers(),
            KNOWLEDGE,
        )
    ]
    assert [band.low for band in bounce if band] == [6.5]
    assert judged(Measured(value=10.8, unit="km/h", plus_minus=3.0)).reference is None, "too rough"
    given = judged(Measured(value=10.8, unit="km/h", plus_minus=1.0), pace_s_per_km=pace(4.0))
    assert given.reference == finding("cadence", figure(160, "spm"), pace_s_per_km=pace(4.0)).reference


# --- unusual ---------------------------------------------------------------------------------------------------------


def unusual(shank: Measure | None, ahead: float = 0.36, **answers: Any) -> Finding:
    measures = {"overstride": figure(ahead, "ratio", 0.04)} | ({"shank_angle_contact": shank} if shank else {})
    return judge(measures, Answers(pace_s_per_km=330, **answers), KNOWLEDGE)[0]


def test_a_foot_far_ahead_with_a_tilted_shin_is_named_by_a_cue() -> None:
    found = unusual(figure(20, plus_minus=4))
    assert (found.verdict, found.strength, found.mark) == ("above", "plain", None)
    assert "Try to let the foot land under you" in str(found.says)
    assert found.drills[0] == "step_rate_up"


def test_a_foot_far_ahead_alone_is_only_described() -> None:
    assert unusual(figure(10, plus_minus=4)).verdict == "described"
    assert unusual(None).verdict == "described"
    assert unusual(figure(20, plus_minus=4), ahead=0.25).verdict == "described"
    assert unusual(figure(16, plus_minus=4)).verdict == "described", "a shin that may or may not be tilted says nothing"


def test_an_unusual_bounce_and_an_unusual_time_on_the_ground_are_named() -> None:
    assert finding("vertical_oscillation", figure(12, "cm"), effort="easy").verdict == "above"
    assert finding("vertical_oscillation", figure(9.5, "cm"), effort="easy").verdict == "described"
    assert finding("vertical_oscillation", figure(12, "cm"), effort="5k").verdict == "described"
    assert finding("duty_factor", figure(47, "%"), pace_s_per_km=pace(3)).verdict == "above"
    assert finding("duty_factor", figure(41, "%"), pace_s_per_km=pace(3)).verdict == "described"


# --- under 18 --------------------------------------------------------------------------------------------------------


def test_a_runner_under_18_is_compared_with_nobody() -> None:
    for found in judge(
        everything(), Answers(effort="5k", pace_s_per_km=280, under_18=True, sitting_hours=9), KNOWLEDGE
    ):
        assert (found.verdict, found.mark, found.reference, found.doubt) == ("described", None, None, None)
        assert (found.tests, found.drills) == ((), ())
        assert "of adults" in str(found.says)


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
    assert "8.0 ± 0.5 centimetres" in str(found.says)


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
        if found.key == "leg_extension" and effort in (None, "easy"):
            assert found.verdict in ("described", "within")


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
