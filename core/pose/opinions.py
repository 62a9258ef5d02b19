"""Combine the results of the two landmarkers of a clip into one body in each frame.

Usually both agree, and their mean halves what each adds of its own. Sometimes one of them sees a leg where the other leg is;
their mean is then a leg between the two, which does not exist. In those frames the result that continues the motion of the
frames around them is used as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.model.tracks import HIP, KNEE, LANDMARK_OF, Bools, Floats

DISAGREE_LEGS = 0.2
"""Mean distance between the two results for a leg, in leg lengths, from which they show different legs."""

ENOUGH_BOTH = 90
"""Frames in which both landmarkers find the body before they take turns: three seconds at 30 per second."""

DISAGREE_OFTEN = 0.11
"""If they disagree in a larger share of these frames, both see every frame to the end.

The share is 0.12 and more in real clips whose legs are partly hidden or small, and 0.00 to 0.10 in the others.
"""

_LEGS = [list(LANDMARK_OF[side][KNEE:]) for side in ("left", "right")]
_HIPS = [LANDMARK_OF[side][HIP] for side in ("left", "right")]
_BOTH_LEGS = _LEGS[0] + _LEGS[1]


def combine(opinions: Sequence[Sequence[Floats]]) -> Floats:
    """Return one set of landmarks for each frame.

    The second result's legs are swapped if that brings them nearer to the first's; the whole clip shows later which are right.

    Parameters
    ----------
    opinions : sequence of sequence of ndarray, shape (33, 4)
        For each frame the results of one or two landmarkers: x, y and z in pixels, and visibility; NaN if nobody was found.

    Returns
    -------
    ndarray, shape (n, 33, 4)
        The mean of the two results of a frame, or the one that fits the frames before and after better if they disagree.
    """
    first, second = (np.array([seen[number] for seen in opinions]) for number in (0, -1))
    first, second = (
        np.where(_unseen(one)[:, None, None], other, one) for one, other in ((first, second), (second, first))
    )
    second = _aligned(first, second)
    mean = (first + second) / 2
    apart = _disagree(first, second)
    if not apart.any():
        return np.asarray(mean)
    choices = np.stack([mean, first, second])
    allowed = np.stack([~apart, apart, apart])
    return np.asarray(choices[_smoothest(_shapes(choices), allowed), np.arange(len(mean))])


class SecondOpinion:
    """Whether the second landmarker should see a frame as well, from the frames that both have seen.

    Attributes
    ----------
    wanted : bool
        Whether it should.
    """

    def __init__(self) -> None:
        self.wanted = True
        self._both: list[Sequence[Floats]] = []

    def note(self, opinions: Sequence[Floats]) -> None:
        """Count a frame, with the results of one or two landmarkers as in `combine`."""
        if len(opinions) == 2 and len(self._both) < ENOUGH_BOTH and np.isfinite(opinions).all():
            self._both.append(opinions)
            self.wanted = len(self._both) < ENOUGH_BOTH or _disagreement(self._both) > DISAGREE_OFTEN


def _disagreement(opinions: Sequence[Sequence[Floats]]) -> float:
    """Return the share of the frames in which two results show different legs."""
    first, second = np.moveaxis(np.array(opinions), 1, 0)
    return float(_disagree(first, _aligned(first, second)).mean())


def _unseen(landmarks: Floats) -> Bools:
    return np.asarray(np.isnan(landmarks).all(axis=(1, 2)))


def _aligned(first: Floats, second: Floats) -> Floats:
    """Return the second results, with their legs swapped in the frames in which that brings them nearer to the first."""
    swapped = second.copy()
    swapped[:, _LEGS[0]], swapped[:, _LEGS[1]] = second[:, _LEGS[1]], second[:, _LEGS[0]]
    kept_away, swapped_away = (
        np.linalg.norm((other - first)[:, _BOTH_LEGS, :2], axis=2).sum(axis=1) for other in (second, swapped)
    )
    return np.where((swapped_away < kept_away)[:, None, None], swapped, second)


def _disagree(first: Floats, second: Floats) -> Bools:
    """Return the frames in which the results for a leg are further apart than `DISAGREE_LEGS`: shape (n,)."""
    away = np.stack([np.linalg.norm((first - second)[:, leg, :2], axis=2).mean(axis=1) for leg in _LEGS])
    return np.asarray(np.nan_to_num(away / _leg_length(first)).max(axis=0) > DISAGREE_LEGS)


def _leg_length(landmarks: Floats) -> float:
    """Return the typical length of thigh and shank together."""
    points = landmarks[:, :, :2]
    lengths = [
        np.linalg.norm(points[:, knee] - points[:, hip], axis=1)
        + np.linalg.norm(points[:, ankle] - points[:, knee], axis=1)
        for hip, (knee, ankle, *_) in zip(_HIPS, _LEGS, strict=True)
    ]
    known = np.concatenate(lengths)
    return float(np.median(known[np.isfinite(known)])) if np.isfinite(known).any() else 1.0


def _shapes(choices: Floats) -> Floats:
    """Return the legs' joints relative to the mid-hip: shape (choices, n, 2 legs, 4, 2)."""
    middle = choices[:, :, _HIPS, :2].mean(axis=2)[:, :, None, None]
    return np.asarray(np.stack([choices[:, :, leg, :2] for leg in _LEGS], axis=2) - middle)


def _smoothest(shapes: Floats, allowed: Bools) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the choice in each frame with which the legs move least from frame to frame: shape (n,).

    It is the cheapest path through the allowed choices. A step costs the squared distance that the legs move, whichever leg is
    called which.
    """
    n_choices, n = shapes.shape[:2]
    swapped = shapes[:, :, ::-1]
    cost = np.where(allowed[:, 0], 0.0, np.inf)
    came_from = np.zeros((n, n_choices), dtype=np.intp)
    for frame in range(1, n):
        moved = np.minimum(
            *(
                ((shapes[None, :, frame] - before[:, None, frame - 1]) ** 2).sum(axis=(2, 3, 4))
                for before in (shapes, swapped)
            )
        )
        paths = cost[:, None] + np.nan_to_num(moved)
        came_from[frame] = paths.argmin(axis=0)
        cost = np.where(allowed[:, frame], paths.min(axis=0), np.inf)
    chosen = np.zeros(n, dtype=np.intp)
    chosen[-1] = cost.argmin()
    for frame in range(n - 1, 0, -1):
        chosen[frame - 1] = came_from[frame, chosen[frame]]
    return chosen
