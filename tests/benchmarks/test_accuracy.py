"""The benchmark itself: errors of outcomes that were made to be known, the textbook on the drawn truth, made-up errors."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from benchmarks.accuracy import (
    intervals,
    lab,
    lab_rows,
    marked_clips,
    marked_tables,
    noise,
    rendered,
    rendered_tables,
    simulated,
    summary,
    textbook,
    three_truths,
)
from benchmarks.score import (
    LEAST_SPAN,
    EventScore,
    FigureScore,
    Table,
    calibration_columns,
    event_columns,
    figure_columns,
    match,
    pooled,
    score_events,
    slope,
    target,
    text,
)
from core.gait.legs import identify_legs
from core.model.measures import Measure, Measured
from core.model.tracks import FAR, LANDMARK_OF, LANDMARKS, NEAR, PoseTrack, SideTrack
from simulation import Motion, Scene, Stride, truth_of
from simulation.mesh import BODIES, OUTFITS
from simulation.truth import figures_of

STRIDE = Stride(speed_mps=3.2, lean_deg=8.0)


def figure(value: float | None, truth: float, plus_minus: float | None = 1.0) -> FigureScore:
    return FigureScore(
        figure="trunk_lean", clip="one", truth=truth, value=value, plus_minus=None if value is None else plus_minus
    )


# --- events ----------------------------------------------------------------------------------------------------------


def test_an_event_counts_once_and_the_nearest_match_wins() -> None:
    assert match([1.0, 2.0], [0.98, 1.01, 2.1]) == [(0, 1), (1, 2)]
    assert match([1.0], [1.151]) == []
    assert match([], [1.0]) == []


def test_both_of_two_near_events_are_matched_rather_than_one_closely() -> None:
    assert match([1.0, 1.2], [1.1, 1.3]) == [(0, 0), (1, 1)]


def test_recall_false_detections_and_errors_are_those_that_were_made() -> None:
    true_s = np.array([0.1, 1.0, 2.0, 3.0, 4.0])
    found_s = np.array([0.31, 1.010, 2.030, 2.5, 4.02])  # one missed at 3, one false at 2.5
    score = score_events(true_s, found_s, ends_s=(0.0, 5.0))
    assert (score.n_true, score.n_false) == (4, 2)  # 0.31 is too far from 0.1 to be it
    columns = event_columns(score)
    assert columns["recall %"] == 75.0
    assert columns["false %"] == 50.0
    assert columns["bias ms"] == pytest.approx(20.0)
    assert columns["SD ms"] == pytest.approx(np.std([10, 30, 20]), abs=0.05)
    assert columns["RMSE ms"] == pytest.approx(np.sqrt(np.mean(np.square([10, 30, 20]))), abs=0.05)


def test_an_event_across_the_edge_is_not_false() -> None:
    score = score_events([0.29], [0.31], ends_s=(0.0, 5.0))
    assert (score.n_true, score.n_false, score.errors_s) == (0, 0, ())


def test_bad_windows_are_not_scored() -> None:
    score = score_events([1.0, 2.0], [1.2, 2.0], ends_s=(0.0, 5.0), bad_s=[(0.9, 1.3)])
    assert (score.n_true, score.n_false, len(score.errors_s)) == (1, 0, 1)


def test_pooled_events_weigh_alike() -> None:
    one = EventScore(n_true=1, n_false=0, errors_s=(0.01,))
    three = EventScore(n_true=3, n_false=1, errors_s=(0.02, 0.02))
    assert pooled([one, three]) == EventScore(n_true=4, n_false=1, errors_s=(0.01, 0.02, 0.02))


# --- figures ---------------------------------------------------------------------------------------------------------


def test_withheld_figures_are_counted_and_not_averaged() -> None:
    columns = figure_columns([figure(6.0, 5.0), figure(4.0, 5.0), figure(8.0, 5.0), figure(None, 5.0)])
    assert (columns["clips"], columns["withheld"]) == (4, 1)
    assert columns["bias"] == pytest.approx(1.0)
    assert columns["MAE"] == pytest.approx(5 / 3, abs=0.01)


def test_intervals_are_counted() -> None:
    scores = [figure(5.9, 5.0), figure(6.1, 5.0), figure(4.1, 5.0), figure(3.9, 5.0), figure(None, 5.0)]
    columns = calibration_columns(scores)
    assert (columns["intervals"], columns["hold the truth %"], columns["half-width"]) == (4, 50.0, 1.0)
    assert calibration_columns([figure(None, 1.0)])["hold the truth %"] is None


def test_intervals_are_judged_in_every_cell_and_not_on_average() -> None:
    def outcome(noise: str, fps_hz: float, *values: float) -> lab_rows.Outcome:
        case = lab_rows.Case(
            trial=cast(lab.Trial, None), fps_hz=fps_hz, noise=noise, facing="right", seed=1, readings=None
        )
        scores = tuple(replace(figure(value, 5.0), figure="trunk_lean") for value in values)
        return lab_rows.Outcome(case=case, events={}, figures={lab_rows.OURS: scores}, exchanged=(0, 0, 0))

    fitting = outcome("pose-shaped", 30.0, *[5.0] * 9, 7.0)
    wide, withheld = outcome("4 px", 60.0, 5.0, 5.1), outcome("4 px", 30.0)
    rows = intervals.tables([fitting, wide, withheld])[0].rows
    assert [(row["error made"], row.get("30/s"), row.get("60/s")) for row in rows] == [
        ("4 px", None, 100),
        ("pose-shaped", 90, None),
    ]
    reached = {row["figure"]: (row["reached"], row["met"]) for row in intervals.targets([fitting, wide])}
    assert reached["cells whose intervals fit %"] == (50.0, "missed by 50.0")
    assert reached["trunk_lean: median half-width"] == (1.0, "met")


def test_the_slope_is_that_of_measured_on_true() -> None:
    assert slope([figure(2.0 + 0.9 * t, t) for t in (0.0, 5.0, 10.0)]) == pytest.approx(0.9)
    assert slope([figure(1.0, 1.0), figure(2.0, 2.0)]) is None
    assert slope([figure(1.0, 5.0), figure(2.0, 5.0), figure(9.0, 12.0)]) is None  # seven degrees tell no slope


def test_the_drawn_grid_spans_enough_for_every_slope_that_is_asked() -> None:
    truths = [figures_of(Motion(case.scene.stride)) for case in simulated.grid() if case.row == simulated.SIDE_ON]
    for key in simulated.TARGETS:
        assert np.ptp([truth[key] for truth in truths]) >= LEAST_SPAN, key


@pytest.mark.parametrize(
    ("reached", "least", "met"),
    [
        (1.0, None, "met"),
        (1.2, None, "missed by 0.2"),
        (0.4, 0.5, "missed by 0.1"),
        (0.6, 0.5, "met"),
        (None, None, "not measured"),
        (float("inf"), None, "not measured"),
    ],
)
def test_a_target_says_by_how_much_it_was_missed(reached: float | None, least: float | None, met: str) -> None:
    assert target("truth", "figure", reached, 1.0, least=least)["met"] == met


def test_a_table_is_aligned_and_a_missing_cell_is_a_dash() -> None:
    table = Table(title="Title", rows=({"name": "a", "n": 1}, {"name": "long", "n": None}))
    assert text(table).splitlines() == ["Title", "name  n", "-------", "a     1", "long  -"]


# --- the textbook ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known() -> tuple[SideTrack, Scene]:
    """The drawn runner's true joints as a side track, without any picture."""
    scene = Scene(stride=STRIDE, duration_s=6.0, fps_hz=240.0)
    truth = truth_of(scene, Motion(STRIDE))
    side = SideTrack(
        time_s=truth.time_s,
        xy_px=truth.xy_px,
        seen=np.ones((len(truth.time_s), 2), dtype=bool),
        facing="right",
        source_rate_hz=240.0,
    )
    return side, scene


