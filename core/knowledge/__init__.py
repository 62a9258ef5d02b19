"""Everything that the product states about bodies, as data with sources, read from the TOML files in this folder.

    general.toml       release; words for efforts, ways of reading a source and grades; rules of tests and training
    sources.toml       who wrote it, where, how it was read, which kind of evidence it is
    measures.toml      every measure in words, the most important one first
    bands.toml         the coach's target ranges, the studies' reference ranges, and doubts if the two disagree
    muscles.toml       the seven muscles, in the article's order
    drills.toml        training ideas with doses
    home_tests.toml    protocols, norms, limits
    links.toml         finding and verdict -> muscles, tests, drills, each with its reason; `always` applies to every verdict,
                       `otherwise` to verdicts without a table of their own
    plan.toml          how drills are chosen for a plan
    differences.toml   the articles' claims next to what the studies found

The types and their keys are in `types`, `home_test_types`, `rules` and, for `bands.toml`, `targets`. `load` rejects
unknown keys and claims without a source; `consistency` checks the files against one another.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from core.i18n.prose import validated
from core.i18n.translate import Language, current, speaking
from core.knowledge.consistency import check_consistent
from core.knowledge.home_test_types import HomeTest, Norm
from core.knowledge.rules import General, PlanRule
from core.knowledge.tables import FILE_OF, SINGLE, Knowledge, broken_file
from core.knowledge.targets import BandData, LeastMark, Mark, RangeMark, Reference, StudiesMark, UnusualMark
from core.knowledge.types import (
    Because,
    Difference,
    Drill,
    Force,
    Links,
    LinksByVerdict,
    MeasureText,
    Muscle,
    Page,
    Source,
)
from core.model.measures import MeasureKey

__all__ = [
    "FILE_OF",
    "PACKAGED",
    "SINGLE",
    "BandData",
    "Because",
    "Difference",
    "Drill",
    "Force",
    "HomeTest",
    "Knowledge",
    "LeastMark",
    "Links",
    "Mark",
    "MeasureText",
    "Muscle",
    "Norm",
    "Page",
    "RangeMark",
    "Reference",
    "Source",
    "StudiesMark",
    "UnusualMark",
    "load",
]

PACKAGED = Path(__file__).parent
T = TypeVar("T")


def load(folder: Path = PACKAGED, *, language: Language | None = None) -> Knowledge:
    """Return the knowledge of a folder of TOML files.

    Parameters
    ----------
    folder : Path
        The folder; the default is the packaged one, which is read once for each language.
    language : Language, optional
        The language of its texts; defaults to the current one.

    Raises
    ------
    SetUpError
        If a file is missing or is not TOML, a key is unknown or missing (a number without its unit, a claim without a
        source), a value has the wrong type, or a link has no target. The error names the file and the key.
    """
    language = language or current()
    if folder == PACKAGED:
        return _packaged(language)
    with speaking(language):
        return _load(folder)


@functools.cache
def _packaged(language: Language) -> Knowledge:
    with speaking(language):
        return _load(PACKAGED)


def _load(folder: Path) -> Knowledge:
    texts = {name: _read(folder / name) for name in (*SINGLE, *FILE_OF.values())}
    general = _parsed("general.toml", texts, General)
    digest = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()
    knowledge = Knowledge(
        version=f"{general.release}+{digest[:8]}",
        language=current(),
        general=general,
        plan=_parsed("plan.toml", texts, PlanRule),
        sources=_table("sources", texts, Source),
        measures=_table("measures", texts, MeasureText),
        bands=_table("bands", texts, BandData),
        muscles=_table("muscles", texts, Muscle),
        drills=_table("drills", texts, Drill),
        tests=_table("tests", texts, HomeTest),
        links=MappingProxyType(_parsed(FILE_OF["links"], texts, dict[MeasureKey, LinksByVerdict])),
        differences=_table("differences", texts, Difference),
    )
    check_consistent(knowledge)
    return knowledge


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise broken_file(path.name, "the whole file", "it cannot be read") from error


def with_keys(file: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of a file, each entry of a table with its name as `key`."""
    if file in (*SINGLE, FILE_OF["links"]):
        return data
    return {name: table | {"key": name} if isinstance(table, dict) else table for name, table in data.items()}


def _parsed(file: str, texts: Mapping[str, str], kind: type[T]) -> T:
    try:
        data = tomllib.loads(texts[file])
    except tomllib.TOMLDecodeError as error:
        raise broken_file(file, "the whole file", f"it is not TOML: {error}") from error
    try:
        return validated(with_keys(file, data), kind)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise broken_file(file, key or "the whole file", first["msg"].rstrip(".")) from error


def _table(name: str, texts: Mapping[str, str], kind: type[T]) -> Mapping[Any, T]:
    """Return the entries of a file by key; the key's type is that of the entry's own `key`, which pydantic checks."""
    return MappingProxyType(_parsed(FILE_OF[name], texts, dict[str, kind]))  # type: ignore[valid-type]
