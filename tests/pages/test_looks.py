"""The drawings of a result: each is a function of the report, says what the report says, and leaves out what it does not."""

from __future__ import annotations

import base64
import io
import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from core import knowledge
from core.coaching import implications
from core.coaching.findings import judge
from core.i18n.message import message
from core.i18n.translate import LANGUAGES, speaking
from core.knowledge import lab_reference
from core.model.measures import Measured, Missing
from core.model.media import KINOGRAM, PHOTOS
from core.model.report import Answers, Finding, Report
from core.model.strides import PHASES
from core.paths import ROOT
from core.storage import claims, job_files
from core.storage.store import key_of
from pages.components import kinogram, replay, result, session
from pages.components.session import KEY
from tests import builders
from view.charts import gauge, joint_angles, maps
from view.drawing import filming_scenes, lettering, measured_runner, push_off, runner
from view.export import share_card
from view.text import (
    measure_list,
    wording,  # fmt: skip
)

SAMPLE = Report.from_json((ROOT / "assets" / "demo_report.json").read_text())
WITHOUT_SPEED = replace(SAMPLE, measures={key: one for key, one in SAMPLE.measures.items() if key != "speed"})
PALETTES = [runner.LIGHT, runner.DARK]


def texts(svg: str) -> str:
    return " ".join(
        element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")
    )


def with_figures(report: Report = SAMPLE, **values: tuple[float, float]) -> Report:
    """Return the report with some figures replaced by a value and its error, without findings."""
    changed = {
        key: replace(report.measures[key], value=value, plus_minus=error) for key, (value, error) in values.items()
    }
    return replace(report, measures={**report.measures, **changed}, findings=())


def judged(answers: Answers = Answers(effort="marathon"), **values: tuple[float, float]) -> Report:  # noqa: B008
    """Return the report with some measures replaced, and what is found in them."""
    report = replace(with_figures(**values), answers=answers)
    return replace(report, findings=judge(report.measures, answers, knowledge.load(language="en")))


# --- the measured figure ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [0.0, 0.18, 0.37, 0.613, 0.999])
def test_the_drawn_figure_has_the_measured_angles(phase: float) -> None:
    stride = SAMPLE.mean_stride
    bones = measured_runner.bones(stride, phase, (100, 300), 120)
    (hip_x, hip_y), (knee_x, knee_y), (x, y) = bones.hip, bones.near[0], bones.shoulder
    thigh = math.degrees(math.atan2(hip_x - knee_x, knee_y - hip_y))
    lean = math.degrees(math.atan2(x - hip_x, hip_y - y))
    for drawn, key in ((thigh, "thigh_extension"), (lean, "trunk_lean")):
        curve = stride.angles[key].mean
        kept = curve[int(phase * PHASES)], curve[(int(phase * PHASES) + 1) % PHASES]
        assert min(kept) - 0.8 <= drawn <= max(kept) + 0.8


def test_the_near_foot_stands_on_the_ground_and_never_sinks_in() -> None:
    lows = [measured_runner.bones(SAMPLE.mean_stride, k / PHASES, (100, 300), 120).near[2:] for k in range(PHASES)]
    assert max(y for foot in lows for _, y in foot) == pytest.approx(300, abs=4)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("key", implications.HEADLINES)
def test_a_headlines_picture_is_sound_and_shows_the_number(key: str, palette: runner.Palette) -> None:
    draw = {"trunk_lean": measured_runner.lean_figure, "leg_extension": measured_runner.extension_figure}[key]
    svg = draw(SAMPLE, implications.finding_of(SAMPLE, key), palette)
    assert "nan" not in svg
    assert wording.value(SAMPLE.measures[key]) in texts(svg)
    assert svg.count("<pattern") == 1
    assert "<pattern" not in draw(SAMPLE, None, palette)


def test_a_figure_whose_arms_were_not_followed_is_drawn_without() -> None:
    stride = SAMPLE.mean_stride
    points = {name: path for name, path in stride.points.items() if not name.endswith(("elbow", "hand", "head"))}
    bones = measured_runner.bones(replace(stride, points=points), 0.2, (100, 300), 120)
    assert bones.near_hand is None
    ElementTree.fromstring(runner.svg(200, 320, runner.body(bones, 250, runner.LIGHT), runner.LIGHT))
    data = replay.moving(replace(stride, points=points), 3.0, runner.LIGHT)
    assert "near_hand" not in data["points"]