def test_the_textbook_counts_the_drawn_steps(known: tuple[SideTrack, Scene]) -> None:
    # A clip that is no whole number of strides pulls the peak of its autocorrelation by some tenths of a step.
    assert textbook.cadence_spm(known[0]) == pytest.approx(120 / STRIDE.stride_s, abs=1.0)


@pytest.mark.parametrize("leg", [NEAR, FAR])
def test_the_textbook_finds_every_drawn_event(known: tuple[SideTrack, Scene], leg: int) -> None:
    side, scene = known
    truth = truth_of(scene, Motion(STRIDE)).events
    of_leg = truth.near if leg == NEAR else truth.far
    book = textbook.leg_times(side, leg, STRIDE.stride_s)
    ends_s = (0.0, float(side.time_s[-1]))
    contact = score_events(of_leg.initial_contact_s, book.contact_s, ends_s=ends_s)
    found_s = book.toe_off_s[lab_rows.FUSED]
    toe_off = score_events(of_leg.toe_off_s, found_s[np.isfinite(found_s)], ends_s=ends_s)
    for score in (contact, toe_off):
        assert (len(score.errors_s), score.n_false) == (score.n_true, 0)
        assert np.abs(score.errors_s).max() < 0.04  # a drawn leg is no real one, and the cues' lags are those of people


