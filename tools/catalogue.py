"""Keep the catalogue of words: find everything that a person reads, and say what is not translated yet.

    uv run python -m tools.catalogue            # bring the catalogues up to date; exit code 1 where words are missing

Words stand in the code as `_("...")`, `ngettext(...)` or `marked("...")`, in the plain pages as `{{ _("...") }}`, and in data
files beneath the keys of `core.i18n.translatable.PROSE`.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from core.i18n.translatable import texts
from core.i18n.translate import FOLDER, LANGUAGES, WRITTEN_IN, catalogue
from core.paths import ROOT

KEYWORDS = {"_": 1, "gettext": 1, "marked": 1, "ngettext": 2}
"""Functions that are given words, and how many."""

CODE = ("home.py", "core/**/*.py", "pages/**/*.py", "view/**/*.py", "web/**/*.py", "benchmarks/accuracy/summary.py")
PAGES = ("web/templates/*.html",)
DATA = ("core/knowledge/*.toml", "view/drawing/*.toml")


def found() -> Catalog:
    """Return everything that a person reads, each with the files that it stands in."""
    template = Catalog(project="Stride Check", charset="utf-8", fuzzy=False)
    for name, message in _messages():
        template.add(message, locations=[(name, 1)])
    return template


def _messages() -> Iterator[tuple[str, str | tuple[str, str]]]:
    for path in _files(CODE):
        for message in _of_code(path):
            yield str(path.relative_to(ROOT)), message
    for path in _files(PAGES):
        with path.open("rb") as page:
            for _, _, words, _ in babel_extract(page, tuple(KEYWORDS), (), {"silent": "false", "trimmed": "true"}):
                first = words[0] if isinstance(words, tuple) else words
                assert first is not None, f"a word in {path.name} is not a constant"
                yield str(path.relative_to(ROOT)), first
    for path in _files(DATA):
        for text in texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(ROOT)), text


def _of_code(path: Path) -> Iterator[str | tuple[str, str]]:
    """Yield the words of a module: also of those in f-strings, which the readers of tokens miss before Python 3.12."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            given = node.args[: KEYWORDS[node.func.id]]
            words = [word.value for word in given if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if words and len(words) == len(given):
                yield words[0] if len(words) == 1 else (words[0], words[1])


def _files(patterns: tuple[str, ...]) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""
"""What a catalogue begins with. Its plural forms are its own: those that Babel knows for a language change with its version."""


def updated(language: str) -> Catalog:
    """Return a language's catalogue with today's words in it, and without those that are gone."""
    words = catalogue(language)
    words.update(found(), no_fuzzy_matching=True)
    words.obsolete.clear()
    return words


def missing(words: Catalog) -> list[str]:
    """Return what a catalogue does not say yet."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in words
        if message.id and not (message.string and all(message.string))
    ]


def main() -> int:
    """Bring every catalogue up to date."""
    lacking = 0
    for language in LANGUAGES:
        if language == WRITTEN_IN:
            continue
        words = updated(language)
        with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("wb") as file:
            file.write(HEADER.format(language=language, plural_forms=words.plural_forms).encode())
            write_po(file, words, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
        lacks = missing(words)
        lacking += len(lacks)
        print(f"{language}: {len(words)} messages, {len(lacks)} not translated")
        for text in lacks[:20]:
            print(f"  {text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
