"""Events and angles against force plates and markers of two labs, as filmed at 60 frames per second with 4 px of noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.accuracy import lab
from core.gait.angles import angle_series
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.signals import at, derivative, low_pass
from core.model.tracks import FAR, NEAR, TOE, Floats, Leg
from simulation.motion import LEFT, Motion
from simulation.stride import Stride

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not lab.trials(), reason=f"no lab recordings in {lab.FOLDER.parent.name}/{lab.FOLDER.name}"),
]

LEGS: dict[Leg, int] = {"near": NEAR, "far": FAR}
EDGE_S = 0.45  # events so near the ends of a recording are not asked for
NEAR_ENOUGH_S = 0.08


class Errors(NamedTuple):
    """Found less true over all recordings; angles of one recording's steps are first averaged."""

    recall: float
    toe_off_by_speed_s: dict[int, list[float]]
    contact_s: Floats
    toe_off_s: Floats
    lean_deg: Floats
    thigh_deg: Floats
    leg_deg: Floats


def _good(trial: lab.Trial, moments_s: Floats) -> Floats:
    """Return the events that lie neither near the ends nor in a window that the lab marked as bad."""
    inside = (moments_s > trial.time_s[0] + EDGE_S) & (moments_s < trial.time_s[-1] - EDGE_S)
    for start_s, end_s in trial.bad_s:
        inside &= (moments_s < start_s) | (moments_s > end_s)
    return np.asarray(moments_s[inside])


def _paired(found_s: Floats, true_s: Floats) -> Floats:
    """Return the error of each true event, NaN where none was found near it."""
    away = found_s[np.abs(found_s[None] - true_s[:, None]).argmin(axis=1)] - true_s
    return np.where(np.abs(away) < NEAR_ENOUGH_S, away, np.nan)


def _mean_error_deg(trial: lab.Trial, column: str, read_deg: Floats, sides: list[str], times_s: Floats) -> float:
    """Return the mean difference between angles read and those of the lab's table for the same steps; NaN without one."""
    differences = []
    for side, time_s, value in zip(sides, times_s, read_deg, strict=True):
        rows = [r for r in trial.steps if r["side"] == side and r["bad"] == 0 and abs(float(r["t_to"]) - time_s) < 0.01]
        if rows and isinstance(rows[0][column], float) and np.isfinite(rows[0][column]):
            differences.append(value - float(rows[0][column]))
    return float(np.mean(differences)) if differences else float("nan")


@pytest.fixture(scope="module")
def errors() -> Errors:
    recalled: list[Floats] = []
    by_speed: dict[int, list[float]] = {}
    collected: dict[str, list[Floats]] = {"contact": [], "toe_off": []}
    angles_deg: dict[str, list[float]] = {"lean": [], "thigh": [], "leg": []}
    for index, trial in enumerate(lab.trials()):
        side = identify_legs(lab.filmed(trial, fps_hz=60.0, noise_px=4.0, seed=index))
        period = stride_s(side)
        assert period is not None
        events, angles = find_events(side, period), angle_series(side)
        read: dict[str, list[float]] = {"lean": [], "thigh": [], "leg": []}
        steps: list[tuple[str, float]] = []
        for leg, number in LEGS.items():
            own = lab.side_of(number, "right")
            contact_s, toe_off_s = (_good(trial, true[own]) for true in (trial.initial_contact_s, trial.toe_off_s))
            found = getattr(events, leg)
            contacts = _paired(np.array(found.initial_contact_s) + trial.time_s[0], contact_s)
            recalled.append(np.isfinite(contacts))
            collected["contact"].append(contacts[np.isfinite(contacts)])
            offs = _paired(np.array(found.toe_off_s) + trial.time_s[0], toe_off_s)
            collected["toe_off"].append(offs[np.isfinite(offs)])
            by_speed.setdefault(round(trial.speed_mps), []).append(float(np.nanmean(offs)))
            for true_s, away_s in zip(toe_off_s, offs, strict=True):
                started = [t for t in found.initial_contact_s if t + trial.time_s[0] < true_s]
                if not np.isfinite(away_s) or not started:
                    continue
                off_s = true_s + away_s - trial.time_s[0]
                stance = (angles.time_s >= started[-1]) & (angles.time_s <= off_s)
                read["lean"].append(float(angles.trunk_lean_deg[stance].mean()))
                # The lab's table counts ahead of the hip as positive.
                read["thigh"].append(-float(at(angles.time_s, angles.thigh_extension_deg[:, number], np.array(off_s))))
                read["leg"].append(-float(at(angles.time_s, angles.leg_extension_deg[:, number], np.array(off_s))))
                steps.append((own[0].upper(), float(true_s)))
        sides, times = [s for s, _ in steps], np.array([t for _, t in steps])
        for name, column in (("lean", "trunk_stance"), ("thigh", "thigh_to"), ("leg", "leg_to")):
            angles_deg[name].append(_mean_error_deg(trial, column, np.array(read[name]), sides, times))
    return Errors(
        float(np.concatenate(recalled).mean()),
        by_speed,
        *(np.concatenate(collected[name]) for name in ("contact", "toe_off")),
        *(np.array(angles_deg[name])[np.isfinite(angles_deg[name])] for name in ("lean", "thigh", "leg")),
    )


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))