def test_the_textbook_reads_the_drawn_angles_at_the_drawn_events(known: tuple[SideTrack, Scene]) -> None:
    side, scene = known
    truth = truth_of(scene, Motion(STRIDE))
    contact_s = next(t for t in truth.events.near.initial_contact_s if t > 1.0)
    toe_off_s = next(t for t in truth.events.near.toe_off_s if t > contact_s)
    read = textbook.stance_figures(side.time_s, textbook.angle_series(side, NEAR), contact_s, toe_off_s)
    # Seen from five metres away perspective makes up to a degree, the 10 Hz filter more where the knee turns fast.
    for key, within in (("trunk_lean", 1.0), ("leg_extension_at_toe_off", 2.0), ("hip_ankle_extension", 2.0)):
        assert read[key] == pytest.approx(truth.figures[key], abs=within), key
    assert read["knee_flexion_contact"] == pytest.approx(truth.figures["knee_flexion_contact"], abs=4.0)
    assert read["contact_time"] == pytest.approx(truth.figures["contact_time"], abs=1e-3)


# --- made-up errors of a pose model ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def still() -> PoseTrack:
    """A body that stands still for 60 seconds, every point in a place of its own."""
    places = np.arange(LANDMARKS)[:, None] * np.array([10.0, 0.0]) + [100.0, 500.0]
    n = 1800
    return PoseTrack(
        time_s=np.arange(n) / 30.0,
        xy_px=np.broadcast_to(places, (n, LANDMARKS, 2)),
        visibility=np.ones((n, LANDMARKS)),
        size_wh_px=(1000, 1000),
    )


def spoilt(still: PoseTrack, seed: int) -> noise.Spoilt:
    return noise.pose_shaped(still, strides=still.time_s / 0.7, near="right", px_per_cm=2.0, seed=seed)


def test_the_same_seed_makes_the_same_errors(still: PoseTrack) -> None:
    one, again, other = spoilt(still, 1), spoilt(still, 1), spoilt(still, 2)
    assert np.array_equal(one.track.xy_px, again.track.xy_px, equal_nan=True)
    assert not np.array_equal(one.track.xy_px, other.track.xy_px, equal_nan=True)


