"""The cadence of a runner while the clip is still being read."""

from __future__ import annotations

from core.gait.stride_period import stride_period_s
from core.model.tracks import PoseTrack
from core.pose.accumulator import FullPass
from core.quality.body_checks import running
from core.quality.leg_rhythm import FASTEST_SPM, SLOWEST_SPM

EVERY_S, EVERY_SHARE = 1.0, 0.1
"""How much longer, in true time and as a share, the clip must be for another estimate, so that long clips do not cost more."""

AGREE = 0.02
WORTH_TELLING_SPM = 1.0


class CadenceSoFar:
    """The cadence of a growing track: it is accepted when two estimates in a row agree.

    Attributes
    ----------
    spm : float or None
        The last reported steps per minute; None if no cadence is accepted yet, or nobody runs.
    """

    def __init__(self) -> None:
        self.spm: float | None = None
        self._before: float | None = None
        self._due_s = EVERY_S

    def __call__(self, so_far: FullPass) -> float | None:
        """Return the cadence so far, estimated again when due."""
        if so_far.true_s >= self._due_s:
            self._due_s = so_far.true_s + max(EVERY_S, EVERY_SHARE * so_far.true_s)
            self._read(so_far.first_opinion())
        return self.spm

    def _read(self, track: PoseTrack) -> None:
        before, now = self._before, _cadence_spm(track)
        self._before = now
        if before is None or now is None or abs(now / before - 1) > AGREE:
            return
        told = self.spm is not None and abs(now - self.spm) < WORTH_TELLING_SPM
        if not told and running(track).severity == "pass":
            self.spm = now


def _cadence_spm(track: PoseTrack) -> float | None:
    """Return the steps per minute of true time; None if the legs do not repeat like a runner's."""
    stride = stride_period_s(track)
    cadence_spm = 0.0 if stride is None else 120 * track.slow_motion / stride[0]
    return cadence_spm if SLOWEST_SPM <= cadence_spm <= FASTEST_SPM else None
