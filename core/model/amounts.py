"""A figure and its error as they are written, everywhere: pages, lists, paper, pictures, sentences, tables, command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n.translate import gettext as _

if TYPE_CHECKING:  # pages' first paint writes numbers, and does without what the model needs
    from core.model.report import Measure

DECIMALS = {"deg": 1, "%": 1, "cm": 1, "ratio": 2}
"""How many decimals a number of a unit is written with; none of other units."""

MOST_MORE = 2
"""Decimals that may be added, so that an error is not written as another one."""

SAME_SHARE = 0.2
"""By what share of itself an error may change when it is rounded."""

_SIGNS = {"deg": "°", "ms": " ms", "%": " %", "ratio": "", "cm": " cm"}


def decimals(unit: str, error: float | None = None) -> int:
    """Return how many decimals a number is written with.

    Parameters
    ----------
    unit : str
        One of a `Measure`.
    error : float, optional
        The number's error, in the same unit: both are written alike, with more decimals than usual if the error would be
        rounded to something else, such as zero.
    """
    usual = DECIMALS.get(unit, 0)
    if not error:
        return usual
    enough = (more for more in range(usual, usual + MOST_MORE) if abs(round(error, more) - error) <= SAME_SHARE * error)
    return next(enough, usual + MOST_MORE)


def plain(number: float, places: int) -> str:
    """Return a number as programs read it; what is rounded to zero has no sign."""
    return f"{round(number, places) + 0.0:.{places}f}"


def written(number: float, places: int) -> str:
    """Return a number as people read it, with a true minus sign."""
    return plain(number, places).replace("-", "−")


def rounded_error(measure: Measure) -> str:
    """Return the error as programs read it, never rounded to zero; nothing if there is no figure."""
    if measure.plus_minus is None:
        return ""
    places = decimals(measure.unit, measure.plus_minus)
    least = 10.0**-places if measure.plus_minus else 0.0
    return plain(max(measure.plus_minus, least), places)


def rounded_value(measure: Measure) -> str:
    """Return the figure as programs read it, with as many decimals as its error; nothing if the clip could not tell."""
    return "" if measure.value is None else plain(measure.value, decimals(measure.unit, measure.plus_minus))


def sign(unit: str) -> str:
    """Return a unit as it follows a number."""
    return " " + _("steps/min") if unit == "spm" else _SIGNS[unit]


def number(amount: float, unit: str, error: float | None = None) -> str:
    """Return a number with its unit, with as many decimals as its error where it has one."""
    return written(amount, decimals(unit, error)) + sign(unit)


def value(measure: Measure) -> str:
    """Return the figure with its unit, or a dash if the clip could not tell."""
    return "–" if measure.value is None else number(measure.value, measure.unit, measure.plus_minus)


def error(measure: Measure) -> str:
    """Return the error as '± 1.6°', or nothing if there is no figure."""
    return "" if measure.plus_minus is None else f"± {rounded_error(measure)}{sign(measure.unit)}"