def test_errors_are_as_large_as_told_and_larger_for_the_leg_behind(still: PoseTrack) -> None:
    wrong_px: dict[str, list[float]] = {"right": [], "left": []}
    for seed in range(12):
        made = spoilt(still, seed)
        kept = ~made.exchanged & np.isfinite(made.track.xy_px[:, 0, 0])
        for side, own in wrong_px.items():
            shoulder_hip = list(LANDMARK_OF[side][:2])  # these are never exchanged nor put on the other leg
            own.extend((made.track.xy_px[kept][:, shoulder_hip] - still.xy_px[kept][:, shoulder_hip]).ravel())
    near_cm, far_cm = (np.std(wrong_px[side]) / 2.0 for side in ("right", "left"))
    expected = np.sqrt(noise.ALWAYS_CM**2 + noise.POSTURE_CM**2 + noise.DRIFT_CM**2 + noise.JITTER_CM**2)
    assert near_cm == pytest.approx(expected, rel=0.15)
    assert far_cm == pytest.approx(noise.FAR_TIMES * expected, rel=0.15)


def test_legs_are_exchanged_in_bouts_and_frames_are_lost(still: PoseTrack) -> None:
    made = [spoilt(still, seed) for seed in range(6)]
    exchanged = np.mean([one.exchanged.mean() for one in made])
    assert 0.02 <= exchanged <= 0.07  # two bouts in ten seconds, a fifth of a second each: 4 per cent
    lost = np.mean([np.isnan(one.track.xy_px[:, 0, 0]).mean() for one in made])
    assert 0.01 <= lost <= 0.04
    one = made[0]
    moved_px = one.track.xy_px[one.exchanged][:, LANDMARK_OF["left"][3]] - still.xy_px[0, LANDMARK_OF["right"][3]]
    assert np.abs(np.nanmedian(moved_px, axis=0)).max() < 6.0


# --- real clips and the page -----------------------------------------------------------------------------------------


def mark(by: str, event: str, file_time_s: float, angle_deg: float) -> marked_clips.Mark:
    return marked_clips.Mark(
        by=by, event=event, file_time_s=file_time_s, angles_deg=dict.fromkeys(marked_clips.EVENT_OF, angle_deg)
    )


def test_eye_marks_are_averaged_by_person_before_the_persons() -> None:
    found = [
        mark("a", "TO", 1.0, 20.0),
        mark("a", "TO", 2.0, 22.0),
        mark("b", "TO", 1.0, 27.0),
        mark("b", "FS", 1.5, 1.0),
    ]
    assert marked_clips.marked_deg(found, "hip_ankle_extension") == pytest.approx((21.0 + 27.0) / 2)
    assert marked_clips.marked_deg(found, "knee_flexion_contact") == pytest.approx(1.0)


@pytest.mark.shared
@pytest.mark.skipif(
    not marked_clips.FOLDER.is_dir(), reason=f"no clips in {marked_clips.FOLDER.parent.name}/{marked_clips.FOLDER.name}"
)
@pytest.mark.parametrize(
    ("clip", "thigh_deg", "leg_deg", "knee_deg"),
    [
        ("mirror_pair_a_rtl.mp4", 21.6, 28.8, 11.8),
        ("overground_follow_30fps_ltr.mp4", 29.1, 31.6, 19.3),
        ("treadmill_phone_30fps_rtl.mp4", 16.8, 29.5, 11.6),
    ],
)
def test_eye_marks_give_the_angles_that_their_readme_gives(
    clip: str, thigh_deg: float, leg_deg: float, knee_deg: float
) -> None:
    read = marked_clips.marks_of(clip)
    assert marked_clips.marked_deg(read, "leg_extension_at_toe_off") == pytest.approx(thigh_deg, abs=0.15)
    assert marked_clips.marked_deg(read, "hip_ankle_extension") == pytest.approx(leg_deg, abs=0.15)
    assert marked_clips.marked_deg(read, "knee_flexion_contact") == pytest.approx(knee_deg, abs=0.15)


def measured(**values: float) -> dict[str, Measure]:
    keys = ("cadence", *simulated.FIGURES)
    return {key: Measured(value=values.get(key, 1.0), unit="deg", plus_minus=1.0, n_strides=5) for key in keys}


