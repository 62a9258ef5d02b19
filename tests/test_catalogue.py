"""The catalogue of messages: complete, as the code has them today, and without words that are not meant."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from core.i18n import translate
from core.i18n.translate import LANGUAGES, WRITTEN_IN, catalogue, ngettext, speaking
from core.paths import ROOT
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


# --- nothing is forgotten --------------------------------------------------------------------------------------------

SAYING = sorted(
    [*ROOT.glob("*.py"), *(path for part in ("core", "view", "pages", "web") for path in (ROOT / part).rglob("*.py"))]
)
DATA = sorted([*(ROOT / "core" / "knowledge").glob("*.toml"), *(ROOT / "view" / "drawing").glob("*.toml")])
NOT_PROSE = {"journal", "ref", "doi", "release", "unit", "relation"}
"""Keys of names that are the same in every language, and of choices that the types list."""


def calls(path: Path) -> Iterator[tuple[int, list[str], bool]]:
    """Yield the line of each call that marks a message, the message, and whether the call is inside of an f-string."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    given = {keyword.partition(":")[0]: 1 + keyword.count(",") for keyword in tool.KEYWORDS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in given:
            words = node.args[: given[node.func.id]]
            texts = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if texts:
                yield node.lineno, texts, id(node) in inside


@pytest.fixture(scope="module")
def extracted() -> set[object]:
    return {message.id for message in tool.found() if message.id}


@pytest.mark.parametrize("path", SAYING, ids=lambda path: str(path.relative_to(ROOT)))
def test_babel_finds_every_message_of_the_code(path, extracted):
    """Before Python 3.12, Babel does not see calls inside of f-strings, nor a message that is one itself."""
    for line, texts, in_string in calls(path):
        assert not in_string, f"{path.name}:{line}: take the message out of the f-string"
        assert (texts[0] if len(texts) == 1 else tuple(texts)) in extracted, f"{path.name}:{line}"


def not_marked(entry: object, prose: set[str], key: str = "") -> list[str]:
    """Return the texts of a data file that look like prose, and that its types do not mark as such."""
    if isinstance(entry, dict):
        return [text for name, part in entry.items() for text in not_marked(part, prose, name)]
    if isinstance(entry, list):
        return [text for part in entry for text in not_marked(part, prose, key)]
    if not isinstance(entry, str) or entry.strip() in prose or key in NOT_PROSE:
        return []
    return [f"{key}: {entry}"] if re.search(r"[A-Z][a-z]|[A-Za-z]{2,} \w|\.$", entry) else []


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_no_text_of_a_data_file_is_forgotten(path):
    prose = set() if path.name == "leg_muscles.toml" else set(tool.prose_of(path))
    assert not_marked(tomllib.loads(path.read_text(encoding="utf-8")), prose) == []


def test_the_guard_of_data_files_can_bite():
    path = ROOT / "core" / "knowledge" / "drills.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = {step for drill in data.values() for step in drill["steps"]}
    assert len(not_marked(data, set(tool.prose_of(path)) - steps)) >= len(steps)
    assert not_marked({"kind": "by_speed", "sources": ["tait-2015"]}, set()) == []


def test_pybabel_extracts_with_the_same_settings(tmp_path):
    command = ["-m", "babel.messages.frontend", "extract", "-F", "babel.cfg", "-o", str(tmp_path / "messages.pot")]
    command += [part for keyword in tool.KEYWORDS for part in ("-k", keyword)]
    done = subprocess.run([sys.executable, *command, "."], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Skipping" not in done.stderr
    with (tmp_path / "messages.pot").open("rb") as file:
        assert {message.id for message in read_po(file) if message.id} == {m.id for m in tool.found() if m.id}
