"""The JSON form of a measure: one object with a field for everything, null if it does not apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, GetCoreSchemaHandler, GetPydanticSchema, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from core.model.measures import Measured, MeasureKey, Missing, Unit
from core.model.messages import Sentence


def _finite(value: float | None) -> float | None:
    if value is not None and not np.isfinite(value):
        raise ValueError("no NaN leaves the library: a missing value is None and says why")
    return value


Number = Annotated[float, AfterValidator(_finite)]

AS_TEXT = WithJsonSchema({"type": "string"})
"""The JSON schema of a report calls keys and units text, so that a new one does not change the schema."""

KeyInJson = Annotated[MeasureKey, GetPydanticSchema(lambda *_: core_schema.str_schema())]
"""A measure's key as it was written: a report of another version can have a measure that this one does not know."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of the near leg (or of the whole body), over the strides of the clip.

    Attributes
    ----------
    value : float or None
        Mean over strides, in `unit`; None if the clip does not show it.
    unit : str
        'deg', 'spm', 'ms', '%', 'ratio' or 'cm'.
    plus_minus : float or None
        Half the 90 % interval of `value`: errors of points, events and camera combined.
    n_strides : int
        How many strides the mean is over.
    per_stride : tuple of float
        The value of each stride.
    word : Message or None
        The measure in a word, if it is described and not scored (`foot_strike`).
    missing_because : Message or None
        One plain sentence, if `value` is None.
    """

    value: Number | None
    unit: Annotated[Unit, AS_TEXT]
    plus_minus: Number | None = None
    n_strides: int = 0
    per_stride: tuple[Number, ...] = ()
    word: Sentence | None = None
    missing_because: Sentence | None = None


def _from_json(plain: Measure) -> Measured | Missing:
    if plain.value is None:
        if plain.missing_because is None or plain.plus_minus is not None:
            raise ValueError("a measure has a value or a reason why it is missing, and not both")
        return Missing(plain.unit, plain.missing_because)
    if plain.missing_because is not None:
        raise ValueError("a measure has a value or a reason why it is missing, and not both")
    if plain.plus_minus is None:
        raise ValueError("a value comes with its error")
    return Measured(
        value=plain.value,
        unit=plain.unit,
        plus_minus=plain.plus_minus,
        n_strides=plain.n_strides,
        per_stride=plain.per_stride,
        word=plain.word,
    )


def _to_json(measure: Measured | Missing) -> Measure:
    if isinstance(measure, Missing):
        return Measure(value=None, unit=measure.unit, missing_because=measure.missing_because)
    return Measure(
        value=measure.value,
        unit=measure.unit,
        plus_minus=measure.plus_minus,
        n_strides=measure.n_strides,
        per_stride=measure.per_stride,
        word=measure.word,
    )


class _InJson:
    """Lets pydantic read and write a measure."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        form = handler.generate_schema(Measure)
        return core_schema.no_info_after_validator_function(
            _from_json,
            form,
            serialization=core_schema.plain_serializer_function_ser_schema(_to_json, return_schema=form),
        )


MeasureInJson = Annotated[Measured | Missing, _InJson()]
"""A measure in a report."""
