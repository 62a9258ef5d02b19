"""The tables made of what came of the real clips, and the targets held against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.marked_clips import ABOUT, CLIPS, MARKS, MIRRORED, Outcome
from benchmarks.score import (
    FigureScore,
    Row,
    Table,
    calibration_columns,
    event_columns,
    grouped,
    pooled,
    score_of,
    target,
)
from core.model.measures import MeasureKey, value_of

TWO_PEOPLE = "hard_two_people_slow2x_rtl.mp4"
A_RUNNERS_FOOT = 0.6  # leg lengths; a foot that travels less along is a bystander's

MARK_IS = "a mark is the first frame that shows the event, so about half a frame (17 ms at 30 frames/s) after it"
MARK_TARGETS: dict[MeasureKey, float] = {"trunk_lean": 2.0, "leg_extension_at_toe_off": 2.5, "hip_ankle_extension": 2.5}
MIRROR_TARGETS: dict[MeasureKey, float] = {"trunk_lean": 0.3, "leg_extension": 1.0, "hip_ankle_extension": 1.0}


def _by_name(outcomes: Sequence[Outcome], name: str, *, mirrored: bool = False) -> Outcome | None:
    for outcome in outcomes:
        if outcome.clip.name == name and outcome.clip.mirrored == mirrored and outcome.refused is None:
            return outcome
    return None


Pair = tuple[str, Outcome | None, Outcome | None]


def _mirror_pairs(outcomes: Sequence[Outcome]) -> list[Pair]:
    """Return the pair that was given, and those we mirrored where this was asked; None where one was refused."""
    names = [("mirror_pair", "mirror_pair_a_rtl.mp4", "mirror_pair_b_ltr.mp4", False)]
    names += [(name, name, name, True) for name in MIRRORED if any(o.clip.mirrored for o in outcomes)]
    return [(label, _by_name(outcomes, a), _by_name(outcomes, b, mirrored=m)) for label, a, b, m in names]


def _speed_pair(outcomes: Sequence[Outcome]) -> list[Pair]:
    fast, slow = (_by_name(outcomes, f"speed_pair_{how}_ltr.mp4") for how in ("realtime", "slow4x"))
    return [("slow and real time", fast, slow)]


def difference(one: Outcome | None, other: Outcome | None, figure: MeasureKey) -> float | None:
    """Return how far two clips of the same run differ in a figure; None where one was refused or withheld it."""
    if one is None or other is None:
        return None
    first, second = value_of(one.measures[figure]), value_of(other.measures[figure])
    return None if first is None or second is None else abs(first - second)


_COMPARED: tuple[MeasureKey, ...] = (*MIRROR_TARGETS, "leg_extension_at_toe_off", "knee_flexion_stance", "cadence")
_SHOWN: tuple[MeasureKey, ...] = (
    "cadence", "trunk_lean", "leg_extension", "leg_extension_at_toe_off", "hip_ankle_extension",
)  # fmt: skip


def _clip_row(outcome: Outcome) -> Row:
    clip = outcome.clip
    row: Row = {
        "clip": clip.name.rsplit(".", 1)[0] + (", mirrored" if clip.mirrored else ""),
        "refused by": outcome.refused,
        "true cadence": clip.cadence_spm,
        "counted": clip.counted or None,
    }
    if outcome.refused is not None:
        return row
    for figure in _SHOWN:
        value = value_of(outcome.measures[figure])
        row[figure] = None if value is None else round(value, 1)
    return row | {
        "repaired %": round(100 * outcome.repaired, 1),
        "near leg unseen %": round(100 * outcome.bridged, 1),
        "legs sure %": round(100 * outcome.confidence, 1),
        "ms/frame": round(outcome.ms_a_frame),
    }


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return the clips, the eye marks and the pairs; what tells of one person's run is shown, and not kept."""
    marked: list[Row] = []
    for outcome in outcomes:
        there = {score.figure: score.value for score in outcome.at_marked_frame}
        for score in outcome.marked:
            reported, at_frame = value_of(outcome.measures[score.figure]), there.get(score.figure)
            marked.append(
                {
                    "clip": score.clip.rsplit(".", 1)[0],
                    "figure": score.figure,
                    "by eye": round(score.truth, 1),
                    "ours, same strides": None if score.value is None else round(score.value, 1),
                    "reported": None if reported is None else round(reported, 1),
                    "+-": None if score.plus_minus is None else round(score.plus_minus, 1),
                    "at the marked frames": None if at_frame is None else round(at_frame, 1),
                    "interval holds": None if score.holds is None else str(score.holds),
                }
            )
    scores = [score for outcome in outcomes for score in outcome.marked]
    held: list[Row] = [
        {"figure": f, **calibration_columns(of_f)} for (f,), of_f in grouped(scores, lambda s: (s.figure,))
    ]
    pairs: list[Row] = []
    for label, one, other in [*_mirror_pairs(outcomes), *_speed_pair(outcomes)]:
        row: Row = {"pair": label}
        for figure in _COMPARED:
            apart = difference(one, other, figure)
            row[figure] = None if apart is None else round(apart, 2)
        pairs.append(row)
    return [
        Table(title="Clips", rows=tuple(_clip_row(outcome) for outcome in outcomes), kept=False),
        Table(title="Clips: joints marked by eye, degrees", rows=tuple(marked), kept=False),
        Table(
            title="Clips: near-leg events against the marked frames", note=MARK_IS, rows=tuple(_event_rows(outcomes))
        ),
        Table(title="Clips: intervals against the eye marks", rows=tuple(held)),
        Table(title="Clips: the same run twice, difference", rows=tuple(pairs)),
    ]


