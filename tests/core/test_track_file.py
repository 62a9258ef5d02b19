"""Tracks from other programs: what they lack is named, and what is in another unit is told by its unit."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest

from core.cli.main import main
from core.errors import StrideCheckError
from core.model.report import Answers
from core.model.track_file import COCO, load_track
from core.model.tracks import LANDMARK_OF
from core.report import without_feet
from core.report.pipeline import measure_track
from core.report.without_feet import NEED_FEET

KNOWN = Answers(height_cm=175, pace_s_per_km=330)
FEET = [number for side in LANDMARK_OF.values() for number in side[4:]]


@pytest.fixture(scope="module", params=["left", "right"])
def run(request, drawn):
    """A track of somebody who runs, 6 s at 60 frames per second."""
    return drawn(fps_hz=60.0, duration_s=6.0, facing=request.param)[1]


@pytest.fixture
def stored(tmp_path, run):
    """Write the track with changes, and return its path."""

    def write(**changes):
        arrays = {
            "time_s": run.time_s, "xy_px": run.xy_px, "visibility": run.visibility, "size_wh_px": np.array(run.size_wh_px),
        } | changes  # fmt: skip
        np.savez(tmp_path / "track.npz", **{name: array for name, array in arrays.items() if array is not None})
        return tmp_path / "track.npz"

    return write


def refused(path, capsys):
    """Return how the command line refuses a track: on one plain line, and never by asking to come closer."""
    assert main(["measure-track", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "closer" not in said.err
    return said.err


# --- what is not seen -------------------------------------------------------------------------------------------------


def test_points_of_visibility_0_or_at_0_0_are_unseen(run, stored):
    xy_px, visibility = run.xy_px.copy(), run.visibility.copy()
    xy_px[5, 20], visibility[6, 21], visibility[7, 22], xy_px[8, 23] = 0, 0, np.nan, [3, np.inf]
    track = load_track(stored(xy_px=xy_px, visibility=visibility))
    unseen = {(int(frame), int(point)) for frame, point in np.argwhere(np.isnan(track.xy_px).any(axis=-1))}
    assert unseen == {(5, 20), (6, 21), (7, 22), (8, 23)}
    assert np.isnan(track.xy_px[8, 23]).all()
    assert not track.visibility[[5, 6, 7, 8], [20, 21, 22, 23]].any()


@pytest.mark.parametrize("how", ["at (0, 0)", "visibility 0", "no number"])
def test_lost_frames_change_no_figure_by_more_than_its_error(run, stored, how):
    xy_px, visibility = run.xy_px.copy(), run.visibility.copy()
    lost = np.random.default_rng(3).random(len(run)) < 0.08
    if how == "at (0, 0)":
        xy_px[lost] = 0
    elif how == "no number":
        xy_px[lost] = np.nan
    else:
        xy_px[lost], visibility[lost] = 7.0, 0
    found = measure_track(load_track(stored(xy_px=xy_px, visibility=visibility)), KNOWN).measures
    for key, measure in measure_track(run, KNOWN).measures.items():
        assert found[key].value == pytest.approx(measure.value, abs=measure.plus_minus)


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_points_lost_one_by_one_change_no_figure_by_more_than_its_error(run, stored, share):
    xy_px = run.xy_px.copy()
    xy_px[np.random.default_rng(5).random(xy_px.shape[:2]) < share] = np.nan
    whole, found = (measure_track(track, KNOWN) for track in (run, load_track(stored(xy_px=xy_px))))
    for key, measure in whole.measures.items():
        assert found.measures[key].value == pytest.approx(measure.value, abs=measure.plus_minus)
    assert found.measures["trunk_lean"].n_strides >= whole.measures["trunk_lean"].n_strides - 1
    assert {check.key for check in found.quality if check.severity != "pass"} <= {
        check.key for check in whole.quality if check.severity != "pass"
    }


def test_a_frame_whose_points_are_all_in_one_place_is_a_frame_without_a_body(run, stored):
    xy_px = run.xy_px.copy()
    xy_px[3::17] = 1e6
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measure_track(load_track(stored(xy_px=xy_px)), KNOWN).measures
    lean = measure_track(run, KNOWN).measures["trunk_lean"]
    assert found["trunk_lean"].value == pytest.approx(lean.value, abs=lean.plus_minus)


# --- no feet ------------------------------------------------------------------------------------------------------------


def coco(run):
    return {"xy_px": run.xy_px[:, COCO], "visibility": run.visibility[:, COCO]}


def missing_feet(run, how):
    xy_px, visibility = run.xy_px.copy(), run.visibility.copy()
    if how == "no number":
        xy_px[:, FEET] = np.nan
    elif how == "at (0, 0)":
        xy_px[:, FEET] = 0
    elif how == "visibility 0":
        xy_px[:, FEET], visibility[:, FEET] = 9.0, 0
    elif how == "toes only":
        xy_px[:, [29, 30]] = np.nan
    return {"xy_px": xy_px, "visibility": visibility}


@pytest.mark.parametrize("how", ["COCO", "no number", "at (0, 0)", "visibility 0", "toes only"])
def test_without_feet_the_figures_that_need_none_are_given_and_the_others_missing_by_name(run, stored, how):
    arrays = coco(run) if how == "COCO" else missing_feet(run, how)
    report = measure_track(load_track(stored(**arrays)), KNOWN)
    whole = measure_track(run, KNOWN)
    assert report.facing == whole.facing
    for key, measure in whole.measures.items():
        if key in NEED_FEET:
            assert "heel" in str(report.measures[key].missing_because)
        else:
            assert report.measures[key].value == pytest.approx(measure.value, abs=0.5 * measure.plus_minus), key
    assert {finding.key for finding in report.findings} == whole.measures.keys() - set(NEED_FEET)
    assert report.mean_stride is None


def test_the_table_names_what_a_track_without_feet_lacks(run, stored, capsys):
    assert main(["measure-track", str(stored(**coco(run))), "--height-cm", "175", "--pace", "5:30"]) == 0
    said = capsys.readouterr().out
    assert said.count("This figure needs the heel and the toe") == len(NEED_FEET)
    assert "Forward lean" in said.partition("Not told")[0]


def test_a_track_with_feet_is_lent_none(run, monkeypatch):
    monkeypatch.setattr(without_feet, "lend_feet", None)
    gaps = run.xy_px.copy()
    gaps[::5, FEET] = np.nan
    assert measure_track(replace(run, xy_px=gaps), KNOWN).measures["contact_time"].value > 0


# --- another unit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "unit"),
    [
        (lambda run: run.xy_px / np.array(run.size_wh_px), "normalised"),
        (lambda run: 2 * run.xy_px / np.array(run.size_wh_px) - 1, "normalised"),
        (lambda run: run.xy_px / 400 - run.xy_px.mean(axis=1, keepdims=True) / 400, "metres"),
        (lambda run: 100 * run.xy_px / np.array(run.size_wh_px), "per cent"),
        (lambda run: 5 * run.xy_px, "outside the picture"),
        (lambda run: run.xy_px - 3000, "outside the picture"),
        (lambda run: run.xy_px * 1e200, "outside the picture"),
    ],
)
def test_places_in_another_unit_are_refused_by_its_name(run, stored, capsys, change, unit):
    assert unit in refused(stored(xy_px=change(run)), capsys)


def test_a_size_that_is_none_in_pixels_is_refused(run, stored, capsys):
    assert "no size in pixels" in refused(stored(size_wh_px=np.array([1.0, 1.0])), capsys)
    normal = run.xy_px / np.array(run.size_wh_px)
    assert "normalised" in refused(stored(xy_px=normal, size_wh_px=np.array([0.56, 1.0])), capsys)


@pytest.mark.parametrize("fps_hz", [24, 30, 50, 60, 120, 240])
@pytest.mark.parametrize(
    ("seconds", "unit"),
    [
        (1e3, "milliseconds"),
        (1e6, "microseconds"),
        (1e9, "nanoseconds"),
        (9e4, "ticks of a video file"),
        (1 / 60, "minutes"),
    ],
)
@pytest.mark.parametrize("rounded", [False, True])
def test_times_in_another_unit_are_refused_by_its_name(run, stored, capsys, fps_hz, seconds, unit, rounded):
    time = np.arange(len(run)) / fps_hz * seconds
    if rounded and seconds > 1:
        time = np.round(time)
    said = refused(stored(time_s=time), capsys)
    assert unit in said or (unit == "minutes" and fps_hz < 30)
    if unit == "minutes" and fps_hz < 30:
        pytest.skip("so few a second are as far apart in minutes as many are in seconds")


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("first", [0, 1, 5000])
@pytest.mark.parametrize("gaps", [False, True])
def test_frame_numbers_are_no_times(run, stored, capsys, step, first, gaps):
    number = first + step * np.arange(len(run)) + (np.cumsum(np.arange(len(run)) % 17 == 0) if gaps else 0)
    said = refused(stored(time_s=number), capsys)
    assert "counts frames" in said
    assert "frames per second" in said


@pytest.mark.parametrize("fps_hz", [15, 24, 25, 30, 60, 120, 240, 1000])
def test_seconds_are_taken_as_they_are(run, stored, fps_hz):
    time_s = 1.7e9 + np.arange(len(run)) / fps_hz
    np.testing.assert_array_equal(load_track(stored(time_s=time_s)).time_s, time_s)


# --- broken -----------------------------------------------------------------------------------------------------------


def broken():
    rng = np.random.default_rng(7)
    n = 360
    nan, jumbled = np.full((n, 33, 2), np.nan), rng.permutation(n) / 60.0
    huge = np.zeros((1, 33, 2))
    return {
        "objects": {"xy_px": np.array([[{"a": 1}]], dtype=object)},
        "words": {"visibility": np.full((n, 33), "high")},
        "complex": {"xy_px": np.ones((n, 33, 2), complex)},
        "dates": {"time_s": np.arange(n).astype("datetime64[ms]")},
        "structured": {"time_s": np.zeros(n, dtype=[("t", float)])},
        "no dimension": {"xy_px": np.array(1.0)},
        "none at all": {"time_s": np.zeros(0), "xy_px": np.zeros((0, 33, 2)), "visibility": np.zeros((0, 33))},
        "one frame": {"time_s": np.zeros(1), "xy_px": huge + 9, "visibility": np.ones((1, 33))},
        "two frames": {"time_s": np.arange(2) / 30, "xy_px": np.zeros((2, 33, 2)) + 9, "visibility": np.ones((2, 33))},
        "transposed": {"xy_px": np.zeros((33, n, 2))},
        "three columns": {"xy_px": np.zeros((n, 33, 3))},
        "25 points": {"xy_px": np.zeros((n, 25, 2)), "visibility": np.ones((n, 25))},
        "17 and 33": {"xy_px": np.zeros((n, 17, 2)), "visibility": np.ones((n, 33))},
        "too few times": {"time_s": np.arange(n - 1) / 60},
        "jumbled times": {"time_s": jumbled},
        "backward": {"time_s": np.arange(n)[::-1] / 60},
        "a time twice": {"time_s": np.repeat(np.arange(n // 2), 2) / 60},
        "times of NaN": {"time_s": np.full(n, np.nan)},
        "endless time": {"time_s": np.append(np.arange(n - 1) / 60, np.inf)},
        "NaN everywhere": {"xy_px": nan},
        "zero everywhere": {"xy_px": np.zeros((n, 33, 2))},
        "nothing visible": {"visibility": np.zeros((n, 33))},
        "negative size": {"size_wh_px": np.array([-1280, 720])},
        "endless size": {"size_wh_px": np.array([np.inf, 720])},
        "size of NaN": {"size_wh_px": np.array([np.nan, 720])},
        "slow motion of NaN": {"slow_motion": np.array(np.nan)},
        "slow motion of 99": {"slow_motion": np.array(99.0)},
        "one point for all": {"xy_px": np.full((n, 33, 2), 300.0)},
        "noise": {"xy_px": rng.uniform(0, 700, (n, 33, 2))},
    }


ORDER = np.random.default_rng(2).permutation(360)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (lambda run: {"time_s": run.time_s[ORDER]}, "time_s is not strictly rising: frame 0 is at"),
        (lambda run: {"time_s": np.maximum(run.time_s, run.time_s[9])}, "frame 1 at 0.15 s. Sort the frames"),
        (lambda run: {"time_s": np.where(run.time_s == run.time_s[7], np.nan, run.time_s)}, "no number for frame 7"),
        (lambda run: {"size_wh_px": np.array(run.size_wh_px)[::-1]}, "seems to be height and width: 1280 x 720."),
        (lambda run: {"size_wh_px": np.array(run.size_wh_px) // 2}, "most points lie outside the picture of 360 x 640"),
        (lambda run: {"visibility": run.visibility * 0.3}, "the visibility of left hip is 0.30"),
        (lambda run: {"time_s": run.time_s[:, None]}, "expected shape (n,), got (360, 1)"),
    ],
)
def test_the_reason_is_named(run, stored, capsys, changes, says):
    assert says in refused(stored(**changes(run)), capsys)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_a_track_of_a_few_frames_is_refused_as_that(run, stored, capsys, n):
    few = {name: getattr(run, name)[:n] for name in ("time_s", "xy_px", "visibility")}
    assert f"has only {n} frame" in refused(stored(**few), capsys)


@pytest.mark.parametrize("name", broken())
def test_what_is_broken_is_refused_on_a_plain_line(stored, capsys, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = refused(stored(**broken()[name]), capsys)
    assert "<class" not in said


@pytest.mark.parametrize("array", ["time_s", "xy_px", "visibility", "size_wh_px"])
def test_an_array_that_is_missing_is_named(stored, capsys, array):
    assert f"has no {array}" in refused(stored(**{array: None}), capsys)


@pytest.mark.parametrize("point", [11, 12, 23, 24, 25, 26, 27, 28])
def test_a_joint_that_is_never_seen_is_named(run, stored, capsys, point):
    names = {11: "shoulder", 23: "hip", 25: "knee", 27: "ankle"}
    xy_px = run.xy_px.copy()
    xy_px[3:, point] = np.nan
    name = f"{'left' if point % 2 else 'right'} {names[point - 1 + point % 2]}"
    assert f"{name} is hardly ever seen" in refused(stored(xy_px=xy_px), capsys)


def test_any_points_may_be_lost_without_a_fault_of_ours(run):
    """Losing points at random, a few or nearly all, ends in a report or in a refusal, never otherwise."""
    rng = np.random.default_rng(11)
    ended = []
    for share in (0.02, 0.1, 0.3, 0.6, 0.9, 0.98):
        for each in ("point", "frame", "landmark"):
            size = {"point": (len(run), 33), "frame": (len(run), 1), "landmark": (1, 33)}[each]
            xy_px = np.where((rng.random(size) < share)[..., None], np.nan, run.xy_px)
            try:
                measure_track(replace(run, xy_px=xy_px), KNOWN)
                ended.append("report")
            except StrideCheckError:
                ended.append("refusal")
    assert {*ended} == {"report", "refusal"}


def test_no_pickle_is_opened(tmp_path, stored, capsys):
    (tmp_path / "opened").unlink(missing_ok=True)

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    path = stored(xy_px=np.array([Bomb()], dtype=object))
    assert "plain arrays" in refused(path, capsys)
    assert not (tmp_path / "opened").exists()


def test_a_file_that_unpacks_to_more_than_memory_is_not_unpacked(stored, capsys):
    path = stored()
    with np.load(path) as arrays:
        kept = dict(arrays)
    np.savez_compressed(path, **kept | {"more": np.zeros(48 << 20)})
    assert "holds more than 256 MB" in refused(path, capsys)


def test_the_refusal_goes_into_the_json_too(stored, tmp_path):
    out = tmp_path / "report.json"
    assert main(["measure-track", str(stored(time_s=None)), "--json", str(out)]) == 2
    assert json.loads(out.read_text())["refused"]["key"] == "readable_file"
