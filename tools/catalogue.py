"""Keep the catalogue of messages: extract everything that a person reads, and list what is not translated yet.

    uv run python -m tools.catalogue            # bring the catalogues up to date; exit code 1 if translations are missing

Babel extracts the messages, as `babel.cfg` says: from the code, where they are arguments of the functions in `KEYWORDS`; from the
plain pages; and from the data files, whose types mark each text that people read as `core.i18n.prose.Prose`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, get_type_hints

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import write_po

from core.i18n.prose import texts_of
from core.i18n.translate import FOLDER, LANGUAGES, WRITTEN_IN, catalogue
from core.knowledge import FILE_OF, Knowledge, with_keys
from core.knowledge.lab_reference import FILE as LAB_FILE
from core.knowledge.lab_reference import Reference
from core.paths import ROOT
from view.drawing.exercises import POSTURES, Moves

KEYWORDS = ("_", "gettext", "marked", "ngettext:1,2", "plural_message:1,2")
"""Functions whose first arguments are messages, as `pybabel extract --keywords` takes them."""


def found() -> Catalog:
    """Return everything that a person reads, each message with its files."""
    template = Catalog(project="Stride Check", charset="utf-8", fuzzy=False)
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for name, _line, message, _comments, _context in extract_from_dir(ROOT, methods, options, parse_keywords(KEYWORDS)):
        template.add(message, locations=[(name, 1)])
    return template


def extract_prose(file: IO[bytes], *_given: object, **_options: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield the texts of a data file that people read; a method of extraction for Babel, whose options it does not need."""
    for text in prose_of(Path(file.name)):
        yield 1, None, text, []


def prose_of(path: Path) -> list[str]:
    """Return the texts of a data file that people read."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name in (LAB_FILE.name, POSTURES.name):
        return texts_of(data, Reference if path.name == LAB_FILE.name else Moves)
    field = next((name for name, file in FILE_OF.items() if file == path.name), path.stem)
    return texts_of(with_keys(path.name, data), get_type_hints(Knowledge, include_extras=True)[field])


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