def _event_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    marked = [outcome for outcome in outcomes if any(score.n_true for score in outcome.events.values())]
    rows: list[Row] = []
    for kind in ("initial contact", "toe-off"):
        for outcome in marked:
            row = event_columns(outcome.events[kind])
            rows.append({"event": kind, "clip": outcome.clip.name.rsplit(".", 1)[0], **row, "false %": None})
        every = pooled(outcome.events[kind] for outcome in marked)
        rows.append({"event": kind, "clip": "all", **event_columns(every), "false %": None})
    return rows


def targets(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return what was asked of real clips."""
    rows: list[Row] = []
    for figure, most in MARK_TARGETS.items():
        errors = [abs(s.error) for o in outcomes for s in o.marked if s.figure == figure and s.value is not None]
        reached = float(np.mean(errors)) if errors else None
        rows.append(target("real clips, eye marks", f"{figure}: MAE deg", reached, most))
    off = {o.clip.name: _cadence_error(o) for o in outcomes if o.clip.cadence_spm is not None and not o.clip.mirrored}
    for counted in (MARKS, ABOUT):
        sizes = [off[c.name] for c in CLIPS if c.counted == counted and c.name in off]
        rows.append(target(f"real clips, cadence {counted}", "cadence: largest error", max(sizes, default=None), 1.0))
    for label, one, other in _mirror_pairs(outcomes):
        for figure, most in MIRROR_TARGETS.items():
            rows.append(
                target(f"mirror pair {label}", f"{figure}: difference deg", difference(one, other, figure), most)
            )
    for label, one, other in _speed_pair(outcomes):
        keys: tuple[MeasureKey, ...] = (*MIRROR_TARGETS, "cadence")
        rows += [target(label, f"{key}: difference", difference(one, other, key), 2.0) for key in keys]
    two = next((o for o in outcomes if o.clip.name == TWO_PEOPLE), None)
    if two is not None:
        bystander = two.refused is None and two.foot_travel < A_RUNNERS_FOOT
        rows.append(target("two people", "bystander measured", float(bystander), 0.0))
    let_by = [o for o in outcomes if o.clip.to_refuse]
    if let_by:
        rows.append(target("clips to refuse", "measured all the same", sum(o.refused is None for o in let_by), 0.0))
    return rows


def cadence_score(outcome: Outcome) -> FigureScore:
    """Return a measured clip's cadence against what was counted."""
    counted = outcome.clip.cadence_spm
    assert counted is not None, "ask only for clips whose steps were counted"
    return score_of("cadence", outcome.clip.name, counted, outcome.measures["cadence"])


def _cadence_error(outcome: Outcome) -> float:
    """Return how far the cadence is off; infinite where the clip was refused or has none."""
    value = value_of(outcome.measures["cadence"]) if outcome.measures else None
    return np.inf if value is None else abs(value - float(outcome.clip.cadence_spm or 0.0))
