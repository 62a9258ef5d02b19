"""Running on force plates, as pose tracks: lab truth for events and angles.

The recordings are next to the project in `../shared/mocap` and are not part of it; its README describes them.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfiltfilt

from core.model.tracks import FAR, HIP, KNEE, LANDMARK_OF, LANDMARKS, NEAR, Floats, PoseTrack, Side
from core.paths import ROOT

FOLDER = ROOT.parent / "shared" / "mocap"
PX_PER_MM = 0.2  # 2 px a centimetre: a phone-like size, the runner about 350 px tall
SIDES: tuple[Side, Side] = ("left", "right")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One recording; `xy_mm` has shape (n, 2 sides, 6 joints, 2), x forward and y up."""

    name: str
    runner: str
    speed_mps: float
    treadmill: bool
    time_s: Floats
    xy_mm: Floats
    initial_contact_s: dict[Side, Floats]
    toe_off_s: dict[Side, Floats]
    bad_s: tuple[tuple[float, float], ...]
    steps: tuple[dict[str, float | str], ...]


def trials() -> list[Trial]:
    """Return every recording, or an empty list where the folder is absent."""
    return [_read(path) for path in sorted(FOLDER.glob("*.npz"))]


@cache
def _steps() -> tuple[dict[str, str], ...]:
    with (FOLDER / "truth_steps.csv").open() as file:
        return tuple(csv.DictReader(file))


@cache
def _read(path: Path) -> Trial:
    data = np.load(path, allow_pickle=False)
    meta = json.loads(str(data["meta"]))
    xy_mm = data["X"].astype(float)
    steps = [row for row in _steps() if row["trial"] == path.stem]
    return Trial(
        name=path.stem,
        runner=path.stem.rsplit("_", 1)[0],
        speed_mps=float(meta["speed"]),
        treadmill=bool(meta["treadmill"]),
        time_s=data["t"].astype(float),
        xy_mm=xy_mm,
        initial_contact_s={"left": data["fs_L"], "right": data["fs_R"]},
        toe_off_s={"left": data["to_L"], "right": data["to_R"]},
        bad_s=tuple((float(start), float(end)) for start, end in meta.get("bad", [])),
        steps=tuple({key: _number(value) for key, value in row.items()} for row in steps),
    )


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def shortened(trial: Trial, longest_s: float) -> Trial:
    """Return the first seconds of a recording, so that a long one does not outweigh the others."""
    end_s = float(trial.time_s[0]) + longest_s
    kept = trial.time_s <= end_s
    return replace(
        trial,
        time_s=trial.time_s[kept],
        xy_mm=trial.xy_mm[kept],
        initial_contact_s={side: t[t <= end_s] for side, t in trial.initial_contact_s.items()},
        toe_off_s={side: t[t <= end_s] for side, t in trial.toe_off_s.items()},
        steps=tuple(step for step in trial.steps if float(step["t_to"]) <= end_s),
    )


def strides_passed(trial: Trial, at_s: Floats) -> Floats:
    """Return how many strides have passed at given times of the recording, from its left initial contacts."""
    contact_s = trial.initial_contact_s["left"]
    stride_s = np.diff(contact_s)
    usual_s = float(np.median(stride_s))
    count = np.concatenate([[0], np.cumsum(np.round(stride_s / usual_s))])
    before, after = (at_s - contact_s[0]) / usual_s, count[-1] + (at_s - contact_s[-1]) / usual_s
    between = np.interp(at_s, contact_s, count)
    return np.asarray(np.where(at_s < contact_s[0], before, np.where(at_s > contact_s[-1], after, between)))


def thigh_behind_deg(trial: Trial, side: Side) -> Floats:
    """Return the thigh's angle behind vertical, on the recording's times, after the lab table's own 12 Hz filter."""
    rate_hz = 1 / float(np.median(np.diff(trial.time_s)))
    sos = butter(2, 12 / 0.802, fs=rate_hz, output="sos")  # 0.802: two passes, 3 dB down at 12 Hz together
    thigh_mm = trial.xy_mm[:, SIDES.index(side), KNEE] - trial.xy_mm[:, SIDES.index(side), HIP]
    x, y = sosfiltfilt(sos, thigh_mm, axis=0).T
    return np.asarray(np.degrees(np.arctan2(-x, -y)))


def filmed(trial: Trial, *, fps_hz: float, noise_px: float = 0.0, facing: Side = "right", seed: int = 0) -> PoseTrack:
    """Return the recording as a phone would have filmed it: resampled, in pixels, y down, with white noise on every point.

    The track's times count from the recording's first.
    """
    rng = np.random.default_rng(seed)
    time_s = np.arange(trial.time_s[0], trial.time_s[-1], 1 / fps_hz)
    n = len(time_s)
    flat = trial.xy_mm.reshape(len(trial.time_s), -1)
    xy_mm = np.stack(
        [
            np.interp(time_s, trial.time_s[np.isfinite(c)], c[np.isfinite(c)])
            if np.isfinite(c).any()
            else np.full(n, np.nan)
            for c in flat.T
        ],
        axis=1,
    ).reshape(n, 2, 6, 2)
    if trial.treadmill is False:  # a camera that follows the runner
        xy_mm[..., 0] -= np.nanmean(xy_mm[:, :, 1, 0], axis=1)[:, None, None]
    if not np.isfinite(
        xy_mm[:, :, 0]
    ).any():  # no shoulder marker: something upright above the hips, for the facing only
        xy_mm[:, :, 0] = xy_mm[:, :, 1] + [0.0, 500.0]
    picture = xy_mm * PX_PER_MM * [1.0 if facing == "right" else -1.0, -1.0] + [500.0, 600.0]
    picture += rng.normal(0, noise_px, picture.shape) if noise_px else 0.0
    xy_px = np.full((n, LANDMARKS, 2), np.nan)
    for side, joints in zip(SIDES, np.moveaxis(picture, 1, 0), strict=True):
        # the picture of a runner facing left shows the left side near; the recording's own sides stay as they are
        xy_px[:, LANDMARK_OF[side]] = joints
    body = np.nanmean(picture[:, :, 0], axis=1)
    for landmark in range(LANDMARKS):
        if np.isnan(xy_px[:, landmark]).all():
            xy_px[:, landmark] = body + (
                [20.0 if facing == "right" else -20.0, -40.0] if landmark == 0 else [0.0, -40.0]
            )
    return PoseTrack(
        time_s=time_s - time_s[0], xy_px=xy_px, visibility=np.ones((n, LANDMARKS)), size_wh_px=(1000, 1000)
    )


def side_of(leg: int, facing: Side) -> Side:
    """Return the runner's own side of the near or far leg."""
    near: Side = facing
    far: Side = "left" if facing == "right" else "right"
    return {NEAR: near, FAR: far}[leg]
