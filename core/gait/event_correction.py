"""Linear event correction: the leg's motion around a first estimate of an event shows how far off the estimate is.

Textbook cues find the events, each with a small error that depends on the runner. A weighted sum of the positions of heel, toe,
ankle, knee, thigh, foot and hips at nine moments around the estimate, and of the duty factor, gives most of that error. The weights
come from running on force plates (`tools/fit_events.py` fits them and prints their errors on runners left out, and at speeds left
out); the file shows them in plain form.

The method is ridge regression (Hoerl & Kennard 1970, doi:10.1080/00401706.1970.10488634) of features that are limited as in
winsorization (Dixon & Tukey 1968, Technometrics 10:83). They limit a sample before they take its mean; here each feature is
limited, in the fit and when it is used. Fitted at 2 to 3 m/s, the toe-off at 5 m/s is 19 ms too early without limits, and 2 ms with
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from pydantic import ConfigDict, TypeAdapter

from core.errors import SetUpError
from core.i18n.message import message as _
from core.model.tracks import Floats

WEIGHTS = Path(__file__).parent / "event_weights.json"

SIGNALS = (
    "heel_ahead",
    "toe_ahead",
    "ankle_ahead",
    "heel_height",
    "toe_height",
    "ankle_height",
    "hip_height",
    "knee_rad",
    "thigh_rad",
    "foot_rad",
)
"""The input signals, each less its mean over strides, so that constant joint errors cancel. Lengths are in leg lengths."""

MOMENTS = (-0.2, -0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2)
"""The sampled moments, in strides from the first estimate. The correction is in contact times, with which it scales."""

USUAL_DUTY_FACTOR = 0.35
"""For a leg whose contact time is not known: that of a run at 3 m/s."""

FURTHEST_S = 0.06
"""The largest correction of an estimate."""


@dataclass(frozen=True, kw_only=True)
class EventCorrection:
    """The correction of one kind of event.

    Attributes
    ----------
    typical : tuple of float
        Mean of each feature: `SIGNALS` by `MOMENTS`, and the duty factor.
    lowest, highest : tuple of float
        Limits of each feature.
    weights : tuple of float
        Contact times per unit of each feature above its mean.
    later : float
        Mean lead of the first estimate, in contact times.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    typical: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    weights: tuple[float, ...]
    later: float

    def __post_init__(self) -> None:
        wanted = len(SIGNALS) * len(MOMENTS) + 1
        if any(len(row) != wanted for row in (self.typical, self.lowest, self.highest, self.weights)):
            raise ValueError(f"typical, lowest, highest, weights: expected {wanted} numbers each")

    def later_by_s(self, features: Floats, contact_s: float) -> float:
        """Return how much later an event is than its first estimate, from its `features_at` and the usual contact time."""
        limited = np.clip(features, self.lowest, self.highest)
        late = self.later + float(np.dot(limited - np.array(self.typical), np.array(self.weights)))
        return float(np.clip(late * contact_s, -FURTHEST_S, FURTHEST_S))


@dataclass(frozen=True, kw_only=True)
class EventCorrections:
    """The corrections of both kinds of events, and the data they were fitted on."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    fitted_on: str
    initial_contact: EventCorrection
    toe_off: EventCorrection


def features_at(
    series: Mapping[str, Floats], time_s: Floats, moment_s: float, stride_s: float, contact_s: float
) -> Floats:
    """Return the features for a correction at a moment: shape (91,).

    Parameters
    ----------
    series : mapping of str to ndarray, shape (n,)
        The leg's `SIGNALS`.
    time_s : ndarray, shape (n,)
        Their times.
    moment_s : float
        The event's first estimate.
    stride_s, contact_s : float
        The stride's period and the usual contact time.
    """
    moments_s = moment_s + stride_s * np.array(MOMENTS)
    read = [np.interp(moments_s, time_s, series[name]) for name in SIGNALS]
    return np.concatenate([*read, [contact_s / stride_s]])


@cache
def load(path: Path = WEIGHTS) -> EventCorrections:
    """Load the fitted corrections.

    Raises
    ------
    SetUpError
        If the file is missing or invalid.
    """
    try:
        return TypeAdapter(EventCorrections).validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SetUpError(
            _("The event weights {file} cannot be read.", file=path.name), _("Fit them with tools/fit_events.py.")
        ) from error