def test_every_contact_is_found(errors: Errors) -> None:
    assert errors.recall == 1.0
    assert len(errors.contact_s) > 200


def test_contacts_are_as_near_as_the_force_plate_says(errors: Errors) -> None:
    assert _rms(errors.contact_s) <= 0.012


def test_toe_offs_are_as_near_as_the_force_plate_says(errors: Errors) -> None:
    assert len(errors.toe_off_s) > 200
    assert _rms(errors.toe_off_s) <= 0.018


@pytest.mark.parametrize("speed_mps", [2, 3, 4, 5])
def test_toe_offs_are_neither_early_nor_late_at_any_speed(errors: Errors, speed_mps: int) -> None:
    """At 3 m/s both contacts and toe-offs are 4 ms late in every recording, so that contact times are right."""
    assert abs(np.mean(errors.toe_off_by_speed_s[speed_mps])) < 0.006


@pytest.mark.parametrize(("name", "most_deg"), [("lean_deg", 0.3), ("thigh_deg", 1.2), ("leg_deg", 1.2)])
def test_angles_are_the_labs(errors: Errors, name: str, most_deg: float) -> None:
    """Mean absolute difference over recordings, each recording's steps averaged."""
    differences: Floats = getattr(errors, name)
    assert len(differences) >= 20
    assert np.abs(differences).mean() <= most_deg


def _toe_speed_at_toe_off(trial: lab.Trial) -> list[float]:
    """Return how fast each toe moves ahead over the belt when its force ends, as shares of the belt's speed."""
    rate_hz = 1 / float(np.median(np.diff(trial.time_s)))
    shares = []
    for number, side in enumerate(lab.SIDES):
        toe_m = low_pass(trial.xy_mm[:, number, TOE, 0] / 1000, rate_hz, 20.0)
        over_belt = derivative(toe_m, rate_hz) / trial.speed_mps + 1
        shares += at(trial.time_s, over_belt, _good(trial, trial.toe_off_s[side])).tolist()
    return shares


def test_a_toe_moves_before_its_force_ends_and_a_drawn_one_does_not() -> None:
    """Why the toe-off of a drawn runner, whose toe rests on the belt until then, is found late: it is another moment."""
    real = [np.mean(_toe_speed_at_toe_off(trial)) for trial in lab.trials() if trial.treadmill]
    assert min(real) > 0.15
    assert max(real) < 0.45
    motion = Motion(Stride(speed_mps=3.0))
    assert motion.stride.contact_ms is not None
    off_s = motion.stride.contact_ms / 1e3 + np.array([-0.004, 0.0])
    moved_m = float(np.diff(motion.body(off_s).joints_m[:, LEFT, TOE, 0])[0]) + 3.0 * 0.004
    assert abs(moved_m) / (3.0 * 0.004) < 0.02
