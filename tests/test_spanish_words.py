"""Spanish as a runner in Madrid or Mexico reads it: numbers with a comma, and no wording that was once misread."""

from __future__ import annotations

import re

import pytest

from core.i18n.message import Rounded, message
from core.i18n.translate import catalogue, gettext, speaking
from core.knowledge import load
from core.model import amounts
from core.model.measures import Measured

FORMS = [
    (message.id, text)
    for message in catalogue("es")
    if message.id
    for text in ([message.string] if isinstance(message.string, str) else message.string)
]


@pytest.mark.parametrize(
    "never",
    [
        r"[Ss]i te sientas \d",  # the act of sitting down
        r"demasiado justo",
        r"en la que confiemos",
        r"[Nn]o la da ningún",
        r"[Pp]uente lateral",
        r"mayoría.*tenía \{range\}",
        r"\bruido",
        r"tiempo verdadero",
        r"horas en posición sentada",
        r"[Qq]uédate con ellos",
        r"Aquí pruebas",
        r"soporta(ba)? más que los",
        r"[Cc]adencia, apoyo y rebote",
    ],
)
def test_a_wording_that_misled_is_gone(never: str) -> None:
    assert [text for _id, text in FORMS if re.search(never, text)] == []


def test_bounce_is_named_as_runners_know_it() -> None:
    assert load(language="es").measures["vertical_oscillation"].name == "Oscilación vertical (rebote)"


def test_no_number_of_the_catalogue_has_a_point() -> None:
    told = [(id_, re.sub(r"\{[^}]*\}|https?://\S+|\d+\.\d+\.\d+|Apache-2\.0", "", text)) for id_, text in FORMS]
    assert [text for _id, text in told if re.search(r"(?<![\d.\w])\d+\.\d+(?!\.)", text)] == []


def test_numbers_have_a_comma_in_spanish_and_a_point_for_programs() -> None:
    measure = Measured(value=-7.25, unit="deg", plus_minus=1.6)
    with speaking("es"):
        assert str(Rounded(-7.25, 1)) == "−7,2"
        assert amounts.value(measure) == "−7,2°"
        assert amounts.error(measure) == "± 1,6°"
        assert amounts.trimmed(23.52) == "23,52"
        assert gettext("slow motion {factor:g}×", factor=2.5) == "cámara lenta 2,5×"
        assert str(message("{low} to {high}", low=Rounded(5.0, 1), high=1.5)) == "de 5,0 a 1,5"
        assert message("{value}", value=Rounded(1.5, 1)).worded("en") == "1.5"
        assert (amounts.rounded_value(measure), amounts.rounded_error(measure)) == ("-7.2", "1.6")
        assert amounts.plain(0.5, 2) == "0.50"
    assert str(Rounded(-7.25, 1)) == "−7.2"
