"""The format of a measure and its error, for all outputs: pages, lists, paper, images, sentences, tables, command line."""

from __future__ import annotations

from core.i18n.message import Message, Rounded
from core.i18n.translate import decimals_of, gettext, marked
from core.model.measures import Measure, Measured, Missing, Unit

DECIMALS: dict[Unit, int] = {"deg": 1, "%": 1, "cm": 1, "km/h": 1, "m/s": 1, "m": 2, "ratio": 2}
"""The number of decimals for each unit; other units have none."""

MOST_MORE = 2
"""Decimals that may be added so that rounding does not change the error much."""

SAME_SHARE = 0.2
"""The largest relative change of an error when it is rounded."""

_SIGNS: dict[Unit, str] = {
    "deg": "°",
    "ms": " ms",
    "%": " %",
    "ratio": "",
    "cm": " cm",
    "km/h": " km/h",
    "m/s": " m/s",
    "m": " m",
}
_WITH_SIGN = {"spm": marked("{number} steps/min")} | {unit: f"{{number}}{sign}" for unit, sign in _SIGNS.items()}


def decimals(unit: Unit, error: float | None = None) -> int:
    """Return how many decimals a number is written with.

    Parameters
    ----------
    unit : Unit
        The unit of the number.
    error : float, optional
        The number's error, in the same unit. Both get the same number of decimals, more than usual if rounding would change the
        error, for example to zero.
    """
    usual = DECIMALS.get(unit, 0)
    if not error:
        return usual
    enough = (more for more in range(usual, usual + MOST_MORE) if abs(round(error, more) - error) <= SAME_SHARE * error)
    return next(enough, usual + MOST_MORE)


def clock(seconds: float) -> str:
    """Return minutes and seconds: '4:46'."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def clock_to_5_s(seconds: float) -> str:
    """Return minutes and seconds to 5 seconds, for a pace that was measured."""
    return clock(5 * round(seconds / 5))


def plain(number: float, places: int) -> str:
    """Return a number as programs read it; a number that rounds to zero has no sign."""
    return Rounded(number, places).plain


def written(number: float, places: int) -> str:
    """Return a number as people read it, with a true minus sign and the language's decimal sign."""
    return str(Rounded(number, places))


def trimmed(number: float) -> str:
    """Return a number as people read it, with as many decimals as it has."""
    return decimals_of(f"{number:g}".replace("-", "−"))


def rounded(measure: Measured) -> tuple[Rounded, Rounded]:
    """Return the value and the error of a measure, with the same decimals; the error is never rounded to zero."""
    places = decimals(measure.unit, measure.plus_minus)
    least = 10.0**-places if measure.plus_minus else 0.0
    return Rounded(measure.value, places), Rounded(max(measure.plus_minus, least), places)


def rounded_error(measure: Measure) -> str:
    """Return the error as programs read it, never rounded to zero; an empty string if there is no value."""
    return "" if isinstance(measure, Missing) else rounded(measure)[1].plain


def rounded_value(measure: Measure) -> str:
    """Return the value as programs read it, with as many decimals as its error; an empty string if it is missing."""
    return "" if isinstance(measure, Missing) else rounded(measure)[0].plain


def sign(unit: Unit) -> str:
    """Return a unit in the form that follows a number."""
    return " " + gettext("steps/min") if unit == "spm" else _SIGNS[unit]


def amount(number: float, unit: Unit, error: float | None = None) -> Message:
    """Return a number with its unit as a message, with as many decimals as its error if it has one."""
    return with_sign(Rounded(number, decimals(unit, error)), unit)


def with_sign(number: Rounded, unit: Unit) -> Message:
    """Return a rounded number with its unit."""
    return Message(_WITH_SIGN[unit], {"number": number})


def number(amount: float, unit: Unit, error: float | None = None) -> str:
    """Return a number with its unit, and with as many decimals as its error if it has one."""
    return written(amount, decimals(unit, error)) + sign(unit)


def value(measure: Measure) -> str:
    """Return the value with its unit, or a dash if it is missing."""
    return "–" if isinstance(measure, Missing) else number(measure.value, measure.unit, measure.plus_minus)


def error(measure: Measure) -> str:
    """Return the error as '± 1.6°', or an empty string if there is no value."""
    return "" if isinstance(measure, Missing) else f"± {rounded(measure)[1]}{sign(measure.unit)}"


def with_error(measure: Measure) -> str:
    """Return '164.6 ± 0.5 steps/min', or '4.4° ± 1.9°' if the unit is a sign, or a dash if there is no value."""
    if isinstance(measure, Missing):
        return "–"
    shown, plus_minus = rounded(measure)
    unit = sign(measure.unit)
    return f"{shown} ± {plus_minus}{unit}" if unit[:1] in ("", " ") else f"{shown}{unit} ± {plus_minus}{unit}"