# --- gauges and the list ----------------------------------------------------------------------------------------------


def bars(svg: str) -> list[tuple[float, float]]:
    return [
        (float(rect.get("x")), float(rect.get("x")) + float(rect.get("width")))
        for rect in ElementTree.fromstring(svg).iter()
        if rect.tag.endswith("rect") and float(rect.get("height")) == 15
    ]


def dot(svg: str) -> float:
    return next(float(e.get("cx")) for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("circle"))


def test_a_gauge_has_the_dot_inside_a_band_exactly_where_the_figure_is() -> None:
    report = builders.report()
    svg = gauge.gauge(report.measures["trunk_lean"], report.findings[0], runner.LIGHT)
    mark, reference_bar = bars(svg)
    assert dot(svg) < mark[0], "3.1 is below the mark of 4.5 to 7"
    assert reference_bar[0] < mark[0] < mark[1] < reference_bar[1]
    scale = (mark[1] - mark[0]) / (7.0 - 4.5)
    assert dot(svg) == pytest.approx(mark[0] + (3.1 - 4.5) * scale, abs=0.2)
    assert "Coach’s mark 4.5 to 7.0°" in texts(svg)
    assert "Other runners 3.7 to 10.9°" in texts(svg)


def test_an_open_band_runs_to_the_edge_and_a_figure_without_bands_has_a_gauge_too() -> None:
    report = builders.report()
    svg = gauge.gauge(report.measures["leg_extension"], report.findings[1], runner.DARK)
    assert bars(svg)[0][1] == pytest.approx(330)
    assert bars(gauge.gauge(report.measures["cadence"], None, runner.LIGHT)) == []


def test_a_gauge_is_told_in_a_sentence() -> None:
    report = builders.report()
    alt = gauge.alt(report.measures["leg_extension"], report.findings[1], "Leg extension")
    assert alt == "Leg extension: 17.4° ± 1.9°; coach's mark 18.0° or more; other runners 14.0 to 26.0°."


def test_a_sparkline_has_a_dot_for_each_stride_higher_for_more() -> None:
    measure = Measured(value=5.0, unit="deg", plus_minus=1.0, n_strides=4, per_stride=(4.0, 5.0, 7.0, 4.5))
    dots = [
        e for e in ElementTree.fromstring(gauge.sparkline(measure, runner.LIGHT)).iter() if e.tag.endswith("circle")
    ]
    heights = [-float(one.get("cy")) for one in dots]
    assert sorted(range(4), key=heights.__getitem__) == [0, 3, 1, 2]
    assert gauge.sparkline(replace(measure, per_stride=(4.0, 6.0)), runner.LIGHT) == ""


def test_every_figure_but_the_headlines_is_in_the_list_once() -> None:
    listed = [key for keys in measure_list.GROUPS.values() for key in keys]
    assert sorted([*listed, *implications.HEADLINES]) == sorted(set(SAMPLE.measures))


def test_the_list_says_each_number_with_its_error_or_why_it_is_missing() -> None:
    report, known = builders.report(), knowledge.load()
    html = measure_list.listed(report, known, runner.LIGHT)
    for keys in measure_list.GROUPS.values():
        for key in keys:
            measure = report.measures[key]
            assert known.measures[key].name in html
            assert str(measure.missing_because if isinstance(measure, Missing) else wording.error(measure)) in html


def test_words_of_a_report_are_never_read_as_markup() -> None:
    report = builders.report()
    bad = Missing("spm", message("<img src=x onerror=alert(1)>"))
    html = measure_list.listed(
        replace(report, measures={**report.measures, "cadence": bad}), knowledge.load(), runner.LIGHT
    )
    assert "<img src=x" not in html


