"""The JSON form of a message: its id, its values, and the English sentence for people who read the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from core.i18n.message import Message, Rounded, Value
from core.i18n.translate import WRITTEN_IN

MOST_DECIMALS = 9
_FORMAT = re.compile(r",?(\.\d)?[fg%]?")
"""The formats that a placeholder can have."""


@dataclass(frozen=True, kw_only=True)
class RoundedJson:
    """A number that is shown with this many decimals."""

    number: float
    decimals: int


@dataclass(frozen=True, kw_only=True)
class MessageJson:
    """A sentence.

    Attributes
    ----------
    text : str
        The sentence in English. It is written for people and other programs, and ignored when a report is read.
    id : str
        The English text with a placeholder for each value: the sentence's key in the catalogue of translations.
    values : mapping
        The values by the names of their placeholders.
    plural : str, optional
        The English text for several, if the text depends on the value `n`.
    """

    text: str
    id: str
    values: Mapping[str, int | float | str | RoundedJson | MessageJson]
    plural: str | None = None


def message_to_plain(message: Message) -> dict[str, Any]:
    """Return a message as plain JSON types."""
    plain = {
        "text": message.worded(WRITTEN_IN),
        "id": message.id,
        "values": {name: _to_plain(value) for name, value in message.values.items()},
    }
    return plain if message.plural is None else plain | {"plural": message.plural}


def message_from_plain(plain: object) -> Message:
    """Return the message that `message_to_plain` wrote.

    Raises
    ------
    ValueError
        If it is something else, or its values do not fit its text.
    """
    match plain:
        case Message():
            return plain
        case {"id": str(text), "values": dict(values), **rest} if rest.keys() <= {"text", "plural"}:
            plural = rest.get("plural")
            message = Message(
                text,
                {str(name): _from_plain(value) for name, value in values.items()},
                plural if isinstance(plural, str) else None,
            )
            _check_fits(message)
            return message
    raise ValueError("a message has an id and values")


def _to_plain(value: Value) -> Any:
    if isinstance(value, Message):
        return message_to_plain(value)
    return {"number": value.number, "decimals": value.decimals} if isinstance(value, Rounded) else value


def _from_plain(value: object) -> Value:
    match value:
        case int() | float() | str():
            return value
        case {"number": int() | float() as number, "decimals": int(decimals), **rest} if not rest:
            return Rounded(number, decimals)
    return message_from_plain(value)


def _check_fits(message: Message) -> None:
    """Check that a message can be worded, and that wording it looks into no object and writes no number of endless length.

    A message can come from a sandbox process that a stranger's clip has taken over.
    """
    if any(
        isinstance(value, Rounded) and not 0 <= value.decimals <= MOST_DECIMALS for value in message.values.values()
    ):
        raise ValueError("the message has a number with too many decimals")
    try:
        fits = all(_fits(text, message.values) for text in (message.id, message.plural or ""))
        if fits:
            message.worded(WRITTEN_IN)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"the message {message.id!r} does not fit its values")


def _fits(text: str, values: Mapping[str, Value]) -> bool:
    """Return whether a text asks only for given values, each with a plain format; without values it is not filled in."""
    asked = [part for part in Formatter().parse(text) if part[1] is not None] if values else []
    return all(
        name in values and not conversion and _FORMAT.fullmatch(form or "") for _, name, form, conversion in asked
    )


class _InJson:
    """Lets pydantic read and write a message."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            message_from_plain, serialization=core_schema.plain_serializer_function_ser_schema(message_to_plain)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(TypeAdapter(MessageJson).core_schema)


Sentence = Annotated[Message, _InJson()]
"""A message in a report."""
