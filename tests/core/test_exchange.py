"""Files of other programs: what we write is read by other projects' readers, and what they write is measured the same."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path

import c3d
import numpy as np
import pytest
from trc import TRCData

from core.errors import BadAnswer, Refused
from core.exchange import FORMATS, angles_csv, events_csv, read_track, stride_csv, write_motion
from core.exchange.landmark_names import ORDERS, landmark_of
from core.exchange.motion_files import ANGLES, C3D, FILES, MOT, TRC
from core.model.measures import Measured
from core.model.report import Answers
from core.model.strides import PHASES
from core.model.tracks import ANKLE, HIP, KNEE, LANDMARK_OF, LANDMARKS, NEAR, SHOULDER
from core.report.pipeline import analyse_track, measure_track
from simulation import Stride

ANSWERS = Answers(height_cm=178)
NAMES = [
    f"{side} {joint}"
    for joint in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
    for side in ("left", "right")
]
PLACES = [LANDMARK_OF[side][joint] for joint in range(6) for side in ("left", "right")]
FPS = 120.0


@pytest.fixture(scope="module")
def track(drawn):
    return drawn(Stride(speed_mps=3.0), fps_hz=FPS, duration_s=5.0).track


@pytest.fixture(scope="module")
def analysis(track):
    return analyse_track(track, ANSWERS)


@pytest.fixture(scope="module")
def folder(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("motion")
    write_motion(path, analysis.report, analysis.track, analysis.side, analysis.angles, roll_deg=analysis.roll_deg)
    return path


def same(report, other, *, within=1.0):
    """Check that two reports of one body agree: each measure to a small part of its error."""
    both = [key for key, measure in report.measures.items() if isinstance(measure, Measured)]
    assert both
    for key in both:
        one, two = report.measures[key], other.measures[key]
        assert isinstance(two, Measured), key
        assert abs(one.value - two.value) <= 0.1 * within * one.plus_minus + 1e-3, key


# --- out -----------------------------------------------------------------------------------------------------------------


def test_the_folder_holds_every_file(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_the_angles_of_each_frame_are_those_of_the_analysis(folder, analysis):
    rows = list(csv.DictReader(io.StringIO((folder / ANGLES).read_text())))
    assert [int(row["frame"]) for row in rows] == list(range(len(analysis.track)))
    shown = [row for row in rows if row["near_knee_flexion_deg"]]
    assert len(shown) > 0.9 * len(rows)
    at = [float(row["time_s"]) for row in shown]
    own = np.interp(at, analysis.side.time_s, analysis.angles.knee_flexion_deg[:, NEAR])
    assert [float(row["near_knee_flexion_deg"]) for row in shown] == pytest.approx(list(own), abs=0.2)


def test_the_average_stride_has_a_line_for_each_phase(analysis):
    rows = list(csv.DictReader(io.StringIO(stride_csv(analysis.report))))
    assert [float(row["stride_percent"]) for row in rows] == [100 * phase / PHASES for phase in range(PHASES)]
    knee = analysis.report.mean_stride.angles["knee_flexion"]
    assert [float(row["knee_flexion_deg"]) for row in rows] == list(knee.mean)
    assert stride_csv(replace(analysis.report, mean_stride=None)).count("\n") == 1


def test_every_event_is_in_its_table_once_and_in_order(analysis):
    rows = list(csv.DictReader(io.StringIO(events_csv(analysis.report))))
    events = analysis.report.events
    assert len(rows) == sum(len(leg.initial_contact_s) + len(leg.toe_off_s) for leg in (events.near, events.far))
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times)
    assert {(row["leg"], row["side"]) for row in rows} == {("near", "right"), ("far", "left")}


def test_another_projects_reader_reads_the_trc(folder, analysis):
    data = TRCData()
    data.load(str(folder / TRC))
    assert (data["Units"], data["NumMarkers"], len(data["Markers"])) == ("m", 12, 12)
    assert data["NumFrames"] == len(data["Frame#"]) == len(analysis.side)
    assert np.ptp(np.diff(data["Time"])) < 2e-6
    hip, ankle = np.array(data["RHip"]), np.array(data["RAnkle"])
    assert (hip[:, 1] > ankle[:, 1]).all()  # y is up
    leg = np.linalg.norm(np.diff([data["RHip"], data["RKnee"]], axis=0)[0], axis=1).mean()
    assert 0.35 < leg < 0.5  # metres of a thigh


@pytest.mark.filterwarnings("ignore:No analog data:UserWarning")
def test_another_projects_reader_reads_the_c3d(folder):
    with (folder / C3D).open("rb") as file:
        reader = c3d.Reader(file)
        labels = [label.strip() for label in reader.point_labels]
        frames = np.array([points[:, :3] for _frame, points, _analog in reader.read_frames()])
        assert reader.get("POINT:UNITS").string_value.strip() == "mm"
    data = TRCData()
    data.load(str(folder / TRC))
    assert labels == list(data["Markers"])
    np.testing.assert_allclose(frames[:, 0], 1000 * np.array(data[labels[0]]), atol=0.02)


def test_the_mot_is_what_opensim_asks_for(folder, analysis):
    """Check the parts of the format that OpenSim's storage reader relies on: it is in no package that could be installed."""
    head, _, body = (folder / MOT).read_text().partition("endheader\n")
    told = dict(line.split("=") for line in head.splitlines() if "=" in line)
    names, *rows = (line.split("\t") for line in body.splitlines())
    assert head.splitlines()[0] == "Coordinates"
    assert told["version"] == "1"
    assert told["inDegrees"] == "yes"
    assert (int(told["nRows"]), int(told["nColumns"])) == (len(rows), len(names))
    values = np.array(rows, dtype=float)
    assert values.shape == (len(rows), len(names))
    assert names[0] == "time"
    assert values[0, 0] == 0
    assert (np.diff(values[:, 0]) > 0).all()
    near = values[:, names.index("knee_angle_r")]
    np.testing.assert_allclose(near, analysis.angles.knee_flexion_deg[:, NEAR], atol=1e-5)
    np.testing.assert_allclose(values[:, names.index("pelvis_tilt")], -analysis.angles.trunk_lean_deg, atol=1e-5)
    standing = np.abs(values[:, names.index("ankle_angle_r")])
    assert np.median(standing) < 30


