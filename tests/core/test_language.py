"""The current language, and messages that are worded when they are read."""

from __future__ import annotations

import copy
import json
import pickle
import threading

import numpy as np
import pytest
from babel.messages.catalog import Catalog

from core.i18n import translate
from core.i18n.message import Message, Rounded, message, plural_message
from core.model.messages import message_from_plain, message_to_plain


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    """A small catalogue instead of the real one."""
    words = Catalog(locale="es")
    for text, said in {
        "Leg": "Pierna",
        "feet": "los pies",
        "for most of the clip": "durante casi todo el vídeo",
        "The {part} are out of the picture {when}.": "{when}, {part} quedan fuera de la imagen.",
        "The runner is in the picture for {share:.0%} of the clip.": "Sales en el {share:.0%} del vídeo.",
        "{value} ± {unit}": "± {unit}: {value}",
    }.items():
        words.add(text, said, locations=[("core/quality/checks.py", 1)])
    words.add(("{n} stride", "{n} strides"), ("{n} zancada", "{n} zancadas"))
    monkeypatch.setattr(translate, "catalogue", lambda _: words)
    translate._translations.cache_clear()
    yield words
    translate._translations.cache_clear()


@pytest.mark.parametrize(
    ("said", "accepted", "expected"),
    [
        ("es", "en", "es"),
        ("en", "es-ES", "en"),
        (None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "de, es;q=0.5, en;q=0.3", "es"),
        (None, "fr", "en"),
        (None, "en;q=x, es;q=0.2", "es"),
        ("<script>", "", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_what_the_visitor_said_else_what_the_browser_says(said, accepted, expected):
    assert translate.chosen(said, accepted) == expected


def test_words_are_in_the_language_that_is_spoken_and_only_as_long():
    assert translate.gettext("Leg") == "Leg"
    with translate.speaking("es"):
        assert translate.gettext("Leg") == "Pierna"
        assert translate.gettext("not there {n}", n=1) == "not there 1"
        assert [translate.ngettext("{n} stride", "{n} strides", n) for n in (1, 2)] == ["1 zancada", "2 zancadas"]
    assert translate.gettext("Leg") == "Leg"


def test_a_form_that_the_catalogue_lacks_is_its_last_one_and_never_english(catalogue):
    catalogue.mime_headers = [("Plural-Forms", "nplurals=3; plural=(n == 1 ? 0 : n == 1000000 ? 1 : 2);")]
    with translate.speaking("es"):
        said = [translate.ngettext("{n} stride", "{n} strides", n) for n in (1, 2, 1_000_000)]
    assert said == ["1 zancada", "2 zancadas", "1000000 zancadas"]


def test_a_message_is_worded_in_the_language_of_its_reader_with_what_was_filled_in():
    told = message(
        "The {part} are out of the picture {when}.", part=message("feet"), when=message("for most of the clip")
    )
    assert str(told) == told.worded("en") == "The feet are out of the picture for most of the clip."
    assert told.worded("es") == "durante casi todo el vídeo, los pies quedan fuera de la imagen."
    with translate.speaking("es"):
        assert str(told) == f"{told}" == told.worded("es")
        assert str(message("The runner is in the picture for {share:.0%} of the clip.", share=np.float64(0.43))) == (
            "Sales en el 43% del vídeo."
        )
        assert [str(plural_message("{n} stride", "{n} strides", n)) for n in (1, 2)] == ["1 zancada", "2 zancadas"]
        assert str(message("{value} ± {unit}", value=Rounded(-0.3, 2), unit="cm")) == "± cm: −0,30"
    assert str(Rounded(-0.004, 2)) == "0.00"


def test_a_message_that_the_catalogue_does_not_know_stays_english():
    with translate.speaking("es"):
        for text in ("A sentence of an older version for somebody.", "It holds {braces}.", ""):
            assert str(message(text)) == text
        assert str(message("Seen by {name}.", name="Ana")) == "Seen by Ana."


def test_messages_are_equal_hashed_and_carried_by_what_they_say():
    one = message("{n} times {part}", n=np.int64(2), part=message("feet"))
    assert one == Message("{n} times {part}", {"n": 2, "part": Message("feet")})
    assert {one: 1}[pickle.loads(pickle.dumps(one))] == 1
    assert copy.deepcopy(one) == one
    assert message_from_plain(json.loads(json.dumps(message_to_plain(one)))) == one
    with pytest.raises(TypeError):
        one.values["n"] = 3


def test_the_json_of_a_message_has_its_english_sentence():
    many = plural_message("{n} stride", "{n} strides", 2)
    with translate.speaking("es"):
        assert message_to_plain(many) == {
            "text": "2 strides", "id": "{n} stride", "values": {"n": 2}, "plural": "{n} strides"
        }  # fmt: skip
    assert message_from_plain(message_to_plain(many)) == many
    shown = message("{value} cm", value=Rounded(7.25, 1))
    assert message_to_plain(shown)["values"] == {"value": {"number": 7.25, "decimals": 1}}
    assert message_from_plain(message_to_plain(shown)) == shown


@pytest.mark.parametrize(
    "plain",
    [
        "Text.", {"id": "Text."}, {"id": 1, "values": {}}, {"id": "Text.", "values": {}, "more": 1},
        {"id": "{n} strides", "values": {"m": 1}}, {"id": "{n", "values": {"n": 1}}, {"id": "{n:.1f}", "values": {"n": "a"}},
        {"id": "{n.real}", "values": {"n": 1}}, {"id": "{n[0]}", "values": {"n": "a"}}, {"id": "{n!r}", "values": {"n": 1}},
        {"id": "{n:999999999d}", "values": {"n": 1}}, {"id": "{n:{m}}", "values": {"n": 1, "m": ".1f"}},
        {"id": "{n}", "values": {"n": {"number": 1, "decimals": 10**9}}}, {"id": "{n}", "values": {"n": 1}, "plural": "{m}"},
        {"id": "{n}", "values": {"n": None}},
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(plain):
    with pytest.raises(ValueError, match="message"):
        message_from_plain(plain)


def test_a_language_is_spoken_from_now_on_in_its_own_thread_alone():
    said = []

    def visit(language):
        translate.speak(language)
        said.append(translate.gettext("Leg"))

    for language in ("es", "en", "es"):
        thread = threading.Thread(target=visit, args=[language])
        thread.start()
        thread.join()
    assert said == ["Pierna", "Leg", "Pierna"]
    assert translate.current() == "en"
