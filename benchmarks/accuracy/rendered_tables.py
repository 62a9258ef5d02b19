"""Tables and targets of the rendered runner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.accuracy.rendered import CHANGE_DEG, Kind, Outcome, fall_deg
from benchmarks.score import Row, Table, grouped, target
from core.model.measures import Measured, MeasureKey

WITHIN_DEG, CADENCE_PERCENT, VIEW_DEG, ROLL_DEG = 0.6, 1.0, 7.0, 3.0
CHANGED: dict[Kind, MeasureKey] = {"lean": "trunk_lean", "extension": "leg_extension"}
FOLLOWED: tuple[MeasureKey, ...] = (
    "trunk_lean",
    "leg_extension",
    "hip_ankle_extension",
    "knee_flexion_stance",
    "contact_time",
    "cadence",
)
"""Measures whose changes are shown."""


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


def _error(outcome: Outcome, measure: MeasureKey) -> float | None:
    value = outcome.value(measure)
    return None if value is None else value - outcome.truth[measure]


def _holds(outcome: Outcome, measure: MeasureKey) -> str | None:
    error, found = _error(outcome, measure), outcome.measures.get(measure)
    if error is None or not isinstance(found, Measured):
        return None
    return "yes" if abs(error) <= found.plus_minus else "no"


def _clip_row(outcome: Outcome) -> Row:
    made, off = outcome.case.made, _error(outcome, "cadence")
    return {
        "clip": outcome.case.what,
        "body": made.body,
        "outfit": made.outfit,
        "place": made.scene.surface,
        "faces": made.scene.facing,
        "refused": outcome.refused,
        "near leg": None if outcome.refused else ("right" if outcome.near_right else "WRONG"),
        "cadence off %": None if off is None else round(100 * off / outcome.truth["cadence"], 2),
        "contact off ms": _rounded(_error(outcome, "contact_time")),
        "in its error": _holds(outcome, "contact_time"),
        "warned": ", ".join(outcome.warned) or None,
    }


def _plain_of(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return each body's plain clip."""
    return {outcome.case.made.body: outcome for outcome in outcomes if outcome.case.kind == "body"}


def change(one: Outcome, other: Outcome, measure: MeasureKey) -> tuple[float, float] | None:
    """Return by how much a measure changes from one clip to another, true and as measured; None if it was withheld."""
    before, after = one.value(measure), other.value(measure)
    if before is None or after is None:
        return None
    return other.truth[measure] - one.truth[measure], after - before


def asked_changes(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, MeasureKey, tuple[float, float] | None]]:
    """Return the clips in which only lean or extension changed, with the measure and its true and measured change."""
    plain = _plain_of(outcomes)
    return [
        (outcome, CHANGED[outcome.case.kind], change(plain[body], outcome, CHANGED[outcome.case.kind]))
        for outcome in outcomes
        if outcome.case.kind in CHANGED and (body := outcome.case.made.body) in plain
    ]


def _asked_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    plain = _plain_of(outcomes)
    for outcome, measure, changed in asked_changes(outcomes):
        off = None if changed is None else changed[1] - changed[0]
        yield {
            "measure": measure,
            "body": outcome.case.made.body,
            "true change": None if changed is None else round(changed[0], 2),
            "reads": None if changed is None else round(changed[1], 2),
            "met": "-" if off is None else ("yes" if abs(off) <= WITHIN_DEG else "no"),
            "roll corrected": f"{plain[outcome.case.made.body].roll_deg:.1f}, then {outcome.roll_deg:.1f}",
        }


def _other_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Yield what else changes the measures: measured change less true change, against the body's plain clip."""
    plain = _plain_of(outcomes)
    for outcome in outcomes:
        base = plain.get(outcome.case.made.body)
        if base is None or outcome.case.kind in ("body", *CHANGED) or outcome.refused:
            continue
        row: Row = {"clip": outcome.case.what, "body": outcome.case.made.body}
        for measure in FOLLOWED:
            changed = change(base, outcome, measure)
            row[measure] = None if changed is None else round(changed[1] - changed[0], 1)
        yield row


def _view_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    known = [o for o in outcomes if o.view_deg is not None]
    for (asked,), cell in grouped(known, lambda o: (abs(o.case.made.scene.view_angle_deg),)):
        seen = [o.view_deg for o in cell if o.view_deg is not None]
        row: Row = {"view": asked, "clips": len(cell), "estimate": _rounded(float(np.mean(seen)))}
        yield row | {
            "least": _rounded(min(seen)),
            "most": _rounded(max(seen)),
            "said so": sum("side_on" in o.warned for o in cell),
        }


def _roll_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    level = [o for o in outcomes if o.case.made.scene.view_angle_deg == 0 and o.refused is None]
    for (asked,), cell in grouped(level, lambda o: (fall_deg(o.case.made),)):
        seen = [o.roll_deg for o in cell]
        row: Row = {"roll": asked, "clips": len(cell), "corrected by": _rounded(float(np.mean(seen)))}
        yield row | {"least": _rounded(min(seen)), "most": _rounded(max(seen))}


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return what came of each clip, the changes, and the estimate of the view, and the correction of the roll."""
    less = "measured change less true change, against the same body's plain clip"
    return [
        Table(title="Rendered: each clip", rows=tuple(map(_clip_row, outcomes))),
        Table(title="Rendered: only lean or extension changes", rows=tuple(_asked_rows(outcomes))),
        Table(title="Rendered: what else moves the measures", note=less, rows=tuple(_other_rows(outcomes))),
        Table(title="Rendered: view, degrees from side-on", rows=tuple(_view_rows(outcomes))),
        Table(
            title="Rendered: camera roll, degrees, + if the ground seems to fall ahead",
            rows=tuple(_roll_rows(outcomes)),
        ),
    ]


def _most(errors: Iterable[float | None]) -> float | None:
    """Return the largest error; None if one is not known."""
    sizes = [None if error is None else abs(error) for error in errors]
    known = [size for size in sizes if size is not None]
    return max(known) if known and len(known) == len(sizes) else None


def targets(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return what is asked of the rendered runner."""
    truth, read = "rendered", [o for o in outcomes if o.refused is None]
    near_side_on = [o for o in read if abs(o.case.made.scene.view_angle_deg) <= 15]
    rows = [
        target(truth, "refused clips", float(len(outcomes) - len(read)), 0.0),
        target(truth, "clips with the wrong near leg", float(sum(not o.near_right for o in read)), 0.0),
        target(
            truth,
            "cadence: largest error %",
            _most(
                None if (off := _error(o, "cadence")) is None else 100 * off / o.truth["cadence"] for o in near_side_on
            ),
            CADENCE_PERCENT,
        ),
        target(
            truth,
            "view: largest error deg",
            _most(None if o.view_deg is None else o.view_deg - abs(o.case.made.scene.view_angle_deg) for o in read),
            VIEW_DEG,
        ),
        target(
            truth,
            "roll: largest error of its correction deg",
            _most(o.roll_deg - fall_deg(o.case.made) for o in near_side_on),
            ROLL_DEG,
        ),
    ]
    for measure in CHANGED.values():
        changes = [changed for _, of, changed in asked_changes(outcomes) if of == measure]
        off = _most(None if changed is None else changed[1] - changed[0] for changed in changes)
        rows.append(target(truth, f"{measure}: a change of {CHANGE_DEG:g} deg, off by", off, WITHIN_DEG))
    return rows