def test_without_feet_there_is_no_angle_of_a_foot(track, tmp_path):
    bare = np.array(track.xy_px)
    bare[:, 29:33] = np.nan
    found = analyse_track(replace(track, xy_px=bare), ANSWERS)
    write_motion(tmp_path, found.report, found.track, found.side, found.angles, feet=found.feet)
    assert "foot" not in (tmp_path / ANGLES).read_text().splitlines()[0]
    assert "ankle_angle" not in (tmp_path / MOT).read_text()
    assert "Heel" not in (tmp_path / TRC).read_text()
    assert angles_csv(found.track, found.side, found.angles).startswith("frame,file_time_s,time_s,near_seen")


# --- in ------------------------------------------------------------------------------------------------------------------


def as_openpose(track, path, n=25):
    path.mkdir()
    for number, body in enumerate(track.xy_px):
        points = np.zeros((n, 3))
        for column, landmark in enumerate(ORDERS[n]):
            if landmark is not None:
                points[column] = [*body[landmark], 0.9]
        people = [{"pose_keypoints_2d": points.ravel().tolist()}]
        (path / f"run_{number:012d}_keypoints.json").write_text(json.dumps({"version": 1.3, "people": people}))
    return path


def as_coco(track, path):
    """Write annotations with their images."""
    bodies = track.xy_px[:, list(ORDERS[26])[:17]]
    annotations = [
        {"image_id": 7 + number, "keypoints": np.column_stack([body, np.full(17, 2)]).ravel().tolist()}
        for number, body in enumerate(bodies)
    ]
    width, height = track.size_wh_px
    images = [
        {"id": 7 + number, "file_name": f"{number:06d}.jpg", "width": width, "height": height}
        for number in range(len(bodies))
    ]
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    return path