# --- the map ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lean", "extension", "says"),
    [
        (2.0, 12.0, "From you to the coach’s corner: 3.0° more lean and 6.0° more leg extension."),
        (14.0, 25.0, "From you to the coach’s corner: 4.0° less lean."),
        (7.0, 10.0, "From you to the coach’s corner: 8.0° more leg extension."),
        (7.0, 25.0, "You are in the coach’s corner."),
        (4.9, 20.0, "You are near the edge of the coach’s corner: too close to call."),
    ],
)
def test_the_map_says_which_way_the_corner_is(lean: float, extension: float, says: str) -> None:
    """The corner is the coach's own, a lean of 5 to 10 degrees and 18 or more, and the verdicts are those of the cards."""
    assert maps.way(judged(trunk_lean=(lean, 1.0), leg_extension=(extension, 2.0))) == says


def test_the_corner_is_not_asked_of_an_easy_run() -> None:
    easy = judged(Answers(effort="easy"), trunk_lean=(7.0, 1.0), leg_extension=(12.0, 2.0))
    assert maps.way(easy) == "The coach’s corner is for marathon pace and faster."


def test_there_is_an_arrow_only_where_a_verdict_is_outside_the_corner() -> None:
    def arrows(report: Report) -> int:
        svg = maps.lean_and_extension(report, runner.LIGHT)
        return sum(
            e.get("stroke-width") == "3" and e.get("stroke-linejoin") == "round"
            for e in ElementTree.fromstring(svg).iter()
        )

    assert arrows(judged(trunk_lean=(7.0, 1.0), leg_extension=(12.0, 2.0))) == 1
    assert arrows(judged(trunk_lean=(7.0, 1.0), leg_extension=(25.0, 2.0))) == 0
    assert arrows(judged(trunk_lean=(4.9, 1.0), leg_extension=(17.8, 2.0))) == 0
    assert arrows(judged(Answers(effort="easy"), trunk_lean=(7.0, 1.0), leg_extension=(12.0, 2.0))) == 0


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("lean", "extension"), [(-8.0, 2.0), (4.0, 14.0), (30.0, 45.0)])
def test_whoever_is_on_the_map_is_inside_it(lean: float, extension: float, palette: runner.Palette) -> None:
    report = with_figures(trunk_lean=(lean, 2.0), leg_extension=(extension, 3.0))
    for svg in (maps.lean_and_extension(report, palette), maps.extension_and_bounce(report, palette)):
        own = next(e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("circle"))
        assert 56 < float(own.get("cx")) < 330
        assert 14 < float(own.get("cy")) < 282


def test_where_a_figure_is_missing_there_is_no_map() -> None:
    missing = {**SAMPLE.measures, "trunk_lean": Missing("deg", message("Hidden."))}
    assert maps.lean_and_extension(replace(SAMPLE, measures=missing), runner.LIGHT) is None


# --- the replay -------------------------------------------------------------------------------------------------------


def test_the_replay_has_every_point_at_every_phase_and_weighs_little() -> None:
    data = replay.moving(SAMPLE.mean_stride, 2.8, runner.LIGHT)
    assert {len(path) for path in data["points"].values()} == {PHASES}
    files = sum((Path(replay.__file__).with_name(name)).stat().st_size for name in ("replay.js", "replay.css"))
    assert len(json.dumps(data)) + files < 60_000


def test_the_moments_of_the_replay_are_named_and_in_order() -> None:
    stride = SAMPLE.mean_stride
    found = replay.moments(stride)
    phases = [moment["phase"] for moment in found]
    assert phases == sorted(phases)
    assert [moment["name"] for moment in found] == ["Initial contact", "Mid-stance", "Toe-off", "Mid-flight", "Swing"]
    assert [part["from"] for part in replay.spans(stride)] == sorted(part["from"] for part in replay.spans(stride))
    assert len(replay.spans(replace(stride, far_contact=None))) == 2


def test_the_ground_moves_as_fast_as_the_runner_runs() -> None:
    """The sample is drawn at 2.8 m/s, its leg 0.86 m long; the ankle of a foot that rolls is a little slower than the ground."""
    stride = SAMPLE.mean_stride
    assert replay.belt(stride) / stride.stride_s * (0.491 * 1.75) == pytest.approx(2.8, rel=0.15)


