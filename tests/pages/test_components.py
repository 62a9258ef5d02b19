"""The parts of the pages that are plain functions: words, links, drawings, charts."""

from __future__ import annotations

import ast
import math
import re
from xml.etree import ElementTree

import pytest

from core import knowledge
from core.coaching import implications
from core.errors import BadAnswer
from core.i18n.message import message
from core.model.measures import Measured, Missing
from core.model.report import CHECKS, Answers, Band, Finding
from core.paths import ROOT
from pages.components import checks, pace
from tests import builders
from view.charts import muscle_forces
from view.drawing import runner
from view.site import WELLNESS
from view.text import wording


@pytest.mark.parametrize(
    ("text", "per_mile", "seconds"),
    [("5:30", False, 330), ("5.30", False, 330), ("8:00", True, 298.3), ("", False, None), ("  ", True, None)],
)
def test_pace_is_read(text, per_mile, seconds):
    assert pace.pace_s_per_km(text, per_mile) == (seconds and pytest.approx(seconds, abs=0.05))


@pytest.mark.parametrize("text", ["fast", "5:60", "5", "-5:30", "5:3"])
def test_pace_that_cannot_be_read_is_told(text):
    with pytest.raises(BadAnswer, match="cannot be read"):
        pace.pace_s_per_km(text, False)


@pytest.mark.parametrize(
    ("measure", "value", "error"),
    [
        (Measured(value=7.25, unit="deg", plus_minus=1.6), "7.2°", "± 1.6°"),
        (Measured(value=-3.04, unit="deg", plus_minus=1), "−3.0°", "± 1.0°"),
        (Measured(value=-0.04, unit="deg", plus_minus=1), "0.0°", "± 1.0°"),
        (Measured(value=0.234, unit="ratio", plus_minus=0.03), "0.23", "± 0.03"),
        (Measured(value=165.6, unit="spm", plus_minus=2), "166 steps/min", "± 2 steps/min"),
        (Missing("deg", message("Hidden.")), "–", ""),
    ],
)
def test_figures_in_words(measure, value, error):
    assert (wording.value(measure), wording.error(measure)) == (value, error)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(5, 10, "5.0 to 10.0°"), (18, None, "18.0° or more"), (None, 6, "up to 6.0°"), (None, None, "")],
)
def test_ranges_in_words(low, high, text):
    assert wording.band(low, high, "deg") == text


def test_a_figure_without_a_coachs_mark_is_not_held_against_one():
    finding = Finding(
        key="cadence",
        verdict="below",
        says=message("Fewer."),
        reference=Band(label=message("Studies"), low=160, high=170),
    )
    assert "coach" not in wording.verdict(finding)[1]


def test_pace_is_told_in_both_units():
    assert wording.pace(300) == "5:00 /km (8:03 /mile)"


def test_what_follows_has_the_reasons_of_the_knowledge():
    known, report = knowledge.load(), builders.report()
    asked = implications.muscles(report, known)
    links = known.links_of("trunk_lean", "below").muscles
    assert {link.key for link in links} <= set(asked)
    for link in links:
        assert ("trunk_lean", link.because) in asked[link.key].reasons


def test_described_figures_ask_for_nothing():
    described = Finding(key="knee_drive", verdict="described", says=message("33°."))
    assert implications.muscles(builders.report(findings=(described,)), knowledge.load()) == {}


@pytest.mark.parametrize("palette", [runner.LIGHT, runner.DARK])
def test_every_picture_is_sound_svg(palette):
    pictures = [draw(palette) for pair in checks.PICTURES.values() for draw in (pair.right, pair.wrong)]
    pictures += [runner.lean_picture(lean, palette) for lean in (-5, 0, 4.5, 15)]
    pictures += [runner.extension_picture(extension, palette) for extension in (-5, 0, 18, 35)]
    for picture in pictures:
        assert "nan" not in picture
        assert ElementTree.fromstring(picture).tag.endswith("svg")


def test_every_check_has_a_picture_of_right_and_another_of_wrong():
    assert set(checks.PICTURES) == set(CHECKS)
    for pair in checks.PICTURES.values():
        assert pair.right(runner.LIGHT) != pair.wrong(runner.LIGHT)
        assert pair.right(runner.LIGHT) != pair.right(runner.DARK)
        assert (pair.right_says[:5], pair.wrong_says[:4]) == ("Yes: ", "No: ")


def test_every_wrong_is_drawn_in_its_own_way():
    drawn = [pair.wrong(runner.LIGHT) for pair in checks.PICTURES.values()]
    assert len(set(drawn)) == len(CHECKS)


@pytest.mark.parametrize("lean", [0, 6, 12])
def test_the_drawn_runner_has_the_angles_asked_for(lean):
    bones = runner.skeleton(runner.Posture(lean=lean, near_thigh=-21), (100, 100), 200)
    (hip_x, hip_y), (x, y), (knee_x, knee_y) = bones.hip, bones.shoulder, bones.near[0]
    assert math.degrees(math.atan2(x - hip_x, hip_y - y)) == pytest.approx(lean)
    assert math.degrees(math.atan2(hip_x - knee_x, knee_y - hip_y)) == pytest.approx(21)


@pytest.mark.parametrize("posture", [runner.TOE_OFF, runner.MID_STANCE, runner.INITIAL_CONTACT])
def test_the_drawn_runner_stands_on_the_ground(posture):
    assert runner.standing_at(posture, 100, 300, 200).lowest == pytest.approx(300 - 0.018 * 200)


def test_the_force_chart_has_a_dot_for_each_figure_of_a_study():
    known = knowledge.load()
    figure = muscle_forces.force_chart(known.muscles.values(), "soleus", 300, runner.LIGHT)
    dots = sorted(value for row in figure.data for value in row.x)
    assert dots == sorted(force.value for muscle in known.muscles.values() for force in muscle.own_forces)


def test_what_the_runner_told_in_a_line():
    answers = Answers(effort="5k", pace_s_per_km=240, surface="treadmill", slow_motion=4)
    assert wording.told(answers) == "5 km race, 4:00 /km (6:26 /mile), treadmill, slow motion 4×"


FORBIDDEN = re.compile(
    r"diagnos|\btreat|injur|prevent|rehab|patholog|disorder|\bweak|therap|\brisk|\bfail|perfect form",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "pages").rglob("*.py"), *(ROOT / "view").rglob("*.py"), ROOT / "home.py"]),
    ids=lambda path: path.name,
)
def test_no_word_of_diagnosis_treatment_or_judgement(path):
    strings = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != WELLNESS
    ]
    assert [text for text in strings if FORBIDDEN.search(text)] == []