def as_results(track, path):
    """Write the list of results of AlphaPose, with Halpe's points."""
    order = [0 if landmark is None else landmark for landmark in ORDERS[26]]
    results = [
        {"image_id": f"{number}.jpg", "keypoints": np.column_stack([body, np.ones(26)]).ravel().tolist(), "score": 2.8}
        for number, body in enumerate(track.xy_px[:, order])
    ]
    path.write_text(json.dumps(results))
    return path


def as_mediapipe(track, path, *, scale=None):
    scale = np.array(track.size_wh_px) if scale is None else scale
    head = ["frame", *(f"{axis}{number}" for number in range(LANDMARKS) for axis in "xyv")]
    rows = [
        [number, *np.column_stack([body / scale, np.ones(LANDMARKS)]).ravel().tolist()]
        for number, body in enumerate(track.xy_px)
    ]
    return as_csv(path, [head, *rows])


def as_long(track, path):
    rows = [
        [number, f"{1000 * number / FPS:.3f}", name.replace(" ", "_"), *(body[landmark] / track.size_wh_px), 0.99]
        for number, body in enumerate(track.xy_px)
        for name, landmark in zip(NAMES, PLACES, strict=True)
    ]
    return as_csv(path, [["frame", "timestamp_ms", "landmark", "x", "y", "visibility"], *rows])


def as_deeplabcut(track, path):
    names = [name.replace(" ", "_") for name in NAMES]
    heads = [
        ["scorer", *["net"] * 36],
        ["bodyparts", *(name for name in names for _ in range(3))],
        ["coords", *["x", "y", "likelihood"] * 12],
    ]
    rows = [
        [number, *np.column_stack([body, np.full(12, 0.98)]).ravel().tolist()]
        for number, body in enumerate(track.xy_px[:, PLACES])
    ]
    return as_csv(path, [*heads, *rows])