def test_the_runner_behind_has_the_angles_of_the_studies_and_the_lengths_of_the_runner() -> None:
    stride = SAMPLE.mean_stride
    hips = [measured_runner.bones(stride, k / PHASES, (160, 290), replay.LEG).hip for k in range(PHASES)]
    behind, leg = replay.ghost(stride, 2.8, hips), lab_reference.leg_at(2.8)
    for k in range(0, PHASES, 7):
        (hip, knee, ankle, shoulder) = (behind[name][k] for name in ("hip", "knee", "ankle", "shoulder"))
        thigh = math.degrees(math.atan2(hip[0] - knee[0], knee[1] - hip[1]))
        shank = math.degrees(math.atan2(knee[0] - ankle[0], ankle[1] - knee[1]))
        assert thigh == pytest.approx(leg.thigh_extension[k], abs=0.3)
        assert shank - thigh == pytest.approx(leg.knee_flexion[k], abs=0.4)
        lean = math.degrees(math.atan2(shoulder[0] - hip[0], hip[1] - shoulder[1]))
        assert lean == pytest.approx(lab_reference.load().trunk.lean, abs=0.1)
        assert math.dist(hip, knee) + math.dist(knee, ankle) == pytest.approx(replay.LEG, rel=0.06)


@pytest.mark.parametrize("speed_mps", [None, 6.0])
def test_without_a_pace_that_was_measured_nobody_runs_behind(speed_mps: float | None) -> None:
    assert replay.moving(SAMPLE.mean_stride, speed_mps, runner.LIGHT)["ghost"] is None
    answers = Answers(pace_s_per_km=None if speed_mps is None else 1000 / speed_mps)
    assert "outline" not in replay.says(replace(WITHOUT_SPEED, answers=answers))


# --- curves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", joint_angles.CURVES)
def test_a_curve_is_the_average_with_its_spread_and_the_lab_where_it_was_read(key: str) -> None:
    chart = joint_angles.chart(SAMPLE, key, runner.LIGHT)
    own, curve = chart.data[-1], SAMPLE.mean_stride.angles[key]
    assert tuple(own.y) == (*curve.mean, curve.mean[0])
    assert (own.x[0], own.x[-1]) == (0, 100)
    upper, lower = chart.data[:2]
    assert all(a >= b for a, b in zip(upper.y, lower.y, strict=True))
    dashed = [trace for trace in chart.data if trace.line.dash == "dash"]
    assert len(dashed) == (key in ("thigh_extension", "knee_flexion"))
    assert ("dashed" in joint_angles.says(SAMPLE, key)) == bool(dashed)
    low, high = chart.layout.yaxis.range
    assert all(low < y < high for trace in (own, *dashed) for y in trace.y)
    assert joint_angles.CURVES[key][0] in joint_angles.alt(SAMPLE, key)


def test_the_lab_curve_is_of_the_pace_that_was_given_or_else_of_the_clips_own() -> None:
    plain = replace(SAMPLE, answers=Answers())
    assert len(joint_angles.chart(plain, "knee_flexion", runner.LIGHT).data) == 4
    unknown = replace(WITHOUT_SPEED, answers=Answers())
    assert len(joint_angles.chart(unknown, "knee_flexion", runner.LIGHT).data) == 3


def test_one_stride_has_no_band() -> None:
    stride = SAMPLE.mean_stride
    single = {key: replace(curve, sd=()) for key, curve in stride.angles.items()}
    report = replace(WITHOUT_SPEED, mean_stride=replace(stride, angles=single), answers=Answers())
    assert len(joint_angles.chart(report, "trunk_lean", runner.DARK).data) == 1


def test_the_curves_steps_are_smooth_round_the_end() -> None:
    mean = SAMPLE.mean_stride.angles["thigh_extension"].mean
    steps = [abs(b - a) for a, b in pairwise((*mean, mean[0]))]
    assert steps[-1] <= max(steps)


def test_a_described_figure_has_no_mark_on_the_map() -> None:
    finding = Finding(key="leg_extension", verdict="described", says=message("14°."))
    report = replace(with_figures(leg_extension=(14.0, 2.0)), findings=(finding,))
    assert "18.0° or more" in maps.map_alt(report)


# --- the owner's own pictures -------------------------------------------------------------------------------------------