def test_a_refused_clip_or_one_of_a_pair_counts_as_missed() -> None:
    by_name = {clip.name: clip for clip in marked_clips.CLIPS}
    one = marked_clips.Outcome(clip=by_name["mirror_pair_a_rtl.mp4"], measures=measured(trunk_lean=4.0, cadence=152.0))
    other = marked_clips.Outcome(
        clip=by_name["mirror_pair_b_ltr.mp4"], measures=measured(trunk_lean=4.5, cadence=150.5)
    )
    refused = replace(other, refused="side_on", measures={})
    asked = ("mirror pair mirror_pair", f"real clips, cadence {marked_clips.MARKS}")
    both, missing = (
        {row["figure"]: row["met"] for row in marked_tables.targets(pair) if row["truth"] in asked}
        for pair in ([one, other], [one, refused])
    )
    assert both["trunk_lean: difference deg"] == "missed by 0.2"
    assert both["cadence: largest error"] == "missed by 1.0"
    assert missing["trunk_lean: difference deg"] == "not measured"
    assert missing["cadence: largest error"] == "not measured"


def test_a_bystander_is_told_by_a_foot_that_hardly_moves() -> None:
    two = marked_clips.Clip(name=marked_tables.TWO_PEOPLE)
    for travel, met in ((0.1, "missed by 1.0"), (1.2, "met")):
        outcome = marked_clips.Outcome(clip=two, measures=measured(), foot_travel=travel)
        rows = {row["figure"]: row["met"] for row in marked_tables.targets([outcome])}
        assert rows["bystander measured"] == met


def test_the_page_gets_a_few_plain_rows() -> None:
    case = simulated.Case(row=simulated.SIDE_ON, scene=simulated.BASE)
    scores = tuple(replace(figure(6.0 + size, 5.0), figure="trunk_lean") for size in (0.0, 0.5))
    outcomes = summary.Outcomes(drawn=[simulated.Outcome(case=case, figures=scores, events={})])
    says, rows = summary.for_runners(outcomes)
    assert "truth" in str(says)
    assert [{title: str(cell) for title, cell in row.items()} for row in rows] == [
        {"Figure": "Forward lean", "Against": "drawn runner (2)", "Typical error": "1.2°", "Truth inside ±": "50 %"}
    ]


@pytest.mark.skipif(not three_truths.RESULTS.exists(), reason="the benchmark has not been run in full")
def test_the_results_that_are_kept_say_how_they_came_about() -> None:
    kept = json.loads(three_truths.RESULTS.read_text())
    assert set(kept) == {"says", "rows", "made", "tables"}
    assert {"on", "command", "cores", "versions", "parts"} <= set(kept["made"])
    assert kept["tables"][-1]["title"] == "Targets"


# --- the lab ---------------------------------------------------------------------------------------------------------

needs_lab = pytest.mark.skipif(not lab.trials(), reason=f"no recordings in {lab.FOLDER.parent.name}/{lab.FOLDER.name}")


@pytest.mark.shared
@needs_lab
def test_our_reading_of_the_markers_is_the_labs_table() -> None:
    for trial in lab.trials()[::7]:
        for step in trial.steps[:4]:
            side = lab.SIDES["LR".index(str(step["side"]))]
            ours = np.interp(float(step["t_to"]), trial.time_s, lab.thigh_behind_deg(trial, side))
            assert ours == pytest.approx(-float(step["thigh_to"]), abs=0.3)


@pytest.mark.shared
@needs_lab
@pytest.mark.parametrize("facing", ["right", "left"])
def test_a_clean_recording_scores_well_and_a_late_truth_badly(facing: lab.Side) -> None:
    """The second half proves that the truth is what is asked: moved by 50 ms, every error moves by 50 ms."""
    trial = lab.shortened(lab.trials()[3], 5.0)
    case = lab_rows.Case(trial=trial, fps_hz=60.0, noise="none", facing=facing, seed=1, readings=None)
    late = replace(trial, initial_contact_s={side: t + 0.05 for side, t in trial.initial_contact_s.items()})
    right, wrong = (
        pooled(lab_rows.run(replace(case, trial=asked)).events["initial contact", lab_rows.OURS])
        for asked in (trial, late)
    )
    assert (len(right.errors_s), right.n_false) == (right.n_true, 0)
    assert np.abs(right.errors_s).max() < 0.03
    assert np.mean(right.errors_s) - np.mean(wrong.errors_s) == pytest.approx(0.05, abs=0.01)