def as_csv(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_trc(track, path, place=lambda xy: np.stack([xy[..., 0], -xy[..., 1], 0 * xy[..., 0]], axis=-1)):
    """Write a TRC file as Sports2D does, its axes and unit changed by `place`."""
    names = [f"{name[0].upper()}{name.split()[1].title()}".replace("Foot_Index", "BigToe") for name in NAMES]
    xyz = place(track.xy_px[:, PLACES])
    head = ["PathFileType\t4\t(X/Y/Z)\trun.trc", "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits"]
    head += [f"{FPS}\t{FPS}\t{len(xyz)}\t12\tm", "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t", "\t\tX1\tY1\tZ1", ""]
    rows = [
        "\t".join([str(number), f"{number / FPS:.6f}", *(f"{value:.6f}" for value in points.ravel())])
        for number, points in enumerate(xyz)
    ]
    path.write_text("\n".join([*head, *rows]) + "\n")
    return path


def test_points_are_known_by_many_names():
    names = {"RBigToe": 32, "left_hip": 23, "hip_r": 24, "LEFT_FOOT_INDEX": 31, "Rknee": 26, "lankle": 27, "Nose": 0}
    assert {name: landmark_of(name) for name in names} == names
    assert [landmark_of(name) for name in ("Neck", "hip", "RSmallToe", "left right hip", "")] == [None] * 5


@pytest.mark.parametrize(
    ("form", "write", "options"),
    [
        ("openpose", as_openpose, {"fps_hz": FPS}),
        ("coco", as_results, {"fps_hz": FPS}),
        ("mediapipe", as_mediapipe, {"fps_hz": FPS, "size_wh_px": "own"}),
        ("mediapipe", as_long, {"size_wh_px": "own"}),
        ("deeplabcut", as_deeplabcut, {"fps_hz": FPS}),
        ("trc", as_trc, {}),
    ],
    ids=["openpose", "halpe", "mediapipe", "mediapipe long", "deeplabcut", "trc"],
)
def test_a_track_is_measured_the_same_in_each_format(track, analysis, tmp_path, form, write, options):
    if "size_wh_px" in options:
        options = options | {"size_wh_px": track.size_wh_px}
    path = write(track, tmp_path / "run")
    same(analysis.report, measure_track(read_track(path, form, **options), ANSWERS))


def test_coco_without_feet_gives_the_measures_that_need_none(track, analysis, tmp_path):
    found = read_track(as_coco(track, tmp_path / "run.json"), "coco", fps_hz=FPS)
    assert found.size_wh_px == track.size_wh_px
    report = measure_track(found, ANSWERS)
    for key in ("trunk_lean", "leg_extension", "cadence"):
        assert abs(report.measures[key].value - analysis.report.measures[key].value) < 0.6


def test_our_own_trc_is_read_back(folder, analysis):
    same(analysis.report, measure_track(read_track(folder / TRC, "trc"), ANSWERS), within=5)


def _turned(xy):
    """Metres, z up, running to the north-east, seen by several cameras."""
    ahead, up = xy[..., 0] / 400, -xy[..., 1] / 400
    aside = np.where(np.arange(12) % 2, -0.1, 0.1)
    return np.stack([0.6 * ahead - 0.8 * aside, 0.8 * ahead + 0.6 * aside, up], axis=-1)


@pytest.mark.parametrize(
    "place",
    [
        lambda xy: np.stack([xy[..., 0] / 450, -xy[..., 1] / 450, 0 * xy[..., 0]], axis=-1),
        lambda xy: np.stack([xy[..., 0], xy[..., 1], 0 * xy[..., 0]], axis=-1),
        lambda xy: np.stack([3 * xy[..., 0], -3 * xy[..., 1], 0 * xy[..., 0]], axis=-1),
        _turned,
    ],
    ids=["metres", "pixels, y down", "millimetres", "three dimensions, z up"],
)
def test_units_and_axes_of_a_trc_are_recognised(track, analysis, tmp_path, place):
    same(analysis.report, measure_track(read_track(as_trc(track, tmp_path / "run.trc", place), "trc"), ANSWERS))


def test_a_track_whose_y_points_up_is_refused_by_that_name(track, tmp_path):
    upside_down = replace(track, xy_px=track.size_wh_px - np.array(track.xy_px))
    with pytest.raises(Refused) as refused:
        measure_track(read_track(as_deeplabcut(upside_down, tmp_path / "run.csv"), "deeplabcut", fps_hz=FPS), ANSWERS)
    assert refused.value.key == "upright"


def test_metres_from_the_hips_are_refused_by_that_name(track, tmp_path):
    hips = track.xy_px[:, [23, 24]].mean(axis=1, keepdims=True)
    world = replace(track, xy_px=(track.xy_px - hips) / 450)
    with pytest.raises(Refused, match="metres from the hips"):
        read_track(as_mediapipe(world, tmp_path / "run.csv", scale=1.0), "mediapipe", fps_hz=FPS)


def test_what_a_format_does_not_say_is_asked_for(track, tmp_path):
    path = as_mediapipe(track, tmp_path / "run.csv")
    with pytest.raises(BadAnswer, match="--size"):
        read_track(path, "mediapipe", fps_hz=FPS)
    with pytest.raises(BadAnswer, match="--fps"):
        read_track(path, "mediapipe", size_wh_px=(640, 360))


def test_two_people_of_one_height_are_refused(track, tmp_path):
    path = as_openpose(track.part(0, 20), tmp_path / "run")
    for file in path.iterdir():
        content = json.loads(file.read_text())
        file.write_text(json.dumps({"people": content["people"] * 2}))
    with pytest.raises(Refused, match="two people"):
        read_track(path, "openpose", fps_hz=FPS)


JUNK = [
    "",
    "{",
    "[]",
    "{}",
    "[1, 2]",
    '{"people": 3}',
    "a,b\n1,2\n",
    "x0,y0\n1\n2,3\n",
    "PathFileType\nFrame#\tTime\n\n",
    "\x00\xff" * 9,
]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", JUNK)
def test_anything_else_is_refused_in_words(form, text, tmp_path):
    path: Path = tmp_path / "run"
    if form == "openpose" and text:
        path.mkdir()
        path /= "0.json"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        read_track(path.parent if form == "openpose" and text else path, form, fps_hz=FPS, size_wh_px=(640, 360))
    assert refused.value.key == "readable_file"


def test_the_joints_of_a_side_have_their_landmarks():
    assert [landmark_of(f"left {joint}") for joint in ("shoulder", "hip", "knee", "ankle")] == [
        LANDMARK_OF["left"][joint] for joint in (SHOULDER, HIP, KNEE, ANKLE)
    ]


KEYPOINTS = [float(value) for point in range(17) for value in (100 + point, 200 + point, 2)]
BODIES = [{"image_id": number, "keypoints": KEYPOINTS} for number in range(9)]
PLAIN_TRC = "PathFileType\t4\t(X/Y/Z)\trun\n\n\nFrame#\tTime\t" + "\t\t\t".join(
    f"{side}{joint}" for joint in ("Shoulder", "Hip", "Ankle") for side in "RL"
)
HOSTILE = {
    "a list as an id": ("coco", {"annotations": BODIES, "images": [{"id": [1]}]}),
    "an object as an id": ("coco", [{"image_id": {}, "keypoints": KEYPOINTS}]),
    "a number as images": ("coco", {"annotations": BODIES, "images": 5}),
    "a list as a width": ("coco", {"annotations": BODIES, "images": [{"id": 1, "width": [1]}]}),
    "5000 digits in a name": ("coco", {"annotations": BODIES, "images": [{"id": 1, "file_name": "9" * 5000}]}),
    "400 digits in a name": ("coco", [body | {"image_id": f"{9 * 10**400 + n}"} for n, body in enumerate(BODIES)]),
    "a huge number": ("coco", [{"image_id": 1, "keypoints": [10**400] * 51}]),
    "deep nesting": ("coco", "[" * 100_000),
    "deep points": ("coco", '[{"image_id": 1, "keypoints": ' + "[" * 900 + "]" * 900 + "}]"),
    "all markers in one place": (
        "trc",
        PLAIN_TRC + "\n\n" + "".join(f"{n}\t{n / 60}" + "\t1" * 18 + "\n" for n in range(9)),
    ),
    "markers at infinity": (
        "trc",
        PLAIN_TRC + "\n\n" + "".join(f"{n}\t{n / 60}" + "\tinf" * 18 + "\n" for n in range(9)),
    ),
    "a million markers": ("trc", PLAIN_TRC + "\tA" * 1_000_000 + "\n\n1\t2\n1\t3\n"),
    "5000 digits of a landmark": ("mediapipe", "frame,landmark,x,y\n" + f"1,{'9' * 5000},1,2\n" * 3),
    "5000 digits of a column": ("mediapipe", f"x{'9' * 5000},y0\n1,2\n3,4\n5,6\n"),
    "a short line": ("mediapipe", "frame,x,y,landmark\n1\n1,2,3,4\n"),
    "lines of other lengths": ("deeplabcut", "scorer,a\nbodyparts,right_hip,x\ncoords,x\n0,1\n1,2\n"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_soon(what, tmp_path):
    form, content = HOSTILE[what]
    path = tmp_path / "run"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    began_s = time.monotonic()
    with pytest.raises(Refused) as refused:
        read_track(path, form, fps_hz=FPS, size_wh_px=(640, 360))
    assert refused.value.key == "readable_file"
    assert time.monotonic() - began_s < 10
