"""Marks by hand: their angles are those of our definitions, their frames show no face, and a report keeps them as what they are."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.gait.angles import angle_series
from core.gait.camera_roll import Roll, levelled
from core.gait.definitions import MEASURES
from core.gait.estimates import usable_strides
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.marked_points import BETWEEN_RATERS_SD_DEG, READ_AT, marked_angles, measures_by_hand
from core.model.hand_check import FRAME_WH_PX, ByHand, HandFrames, HandMoment, Marks
from core.model.measures import Z90
from core.model.report import Answers, Report
from core.model.tracks import ANKLE, FAR, HIP, KNEE, NEAR, SHOULDER, SideTrack
from core.paths import ROOT
from core.report import overlay, rendering
from core.report.hand_frames import hand_frames
from core.report.hand_sheets import AROUND
from core.report.pipeline import Analysis, measure_track
from core.settings import Settings
from core.storage import hand_checks
from core.storage.share_links import shareable
from core.storage.store import Store
from simulation import Scene, Stride, draw_clip
from tests import builders
from tests.jobs import claimed, finished

JOINTS = {"shoulder": (NEAR, SHOULDER), "hip": (NEAR, HIP), "knee": (NEAR, KNEE), "ankle": (NEAR, ANKLE)}
BOTH = JOINTS | {"far_shoulder": (FAR, SHOULDER), "far_hip": (FAR, HIP)}
CLIPS = ROOT.parent / "shared" / "clips"
SETTINGS = {
    "fps_hz": 40.0,
    "duration_s": 2.6,
    "size_wh_px": (360, 480),
    "runner_px": 330.0,
    "facing": "left",
    "start": 0.2,
}


# --- angles ---


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(("roll_deg", "stretch"), [(0.0, 1.0), (6.0, 1.0), (-4.0, 1.15)])
def test_marks_on_our_own_joints_give_our_own_angles(facing, roll_deg, stretch):
    pose = np.random.default_rng(2).uniform(-30, 30, (2, 6, 2)) + [[0, 100 * joint] for joint in range(6)]
    still = SideTrack(
        time_s=np.arange(60) / 240,
        xy_px=np.repeat(pose[None], 60, axis=0),
        seen=np.ones((60, 2), bool),
        facing=facing,
        source_rate_hz=60.0,
    )
    ours = angle_series(levelled(still, Roll(value_deg=roll_deg, sd_deg=0.1)))
    sign = 1 if facing == "right" else -1
    points = {name: tuple(pose[place] * [sign / stretch, 1.0] + [500, 0]) for name, place in BOTH.items()}
    marked = marked_angles(points, facing, roll_deg=roll_deg, stretch=stretch)
    assert marked.trunk_lean_deg == pytest.approx(ours.trunk_lean_deg[30])
    for name in ("thigh_extension_deg", "leg_extension_deg", "knee_flexion_deg"):
        assert getattr(marked, name) == pytest.approx(getattr(ours, name)[30, NEAR])


def test_the_lean_is_of_the_near_joints_unless_both_ends_have_two():
    points = {"shoulder": (60.0, 0.0), "hip": (50.0, 100.0), "far_shoulder": (100.0, 0.0), "far_hip": (70.0, 100.0)}
    near = np.degrees(np.arctan2(10, 100))
    assert marked_angles(points, "right").trunk_lean_deg == pytest.approx(np.degrees(np.arctan2(20, 100)))
    for less in ({"far_hip"}, {"far_shoulder"}, {"far_hip", "far_shoulder"}):
        some = {name: xy for name, xy in points.items() if name not in less}
        assert marked_angles(some, "right").trunk_lean_deg == pytest.approx(near)
    assert marked_angles(points, "left").trunk_lean_deg == pytest.approx(-np.degrees(np.arctan2(20, 100)))


def test_an_angle_whose_joints_are_not_marked_is_missing():
    angles = marked_angles({"hip": (50.0, 100.0), "knee": (40.0, 150.0)}, "right")
    assert angles.thigh_extension_deg == pytest.approx(np.degrees(np.arctan2(10, 50)))
    assert (angles.trunk_lean_deg, angles.leg_extension_deg, angles.knee_flexion_deg) == (None, None, None)


def toe_off(stride, behind_px, **points):
    places = {"hip": (240.0, 200.0), "knee": (240.0 - behind_px, 300.0)}
    return Marks(stride=stride, phase="toe_off", points=places | points)


def test_a_measure_by_hand_is_the_mean_over_strides_with_a_persons_error():
    marks = (toe_off(1, 30.0), toe_off(2, 34.0), toe_off(3, 38.0, ankle=(150.0, 400.0)))
    found = measures_by_hand(marks, "right")
    thighs = [np.degrees(np.arctan2(px, 100)) for px in (30, 34, 38)]
    thigh = found["leg_extension_at_toe_off"]
    assert thigh.per_stride == pytest.approx(thighs)
    assert (thigh.value, thigh.n_strides, thigh.unit) == (pytest.approx(np.mean(thighs)), 3, "deg")
    assert Z90 * BETWEEN_RATERS_SD_DEG < thigh.plus_minus < 1.3 * Z90 * BETWEEN_RATERS_SD_DEG
    assert found["hip_ankle_extension"].per_stride == pytest.approx([np.degrees(np.arctan2(90, 200))])
    assert found["hip_ankle_extension"].plus_minus > thigh.plus_minus  # one stride says less than three
    assert {"trunk_lean", "hip_bend"}.isdisjoint(found)  # no mid-stance is marked
    assert READ_AT.keys() <= MEASURES.keys()


# --- frames ---


@pytest.fixture(scope="module")
def filmed(drawn, tmp_path_factory):
    track = drawn(Stride(), **SETTINGS)[1]
    side = identify_legs(track)
    strides = usable_strides(side, find_events(side, stride_s(side)), stride_s(side))
    report = replace(measure_track(track, Answers()), hand_frames=hand_frames(strides, track, side, 0.0))
    analysis = Analysis(report=replace(report, key_frames=()), track=track, side=side, angles=angle_series(side))
    clip = tmp_path_factory.mktemp("clip") / "clip.mp4"
    draw_clip(clip, Scene(stride=Stride(), **SETTINGS))
    return clip, analysis, strides


def test_three_strides_are_chosen_each_with_the_frames_around_its_moments(filmed):
    _, analysis, strides = filmed
    moments, time_s = analysis.report.hand_frames.moments, analysis.track.true_time_s
    assert [(one.stride, one.phase) for one in moments] == [
        (n, p) for n in (1, 2, 3) for p in ("mid_stance", "toe_off")
    ]
    instants = {"mid_stance": [s.mid_stance_s for s in strides], "toe_off": [s.toe_off_s for s in strides]}
    for one in moments:
        index = int(np.abs(time_s - one.frames_s[1]).argmin())
        assert one.frames_s == pytest.approx(time_s[index - 1 : index + 2])
        assert np.abs(np.array(instants[one.phase]) - one.frames_s[1]).min() <= 0.5 / 40 + 1e-9


def test_a_stride_with_a_head_that_cannot_be_blurred_is_not_shown(filmed):
    _, analysis, strides = filmed
    first = analysis.report.hand_frames.moments[1].frames_s[2]
    xy_px = analysis.track.xy_px.copy()
    xy_px[int(np.abs(analysis.track.true_time_s - first).argmin()), 0] = np.nan
    unseen = replace(analysis.track, xy_px=xy_px)
    moments = hand_frames(strides, unseen, analysis.side, 0.0).moments
    assert first not in [time_s for one in moments for time_s in one.frames_s]
    assert hand_frames((), analysis.track, analysis.side, 0.0) is None


def test_the_small_frames_show_the_joints_without_lines_or_a_face(filmed, tmp_path):
    clip, analysis, _ = filmed
    written = rendering.draw_key_frames(clip, analysis, tmp_path)
    moments = analysis.report.hand_frames.moments
    assert [path.name for path in written] == [f"hand_{one.stride}_{one.phase}.jpg" for one in moments]
    width, height = FRAME_WH_PX
    for path, moment in zip(written, moments, strict=True):
        with Image.open(path) as picture:
            assert picture.size == (3 * width, height)
            tiles = np.split(np.asarray(picture).astype(int), 3, axis=1)
        for tile, points in zip(tiles, places(analysis, moment), strict=True):
            assert np.abs(np.diff(tile[:24], axis=0)).max() < 60  # the head is at the top, and soft
            for name in ("knee", "ankle"):
                x, y = (round(at) for at in points[name])
                assert np.abs(tile[y, x] - overlay.NEAR_COLOUR).max() > 40, name
        index = int(np.abs(analysis.angles.time_s - moment.frames_s[1]).argmin())
        angles = marked_angles(places(analysis, moment)[1], "left")
        assert angles.thigh_extension_deg == pytest.approx(analysis.angles.thigh_extension_deg[index, NEAR], abs=1.5)
        assert angles.trunk_lean_deg == pytest.approx(analysis.angles.trunk_lean_deg[index], abs=1.0)


def places(analysis, moment):
    """Return where the joints are in each of a moment's three small frames."""
    middle = int(np.abs(analysis.track.true_time_s - moment.frames_s[1]).argmin())
    joints = [rendering._Drawn(analysis).joints_px(index, 1.0) for index in range(middle - 1, middle + 2)]
    around = np.concatenate([one.reshape(-1, 2) for one in joints])
    _, origin, zoom = overlay.crop_around(np.zeros((480, 360, 3), np.uint8), around, FRAME_WH_PX, AROUND)
    return [{name: (one[place] - origin) * zoom for name, place in BOTH.items()} for one in joints]