@pytest.fixture
def owned(store):
    """A finished job with key frames and a kinogram of one colour, and its token."""
    token = store.add(Answers(effort="easy"))
    task = claims.claim(store, key_of(token))
    task.media.mkdir(parents=True, exist_ok=True)
    for name in ("mid_stance.jpg", "toe_off.jpg", KINOGRAM):
        Image.new("RGB", (72, 96), (120, 130, 140)).save(task.media / name)
    claims.finish(store, task.key, SAMPLE)
    return token


def images(at) -> list[str]:
    """Return the words of every picture on the page, but those of drawings that stand in HTML."""
    return [image.alt for element in at.get("image") for image in element.proto.imgs]


def test_the_owner_sees_the_headlines_on_own_key_frames_and_the_kinogram(visit, owned) -> None:
    at = visit("pages/results.py", **{KEY: owned})
    alts = images(at)
    assert sum(alt.startswith("You, face blurred") for alt in alts) == 2
    assert any(alt.startswith("Key frames of one of your strides, face blurred") for alt in alts)
    assert "One stride, frame by frame" in [header.value for header in at.subheader]


def test_without_pictures_the_average_stride_is_drawn_instead(visit, store) -> None:
    token = store.add(Answers(effort="easy"))
    claims.finish(store, claims.claim(store, key_of(token)).key, SAMPLE)
    at = visit("pages/results.py", **{KEY: token})
    alts = images(at)
    assert sum(alt.startswith("Your average stride as a drawn figure") for alt in alts) == 2
    assert not any("face blurred" in alt for alt in alts)
    assert "One stride, frame by frame" not in [header.value for header in at.subheader]


def test_the_picture_of_a_figure_comes_before_a_key_frame_of_the_stride(visit, owned, store) -> None:
    """The frame that shows the figure itself; results of earlier versions have none, and show the stride's."""
    shown = {"trunk_lean": "mid_stance.jpg", "leg_extension": "toe_off.jpg"}
    for key, names in result.PHOTO_OF.items():
        assert kinogram_at(store, owned, names).name == shown[key]
    folder = job_files.media(store, owned, "toe_off.jpg").parent
    for name in PHOTOS.values():
        Image.new("RGB", (72, 96), (10, 20, 30)).save(folder / name)
    for key, names in result.PHOTO_OF.items():
        assert kinogram_at(store, owned, names).name == PHOTOS[key]
    assert sum(alt.startswith("You, face blurred") for alt in images(visit("pages/results.py", **{KEY: owned}))) == 2


def kinogram_at(store, token, names):
    """Return the picture that `kinogram.picture` chooses, without a page."""
    with mock.patch.object(session, "store", return_value=store):
        return kinogram.picture(token, *names)


@pytest.mark.parametrize("lean", [-4.0, 0.5, 4.4, 12.0])
def test_the_drawn_runner_leans_as_the_figure_does(lean: float) -> None:
    stride = SAMPLE.mean_stride
    phase = measured_runner.leans_as(stride, lean)
    curve = stride.angles["trunk_lean"].mean
    assert 0 <= phase < stride.toe_off
    stance = curve[: round(stride.toe_off * PHASES)]
    assert abs(curve[round(phase * PHASES)] - lean) == min(abs(angle - lean) for angle in stance)


def test_drawn_figures_are_labelled_with_the_headlines_own_number() -> None:
    report = with_figures(trunk_lean=(4.4, 1.0), leg_extension=(17.3, 2.0))
    for draw, key in ((measured_runner.lean_figure, "trunk_lean"), (measured_runner.extension_figure, "leg_extension")):
        assert wording.value(report.measures[key]) in texts(draw(report, None, runner.LIGHT))
    assert "4.4°" in texts(runner.lean_picture(4.4, runner.LIGHT))


# --- our font in our drawings -----------------------------------------------------------------------------------------


def lettered() -> dict[str, str]:
    report = builders.report()
    return {
        "gauge": gauge.gauge(report.measures["trunk_lean"], report.findings[0], runner.LIGHT),
        "map": maps.lean_and_extension(SAMPLE, runner.DARK) or "",
        "bounce": maps.extension_and_bounce(SAMPLE, runner.DARK) or "",
        "lean": measured_runner.lean_figure(SAMPLE, None, runner.LIGHT),
        "scene": filming_scenes.timer("0:10", True, runner.LIGHT),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["gauge", "map", "bounce", "lean", "scene"])