@pytest.mark.shared
@needs_lab
def test_exchanged_legs_are_seen_as_exchanged() -> None:
    trial = lab.shortened(lab.trials()[3], 5.0)
    clean = lab.filmed(trial, fps_hz=60.0, facing="right")
    side = identify_legs(clean)
    assert lab_rows._still_exchanged(clean, side) == 0
    crossed = replace(side, xy_px=side.xy_px[:, ::-1])
    assert lab_rows._still_exchanged(clean, crossed) > 0.5 * len(clean)


# --- the rendered runner ---------------------------------------------------------------------------------------------


def rendered_outcome(case: rendered.Case, **values: float) -> rendered.Outcome:
    truth = figures_of(Motion(STRIDE)) | {"trunk_lean": case.made.scene.stride.lean_deg}
    return rendered.Outcome(case=case, truth=truth, near_right=True, view_deg=2.0, measures=measured(**values))


def test_the_grid_has_six_bodies_every_outfit_view_and_roll() -> None:
    cases = rendered.grid()
    made = [case.made for case in cases]
    assert len({(case.kind, case.what, case.made.body) for case in cases}) == len(cases) == 57
    assert {one.body for one in made} == set(BODIES)
    assert {one.outfit for one in made} == set(OUTFITS)
    assert {abs(one.scene.view_angle_deg) for one in made} == {0.0, *rendered.VIEWS_DEG}
    assert {one.scene.roll_deg for one in made} == {0.0, *rendered.ROLLS_DEG}
    assert any(one.handrail for one in made)
    assert any(one.passer_by for one in made)
    assert len(rendered.grid(quick=True)) <= 15


def test_a_change_of_lean_that_reads_too_small_is_missed() -> None:
    cases = [case for case in rendered.grid() if case.made.body == "m_avg" and case.kind in ("body", "lean")]
    for read, met in ((12.5, "met"), (11.0, "missed by 0.4")):
        outcomes = [rendered_outcome(cases[0], trunk_lean=8.0), rendered_outcome(cases[1], trunk_lean=read)]
        rows = {row["figure"]: row for row in rendered_tables.targets(outcomes)}
        assert rows["trunk_lean: a change of 4 deg, off by"]["met"] == met
        shown = next(t for t in rendered_tables.tables(outcomes) if "only lean" in t.title).rows
        assert [(row["true change"], row["reads"]) for row in shown] == [(4.0, read - 8.0)]


def test_a_refused_rendered_clip_and_a_wrong_near_leg_are_missed() -> None:
    case = rendered.plain(0)
    wrong = replace(rendered_outcome(case), near_right=False)
    refused = rendered.Outcome(case=case, truth={}, refused="side_on")
    rows = {row["figure"]: row["met"] for row in rendered_tables.targets([wrong, refused])}
    assert rows["refused clips"] == "missed by 1.0"
    assert rows["clips with the wrong near leg"] == "missed by 1.0"
    assert {row["refused"] for row in rendered_tables.tables([wrong, refused])[0].rows} == {None, "side_on"}


def test_no_table_of_the_rendered_runner_shows_how_large_lean_is() -> None:
    """Only changes: where the hip is in a body moves the lean itself."""
    outcome = rendered_outcome(rendered.plain(0), trunk_lean=8.0, leg_extension=17.0)
    for shown in rendered_tables.tables([outcome]):
        assert not any("lean" in column or "extension" in column for row in shown.rows for column in row)


def test_the_roll_of_a_runner_who_faces_left_is_the_other_way() -> None:
    made = rendered.plain(1).made
    assert made.scene.facing == "left"
    assert rendered.fall_deg(replace(made, scene=replace(made.scene, roll_deg=3.0))) == -3.0
