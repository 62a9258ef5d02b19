"""The explainer's parts: pictures of every drill and test, the leg, forces by pace, chains, and where articles differ."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from core import knowledge
from core.coaching import implications
from core.i18n.message import message
from core.model.report import Answers, Finding
from pages.components.session import KEY
from tests import builders
from tests.pages.conftest import text_of
from tests.pages.test_pages import add_job
from view.charts import force_by_pace, muscle_forces
from view.drawing import exercises, leg_muscles, runner

KNOWN = knowledge.load()
PALETTES = [runner.LIGHT, runner.DARK]
EVERY = tuple(KNOWN.muscles.values())
MOVES = [(exercises.drill_pictures, key) for key in KNOWN.drills] + [
    (exercises.test_pictures, key) for key in KNOWN.tests
]


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_every_drill_and_every_home_test_has_its_pictures_and_no_other_has():
    drawn = exercises.load()
    assert set(drawn.drills) == set(KNOWN.drills)
    assert set(drawn.tests) == set(KNOWN.tests)
    assert all(move.cheat for move in drawn.tests.values())


@pytest.mark.parametrize(("pictures", "key"), MOVES, ids=lambda part: part if isinstance(part, str) else part.__name__)
@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_pictures_are_sound_alike_and_told_in_words(pictures, key, palette):
    made = pictures(key, palette)
    assert len(made) == (3 if pictures is exercises.test_pictures else 2)
    assert len({picture.alt for picture in made}) == len(made)
    assert len({picture.svg for picture in made}) == len(made)
    sizes = set()
    for picture in made:
        assert "nan" not in picture.svg
        root = ElementTree.fromstring(picture.svg)
        sizes.add(root.get("viewBox"))
        assert picture.alt.endswith(".")
        assert set(re.findall(r"#[0-9A-F]{6}", picture.svg)) <= set(vars(palette).values())
    assert len(sizes) == 1


@pytest.mark.parametrize(
    "move", [*exercises.load().drills.values(), *exercises.load().tests.values()], ids=[key for _, key in MOVES]
)
def test_nobody_floats_sinks_or_leaves_the_picture(move):
    for pose in filter(None, (move.start, move.end, move.cheat)):
        points = exercises.bones(move, pose).points
        low = {name: y + runner.RADII[name.split("_")[-1]] * exercises.BODY for name, (_, y) in points.items()}
        raised = move.raised if pose.raised is None else pose.raised
        assert max(low.values()) == pytest.approx(exercises.GROUND - raised * exercises.BODY)
        assert points[move.fixed][0] == pytest.approx(0)
        xs = [x for x, _ in points.values()]
        assert max(xs) - min(xs) < exercises.SIDE - 10
        assert min(y for _, y in points.values()) > 0


def test_only_known_angles_are_postures():
    for move in (*exercises.load().drills.values(), *exercises.load().tests.values()):
        for pose in filter(None, (move.start, move.end, move.cheat)):
            assert set(pose.angles) <= set(runner.Posture.__dataclass_fields__)


def test_a_foot_that_is_left_out_is_level_with_the_ground():
    skeleton = exercises.bones(exercises.load().tests["sit_to_stand"], exercises.load().tests["sit_to_stand"].start)
    _, _, heel, toe = skeleton.near
    assert heel[1] == pytest.approx(toe[1])


# --- the leg ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_the_leg_has_a_button_and_a_shape_for_every_muscle(palette):
    svg = ElementTree.fromstring(leg_muscles.leg(EVERY, palette, 3, {"quads"}))
    groups = [node for node in svg.iter() if node.get("role") == "button"]
    assert [node.get("data-muscle") for node in groups] == [muscle.key for muscle in EVERY]
    assert all(node.get("tabindex") == "0" for node in groups)
    for muscle, node in zip(EVERY, groups, strict=True):
        said = node.get("aria-label")
        assert muscle.name in said
        assert ("place not sure" in said) == (muscle.rank > 3)
        assert ("asked for by your result" in said) == (muscle.key == "quads")
    shapes = {node.get("data-muscle") for node in svg.iter() if "muscle" in (node.get("class") or "").split()}
    assert shapes == set(KNOWN.muscles)


WORDS_OF_MOMENTS = {
    "initial_contact": ("landing", "contact", "early contact"),
    "mid_stance": ("middle of contact", "contact", "second half of contact"),
    "toe_off": ("push-off", "contact", "second half of contact"),
    "early_swing": ("early swing",),
    "late_swing": ("late swing",),
}


@pytest.mark.parametrize("muscle", EVERY, ids=lambda muscle: muscle.key)
def test_the_moments_in_colour_are_those_that_the_words_name(muscle):
    named = set(re.split(r" and | to ", muscle.phase))
    shown = leg_muscles.load().muscles[muscle.key].phases
    assert set(shown) == {moment for moment, told in WORDS_OF_MOMENTS.items() if named & set(told)}
    assert leg_muscles.moments(muscle, runner.LIGHT) != leg_muscles.moments(muscle, runner.DARK)
    ElementTree.fromstring(leg_muscles.moments(muscle, runner.DARK))


# --- forces by pace -----------------------------------------------------------------------------------------------------


def test_paces_of_the_slider_hold_the_runners_own():
    assert force_by_pace.paces(None)[0] == 480
    assert force_by_pace.paces(None)[-1] == 150
    assert 343 in force_by_pace.paces(343.2)
    assert force_by_pace.paces(700) == force_by_pace.paces(None)


def test_what_is_known_at_a_pace_and_what_is_not():
    six, four = force_by_pace.told(EVERY, 360), force_by_pace.told(EVERY, 240)
    assert "**5 of 7**" in six
    assert six.partition("None for")[2].startswith(": deep calf muscle, upper calf muscle. What else is known")
    assert "**no** muscle's force" in four
    assert "4:23 /km" in four
    assert {muscle.key for muscle in force_by_pace.known(EVERY, 3.49)} >= {
        "soleus",
        "gluteus_medius",
        "gluteus_maximus",
    }


def test_one_muscle_at_a_pace():
    soleus, quads, medius = (KNOWN.muscles[key] for key in ("soleus", "quads", "gluteus_medius"))
    assert "up to 6.7" in force_by_pace.at_pace(soleus, 1000 / 3.49)
    assert "No number at this pace" in force_by_pace.at_pace(soleus, 360)
    assert "about 0.91 × body weight** (rectus femoris, one of the four parts)" in force_by_pace.at_pace(quads, 300)
    assert "about 3.27" in force_by_pace.at_pace(medius, 300), "at her own step rate"
    assert "does not move with the slider" in force_by_pace.at_pace(medius, 300)


@pytest.mark.parametrize("pace_s", [480, 360, 300, 240, 150])
def test_dots_are_full_only_where_a_number_is_from_that_pace(pace_s):
    figure = muscle_forces.force_chart(EVERY, "quads", pace_s, runner.LIGHT)
    full = sum(symbol == "circle" for row in figure.data for symbol in row.marker.symbol)
    assert full == sum(force_by_pace.covers(force, 1000 / pace_s) for muscle in EVERY for force in muscle.own_forces)


def test_the_pace_chart_draws_each_number_where_it_is_from():
    figure = force_by_pace.pace_chart(EVERY, "soleus", 300, runner.DARK)
    drawn = sorted((line.x, line.y[0]) for line in figure.data)
    assert drawn == sorted((force.speeds_mps, force.value) for muscle in EVERY for force in muscle.own_forces)
    assert figure.data[-1].name == "Soleus"
    assert "up to 6.7 at 4:46 /km; about 8.71 at 2:24 /km" in force_by_pace.pace_alt(KNOWN.muscles["soleus"])


@pytest.mark.parametrize("muscle", EVERY, ids=lambda muscle: muscle.key)
def test_no_muscle_is_empty(muscle, visit):
    """Each has a dot in the chart, and a muscle without a force at distance pace has what else is known."""
    chart = muscle_forces.force_chart(EVERY, muscle.key, 300, runner.LIGHT)
    assert len(chart.data) == len(EVERY)
    assert muscle.besides or any(force_by_pace.covers(force, 1000 / 300) for force in muscle.own_forces)
    assert not muscle.besides or muscle.besides_sources


# --- a result, explained ------------------------------------------------------------------------------------------------


def chains():
    for key, by_verdict in KNOWN.links.items():
        for verdict in sorted({*by_verdict, "too_close_to_call", "described"} - {"always", "otherwise"}):
            yield Finding(key=key, verdict=verdict, says=message("-"))


@pytest.mark.parametrize("finding", list(chains()), ids=lambda finding: f"{finding.key}-{finding.verdict}")
def test_a_chain_holds_every_link_once(finding):
    links, steps = KNOWN.links_of(finding.key, finding.verdict), implications.chain(finding, KNOWN)
    for kind in ("muscles", "tests", "drills"):
        shown = [link.key for step in steps for link in getattr(step, kind)]
        assert sorted(shown) == sorted({link.key for link in getattr(links, kind)})
    assert all(step.muscles for step in steps)


def test_tests_and_drills_stand_with_a_muscle_that_they_are_for():
    steps = implications.chain(Finding(key="leg_extension", verdict="below", says=message("-")), KNOWN)
    for step in steps:
        mine = {link.key for link in step.muscles}
        assert all(mine & set(KNOWN.tests[link.key].muscles) for link in step.tests)
        assert all(mine & set(KNOWN.drills[link.key].muscles) for link in step.drills)
    assert sum(bool(step.tests and step.drills) for step in steps) >= 3


def test_long_sitting_changes_the_order_and_nothing_else():
    finding = Finding(key="leg_extension", verdict="below", says=message("-"))
    rested, sat = (implications.chain(finding, KNOWN, Answers(sitting_hours=hours)) for hours in (2, 10))
    assert KNOWN.general.sitting.drill in {link.key for link in sat[0].drills}
    assert rested != sat
    assert sorted(map(str, rested)) == sorted(map(str, sat))
    young = implications.chain(finding, KNOWN, Answers(under_18=True))
    assert young
    assert not any(step.tests or step.drills for step in young)
    first = implications.explained(builders.report(), KNOWN)[0]
    assert first.key == KNOWN.general.sitting.finding


def test_a_result_is_explained_from_muscle_to_drill(visit, store):
    for page in ("pages/explain.py", "pages/results.py"):
        text = text_of(visit(page, **{KEY: add_job(store, "done")}))
        links = KNOWN.links_of("trunk_lean", "below")
        for link in (*links.muscles, *links.tests, *links.drills):
            assert link.because in text
        assert KNOWN.general.sitting.says in text
        for key in {link.key for link in links.tests}:
            assert KNOWN.tests[key].name in text


# --- where the articles and the studies differ --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", list(KNOWN.differences.values()), ids=lambda row: f"{row.place}-{row.key}-on-{row.page}"
)
def test_every_difference_is_visible_on_the_page_that_it_concerns(row, visit, store):
    at = visit(f"pages/{row.page}.py", **{KEY: add_job(store, "done")})
    if row.page in ("strength", "plan"):
        # Home tests and drills come after a short safety screen.
        at.checkbox(key="none-of-these").check().run()
    text = text_of(at)
    for said in (row.claim, row.studies, row.says):
        assert said in text


def test_the_explainer_shows_every_claim(visit, store):
    text = text_of(visit("pages/explain.py"))
    assert all(row.claim in text and row.studies in text and row.says in text for row in KNOWN.differences.values())
