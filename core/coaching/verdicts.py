"""The one logic of verdicts: the probability that a measure's true value is below, in or above a range, given its error."""

from __future__ import annotations

from math import erf, sqrt

from core.model.measures import Z90
from core.model.report import Band, Strength, Verdict

PLAIN, PROBABLE = 0.9, 0.7
"""From these probabilities on, a verdict is plain, or a probable one; below both it is too close to call."""


def chance_above(value: float, plus_minus: float, edge: float) -> float:
    """Return the probability that the true value is above an edge; without an error, a value on the edge is not above it."""
    if plus_minus <= 0:
        return float(value > edge)
    return 0.5 * (1 + erf((value - edge) * Z90 / plus_minus / sqrt(2)))


def chances(value: float, plus_minus: float, band: Band) -> dict[Verdict, float]:
    """Return the probability of each position relative to a range; a value on an edge is within it."""
    above = 0.0 if band.high is None else chance_above(value, plus_minus, band.high)
    below = 0.0 if band.low is None else chance_above(-value, plus_minus, -band.low)
    return {"below": below, "within": max(1 - below - above, 0.0), "above": above}


def strength_of(chance: float) -> Strength | None:
    """Return the strength of a statement with this probability, or None if it is too close to call."""
    if chance >= PLAIN:
        return "plain"
    return "probably" if chance >= PROBABLE else None


def verdict_of(value: float, plus_minus: float, band: Band) -> tuple[Verdict, Strength]:
    """Return the position of a value relative to a range, and how sure it is.

    Parameters
    ----------
    value, plus_minus : float
        A measure, and half its 90 % interval.
    band : Band
        The range.

    Returns
    -------
    verdict : {'below', 'within', 'above', 'too_close_to_call'}
        The last one if no position is probable.
    strength : {'plain', 'probably'}
        'plain' if the verdict is 'too_close_to_call'.
    """
    position, chance = max(chances(value, plus_minus, band).items(), key=lambda item: item[1])
    strength = strength_of(chance)
    return ("too_close_to_call", "plain") if strength is None else (position, strength)
