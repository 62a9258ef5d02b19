"""Errors shaped like a pose model's own, made on points whose truth is known.

White noise is the kindest error there is: smoothing takes it away. A pose model errs otherwise. It puts a joint a little
wrong all the time, more so in some postures, the same in every stride; it drifts for tenths of a second; the leg it sees less
of is worse; it exchanges the legs, or puts both on one, for some frames; it loses the body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from core.model.tracks import LANDMARK_OF, Bools, Floats, PoseTrack, Side

ALWAYS_CM, POSTURE_CM, DRIFT_CM, JITTER_CM = 0.8, 0.8, 0.7, 0.4
"""Standard deviations, each axis, of a joint's constant error, of the one that follows the posture, of drift, and of jitter.
Together 1.4 cm: what is told of markerless tracking from one camera, and twice that for the leg behind."""

DRIFT_LASTS_S = 0.3
HARMONICS = 3
FAR_TIMES = 1.6
BOUTS_PER_S, BOUT_S = 0.2, (0.07, 0.33)
COLLAPSES_PER_S, COLLAPSE_S = 0.1, (0.03, 0.10)
LOST_PER_S, LOST_S = 0.3, (0.03, 0.10)


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """The track with its errors, and which frames had their legs exchanged."""

    track: PoseTrack
    exchanged: Bools


def pose_shaped(
    track: PoseTrack,
    *,
    strides: Floats,
    near: Side,
    px_per_cm: float,
    seed: int,
    lasting: tuple[int, float] | None = None,
) -> Spoilt:
    """Return the track as a pose model might have seen it.

    Parameters
    ----------
    track : PoseTrack
        Without errors.
    strides : ndarray, shape (n,)
        How many strides have passed at each frame: what posture the runner is in.
    near : {'left', 'right'}
        The runner's own side nearest the camera.
    px_per_cm : float
        Scale of the picture.
    seed : int
        The same seed makes the same errors.
    lasting : tuple of (int, float), optional
        A seed of errors that last over clips of one runner, and the share of this clip's own in them (a ratio of standard
        deviations); without it, all errors are this clip's own.
    """
    rng = np.random.default_rng(seed)
    kept = None if lasting is None else (np.random.default_rng(lasting[0]), lasting[1])
    xy_px = track.xy_px.copy()
    for side, landmarks in LANDMARK_OF.items():
        times = px_per_cm * (1.0 if side == near else FAR_TIMES)
        xy_px[:, landmarks] += times * _wrong_cm(track.time_s, strides, len(landmarks), rng, kept)
    exchanged = _bouts(track.time_s, BOUTS_PER_S, BOUT_S, rng)
    left, right = (list(LANDMARK_OF[side][2:]) for side in ("left", "right"))
    rows = np.flatnonzero(exchanged)[:, None]
    xy_px[rows, left], xy_px[rows, right] = xy_px[rows, right], xy_px[rows, left]
    collapsed = np.flatnonzero(_bouts(track.time_s, COLLAPSES_PER_S, COLLAPSE_S, rng))[:, None]
    onto, other = (left, right) if rng.random() < 0.5 else (right, left)
    xy_px[collapsed, other] = xy_px[collapsed, onto]
    lost = _bouts(track.time_s, LOST_PER_S, LOST_S, rng)
    lost[[0, -1]] = False
    xy_px[lost] = np.nan
    return Spoilt(track=replace(track, xy_px=xy_px), exchanged=exchanged & ~lost)


def _wrong_cm(
    time_s: Floats,
    strides: Floats,
    joints: int,
    rng: np.random.Generator,
    kept: tuple[np.random.Generator, float] | None,
) -> Floats:
    """Return the errors of one side's joints: shape (n, joints, 2)."""

    def constant(sd_cm: float, shape: tuple[int, ...]) -> Floats:
        own = rng.normal(0, sd_cm, shape)
        if kept is None:
            return own
        lasting, share = kept
        return np.asarray(share * own + (1 - share**2) ** 0.5 * lasting.normal(0, sd_cm, shape))

    n, rate_hz = len(time_s), 1 / float(np.median(np.diff(time_s)))
    wrong = constant(ALWAYS_CM, (1, joints, 2)) + rng.normal(0, JITTER_CM, (n, joints, 2))
    for harmonic in range(1, HARMONICS + 1):
        turn = 2 * np.pi * harmonic * strides[:, None, None]
        sizes = constant(POSTURE_CM / HARMONICS**0.5, (2, 1, joints, 2))
        wrong = wrong + sizes[0] * np.cos(turn) + sizes[1] * np.sin(turn)
    lasting = DRIFT_LASTS_S * rate_hz / 2
    drift = gaussian_filter1d(rng.normal(0, 1, (n, joints, 2)), lasting, axis=0, mode="reflect")
    return np.asarray(wrong + drift * DRIFT_CM * (2 * np.pi**0.5 * lasting) ** 0.5)


def _bouts(time_s: Floats, per_s: float, lasting_s: tuple[float, float], rng: np.random.Generator) -> Bools:
    """Return which frames lie in bouts that come by chance and last between two times."""
    inside = np.zeros(len(time_s), dtype=bool)
    for _ in range(rng.poisson(per_s * (time_s[-1] - time_s[0]))):
        start_s = rng.uniform(time_s[0], time_s[-1])
        inside |= (time_s >= start_s) & (time_s < start_s + rng.uniform(*lasting_s))
    return inside