def test_the_frames_of_a_track_from_elsewhere_cannot_be_marked(filmed):
    assert measure_track(filmed[1].track, Answers()).hand_frames is None


# --- the report ---

FRAMES = HandFrames(
    roll_deg=1.5,
    stretch=1.02,
    moments=tuple(
        HandMoment(stride=n, phase=phase, frames_s=(n + 0.1, n + 0.2, n + 0.3))
        for n in (1, 2)
        for phase in ("mid_stance", "toe_off")
    ),
)
HAND = ByHand(
    marked_on="2026-11-20T12:00:00+00:00",
    marks=(toe_off(2, 30.0),),
    measures={**measures_by_hand((toe_off(2, 30.0),), "right")},
)


def test_a_report_keeps_marks_as_what_they_are_and_reads_those_without():
    plain = builders.report(hand_frames=FRAMES, by_hand=HAND)
    again = Report.from_json(plain.to_json())
    assert again == plain
    assert again.measures == builders.report().measures
    assert json.loads(plain.to_json())["by_hand"]["measures"]["leg_extension_at_toe_off"]["n_strides"] == 1
    old = {key: part for key, part in builders.report().to_dict().items() if key not in ("hand_frames", "by_hand")}
    read = Report.from_json(json.dumps(old))
    assert (read.hand_frames, read.by_hand) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", {"hip": [481, 3]}),
        ("points", {"hip": [4, -1]}),
        ("points", {"nose": [4, 4]}),
        ("points", {"hip": ["NaN", 4]}),
        ("shift", 2),
        ("phase", "swing"),
    ],
)
def test_marks_that_cannot_be_are_no_report(field, value):
    plain = builders.report(by_hand=HAND).to_dict()
    plain["by_hand"]["marks"][0][field] = value
    with pytest.raises(ValueError, match="not a stride-check/report/2"):
        Report.from_json(json.dumps(plain))


