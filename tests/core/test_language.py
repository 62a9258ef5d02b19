"""The language that is spoken, and stored sentences said anew."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from core.i18n import translate


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    """A small catalogue instead of the real one."""
    words = Catalog(locale="es")
    for message, said in {
        "Leg": "Pierna",
        "feet": "los pies",
        "for most of the clip": "durante casi todo el vídeo",
        "The {part} are out of the picture {when}.": "{when}, {part} quedan fuera de la imagen.",
        "The runner is in the picture for {share:.0%} of the clip.": "Sales en el {share:.0%} del vídeo.",
        "{label} for {when}": "{label} para {when}",
    }.items():
        words.add(message, said, locations=[("core/quality/checks.py", 1)])
    words.add(("{n} stride", "{n} strides"), ("{n} zancada", "{n} zancadas"))
    monkeypatch.setattr(translate, "catalogue", lambda _: words)
    translate._translations.cache_clear()
    translate._patterns.cache_clear()
    yield words
    translate._translations.cache_clear()
    translate._patterns.cache_clear()


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


def test_a_stored_sentence_is_said_anew_with_what_was_filled_in():
    told = "The feet are out of the picture for most of the clip."
    assert translate.retell(told) == told
    with translate.speaking("es"):
        assert translate.retell(told) == "durante casi todo el vídeo, los pies quedan fuera de la imagen."
        assert translate.retell("The runner is in the picture for 43% of the clip.") == "Sales en el 43% del vídeo."


def test_what_the_catalogue_does_not_know_stays_as_it_is():
    with translate.speaking("es"):
        assert translate.retell("A sentence of an older version for somebody.") == (
            "A sentence of an older version for somebody."
        )
        assert translate.retell("The runner is in the picture for most of the clip.") == (
            "The runner is in the picture for most of the clip."
        )
        assert translate.retell("") == ""