def test_a_drawing_brings_every_letter_that_it_sets(name: str, language: str) -> None:
    with speaking(language):
        svg = lettered()[name]
    faces = re.findall(r"font-weight:(\d+) (\d+);src:url\(\"data:font/woff;base64,([^\"]+)\"\)", svg)
    fonts = {(int(a), int(b)): TTFont(io.BytesIO(base64.b64decode(woff))).getBestCmap() for a, b, woff in faces}
    root = ElementTree.fromstring(svg)
    assert root.get("font-family").startswith("Figtree")
    set_in = [element for element in root.iter() if element.tag.endswith("text")]
    assert set_in
    for element in set_in:
        weight = int(element.get("font-weight") or 400)
        (letters,) = [cmap for (low, high), cmap in fonts.items() if low <= weight <= high]
        assert {ord(letter) for letter in element.text} <= letters.keys(), element.text
    assert len(svg) < 24_000


def test_a_drawing_without_words_brings_no_font() -> None:
    assert "@font-face" not in runner.runner_at_toe_off(runner.LIGHT)


# --- pictures to share ------------------------------------------------------------------------------------------------


def ink(png: bytes, box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return the first and the last column of a part of a picture in which something is drawn, from the part's left."""
    part = Image.open(io.BytesIO(png)).convert("RGB").crop(box)
    ground = Image.new("RGB", part.size, share_card.PAPER)
    left, _, right, _ = ImageChops.difference(part, ground).getbbox()
    return left, right


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_picture_is_set_in_our_font(language: str) -> None:
    """The heading is as wide as our font makes it; without our font there is no heading, and DejaVu is a fifth wider."""
    with speaking(language):
        png, heading = share_card.picture(SAMPLE, "preview", "Łukasz"), share_card.title("Łukasz")
    left, right = ink(png, (560, 60, 1200, 140))
    assert right - left == pytest.approx(lettering.width(heading, 54, bold=True), rel=0.025)


def test_a_long_name_is_written_smaller() -> None:
    left, right = ink(share_card.picture(SAMPLE, "story", "Featherstonehaugh " * 3), (0, 200, 1080, 300))
    assert (left, right) == (pytest.approx(80, abs=12), pytest.approx(1000, abs=12))


@pytest.mark.parametrize("kind", share_card.SIZES)
def test_a_shared_picture_has_the_runner_of_the_pages_and_no_photo(kind: str) -> None:
    svg = share_card.drawing(SAMPLE, kind)
    elements = [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()]
    assert "image" not in elements
    place = {"preview": (290, 580, 500), "story": (540, 1152, 760), "post": (540, 802, 600)}[kind]
    assert (
        runner.body(push_off.pushing_off(SAMPLE, *place), place[2], replace(runner.DARK, paper=share_card.PAPER)) in svg
    )


def test_a_name_is_never_read_as_markup() -> None:
    name = "<b>A&B</b>"
    assert share_card.title(name) in texts(share_card.drawing(SAMPLE, "post", name))


@pytest.mark.parametrize(("lean", "extension"), [(6.0, 14.0), (-4.0, 22.0)])
def test_the_angles_of_a_shared_picture_are_the_measured_ones(lean: float, extension: float) -> None:
    report = replace(with_figures(trunk_lean=(lean, 1.0), leg_extension=(extension, 2.0)), mean_stride=None)
    hip = push_off.pushing_off(report, 290, 580, 500).hip
    svg = share_card.drawing(report, "preview")
    sectors = re.findall(
        rf'd="M([\d.]+) ([\d.]+) A[^L]* 0 0 \d ([\d.]+) ([\d.]+) L[^"]*" fill="{share_card.MARK}"', svg
    )
    for numbers, upright, ahead in zip(sectors, (180, 0), (lean, -extension), strict=True):
        x0, y0, x1, y1 = map(float, numbers)
        ends = [math.degrees(math.atan2(x - hip[0], abs(y - hip[1]))) for x, y in ((x0, y0), (x1, y1))]
        assert sorted(ends) == [pytest.approx(min(0, ahead), abs=0.1), pytest.approx(max(0, ahead), abs=0.1)]
        assert all((y < hip[1]) == (upright == 180) for y in (y0, y1))