def test_a_shared_report_has_neither_marks_nor_frames():
    shared = shareable(builders.report(hand_frames=FRAMES, by_hand=HAND))
    assert (shared.hand_frames, shared.by_hand) == (None, None)


# --- the store ---


@pytest.fixture
def store(tmp_path):
    with Store.open(Settings(data=tmp_path / "data")) as opened:
        yield opened


def test_marks_are_kept_in_the_result_and_removed_again(store):
    report = builders.report(hand_frames=FRAMES)
    token = finished(store, report)
    hand_checks.keep(store, token, HAND)
    assert store.job(token).report == replace(report, by_hand=HAND)
    hand_checks.keep(store, token, None)
    assert store.job(token).report == report


def test_marks_of_a_result_that_is_not_there_are_kept_nowhere(store):
    unfinished, _ = claimed(store)
    gone = finished(store, builders.report())
    store.delete(gone)
    for token in (unfinished, gone, "wrong"):
        with pytest.raises(NotFound):
            hand_checks.keep(store, token, HAND)


# --- two people who marked real clips ---

RATED_DEG = {
    "mirror_pair_a_rtl": ((22.0, 21.2), (28.1, 29.4), 7.8),
    "overground_fixed_50fps_slow2.5x_ltr": ((25.6, 28.3), (35.9, 36.0), 15.8),
    "overground_follow_30fps_ltr": ((27.0, 31.1), (31.2, 32.0), 9.8),
    "treadmill_gym_a_30fps_ltr": ((19.1, 24.9), (32.6, 34.6), 6.9),
    "treadmill_phone_30fps_rtl": ((13.7, 19.9), (29.0, 29.9), 19.9),
}
"""Thigh and hip to ankle at toe-off of both people, and the mean of the near-shoulder lean, as their notes say."""


NAMES = ("thigh_extension_deg", "leg_extension_deg", "trunk_lean_deg")


def rated(person):
    """Return a person's angles at toe-off, by clip."""
    found = defaultdict(list)
    with (CLIPS / "marks" / f"points_{person}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["event"] == "TO":
                points = {name: (float(row[f"{name}_x"]), float(row[f"{name}_y"])) for name in JOINTS}
                facing = "left" if row["clip"].endswith("_rtl") else "right"
                found[row["clip"]].append(marked_angles(points, facing))
    return found


@pytest.mark.shared
@pytest.mark.skipif(not CLIPS.is_dir(), reason=f"no clips in {CLIPS.parent.name}/{CLIPS.name}")
def test_the_marks_of_two_people_give_their_angles():
    people = [rated(person) for person in "ab"]
    for clip, (thigh, hip_ankle, lean) in RATED_DEG.items():
        of_both = [people[0][clip], people[1][clip]]
        means = [[np.mean([getattr(one, name) for one in of_one]) for of_one in of_both] for name in NAMES]
        assert means[0] == pytest.approx(thigh, abs=0.06), clip
        assert means[1] == pytest.approx(hip_ankle, abs=0.06), clip
        assert np.mean(means[2]) == pytest.approx(lean, abs=0.1), clip
