"""The catalogue of words: complete, as the code says them today, nothing lost on the way, and nothing said that is not meant."""

from __future__ import annotations

import re
import shutil
from gettext import c2py
from string import Formatter

import pytest

from core.i18n import translate
from core.i18n.translate import LANGUAGES, WRITTEN_IN, catalogue, gettext, ngettext, retell, speaking
from tools import catalogue as tool

OTHERS = [name for name in LANGUAGES if name != WRITTEN_IN]

NOT_MEANT = {
    "es": re.compile(
        r"\bdiagn[oó]stic|\btratamiento|\btratar(te|se)?\b|\bcura(r|n)?\b|\bterap|\brehabilit|\blesi[oó]n|\blesionar|\bprev(en|ien)"
        r"|\briesgo|\btrastorno|\banormal|\bpatol|\bpacientes?\b|\bs[ií]ntoma|\benfermedad|\bcl[ií]nic[oa]s?\b"
        r"|\bd[eé]bil(es|idad)?\b|\bfracas|\bdefectuos",
        re.IGNORECASE,
    )
}
"""Words of medicine and of blame."""

SAID_OF_ITSELF = {"site.py", "chain.py"}
"""Where the page says that it is no medical advice, or speaks of weak evidence."""


def forms(message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def asked(text: str) -> set[tuple[str | None, str | None]]:
    return {(name, form) for _, name, form, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", OTHERS)
def test_it_holds_what_the_code_says_today_and_nothing_else(name):
    said = {message.id for message in tool.found() if message.id}
    assert len(said) > 1000
    assert {message.id for message in catalogue(name) if message.id} == said


@pytest.mark.parametrize("name", OTHERS)
def test_every_word_is_translated(name):
    words = catalogue(name)
    assert tool.missing(words) == []
    assert [message.id for message in words if message.id and message.fuzzy] == []


@pytest.mark.parametrize("name", OTHERS)
def test_every_plural_is_spoken_for_every_number(name):
    text = (translate.FOLDER / name / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    count, which = re.search(r'^"Plural-Forms: nplurals=(\d+); plural=(.+);\\n"$', text, re.MULTILINE).groups()
    form_of = c2py(which)
    plurals = [message for message in catalogue(name) if message.id and message.pluralizable]
    assert plurals
    for message in plurals:
        assert len(message.string) == int(count), message.id
        values = {field: f"<{field}>" for text in message.id for field, _ in asked(text) if field != "n"}
        for n in (0, 1, 2, 3, 5, 11, 21, 100, 101, 1_000, 1_000_000, 2_000_000):
            with speaking(name):
                said = ngettext(*message.id, n, **values)
            assert said == message.string[form_of(n)].format(n=n, **values)
            assert said not in [text.format(n=n, **values) for text in message.id if text not in message.string]


def test_a_catalogue_keeps_its_own_plural_forms(tmp_path, monkeypatch):
    kept, copy = translate.FOLDER, tmp_path / "locale"
    shutil.copytree(kept, copy)
    for module in (translate, tool):
        monkeypatch.setattr(module, "FOLDER", copy)
    assert tool.main() == 0
    for path in copy.rglob("*.po"):
        assert path.read_bytes() == (kept / path.relative_to(copy)).read_bytes()


@pytest.mark.parametrize("name", OTHERS)
def test_every_value_is_filled_in(name):
    for message in catalogue(name):
        if message.id and message.python_brace_format:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            assert {frozenset(asked(text)) for text in forms(message)} <= {frozenset(asked(text)) for text in ids}


@pytest.mark.parametrize("name", OTHERS)
def test_markup_icons_and_line_ends_are_kept(name):
    def marks(text: str) -> list[str]:
        return sorted(re.findall(r":material/\w+:|:\w+(?:-badge)?\[|<[^>]+>|\]\(|\*\*|\n(?=\n|- |\d\.|$)", text))

    lost = [m.id for m in catalogue(name) if m.id and isinstance(m.id, str) and marks(m.id) != marks(forms(m)[0])]
    assert lost == []


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_is_said_that_is_not_meant(name):
    told = [
        (places, text)
        for message in catalogue(name)
        if message.id and (places := {place.rpartition("/")[2] for place, _ in message.locations})
        for text in forms(message)
        if NOT_MEANT[name].search(text) and not places <= SAID_OF_ITSELF
    ]
    assert told == []


def test_the_guard_can_bite():
    for text in ("riesgo de lesión", "un diagnóstico", "tratamiento", "glúteos débiles", "previene"):
        assert NOT_MEANT["es"].search(text)
    for text in ("la cinta de correr", "seguro", "atrás"):
        assert not NOT_MEANT["es"].search(text)


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_library_stores_is_known_again_whatever_was_filled_in(name):
    values = {"part": "feet", "when": "for most of the clip"}
    tried = 0
    for message in catalogue(name):
        from_core = any(place.startswith("core/") and place.endswith(".py") for place, _ in message.locations)
        if not (isinstance(message.id, str) and from_core) or translate._wordy(message.id) < 2:
            continue
        filled = {field: 7.25 if form else values.get(field, "12") for field, form in asked(message.id)}
        stored = message.id.format(**filled) if filled else message.id
        with speaking(name):
            spoken = {field: gettext(value) if isinstance(value, str) else value for field, value in filled.items()}
            assert retell(stored) == gettext(message.id, **spoken)
        tried += 1
    assert tried > 100
