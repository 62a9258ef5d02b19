"""Running on force plates, as pose tracks: lab truth for events and angles.

The recordings stand beside the project in `../shared/mocap` and are not part of it; its README tells what they hold.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.model import FAR, LANDMARK_OF, LANDMARKS, NEAR, Floats, PoseTrack, Side

FOLDER = Path(__file__).parents[2] / "shared" / "mocap"
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
