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
unknown keys and claims without a source.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from core.errors import SetUpError
from core.i18n.message import message as _
from core.i18n.prose import validated
from core.i18n.translate import Language, current, speaking
from core.knowledge.home_test_types import HomeTest, Norm
from core.knowledge.rules import General, PlanRule, Points
from core.knowledge.targets import BandData, EffortMark, Mark, MostMark, Reference, SpeedMark, StudiesMark
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
from core.model.report import Verdict

__all__ = [
    "BandData",
    "Because",
    "Difference",
    "Drill",
    "EffortMark",
    "Force",
    "HomeTest",
    "Knowledge",
    "Links",
    "Mark",
    "MeasureText",
    "MostMark",
    "Muscle",
    "Norm",
    "Page",
    "Reference",
    "Source",
    "SpeedMark",
    "StudiesMark",
    "load",
]

PACKAGED = Path(__file__).parent
ADVICE = _("Put the knowledge files back as they were released, or correct the key that is named.")
FILE_OF = MappingProxyType(
    {
        "sources": "sources.toml",
        "measures": "measures.toml",
        "bands": "bands.toml",
        "muscles": "muscles.toml",
        "drills": "drills.toml",
        "tests": "home_tests.toml",
        "links": "links.toml",
        "differences": "differences.toml",
    }
)
SINGLE = ("general.toml", "plan.toml")
"""Files that hold one entry, not a table of entries."""

FILLED_IN = MappingProxyType(
    {
        "measure": frozenset({"figure", "direction", "word"}),
        "mark": frozenset({"figure", "direction", "mark", "when"}),
        "reference": frozenset({"range"}),
        "rule": frozenset({"most", "long_hours"} | {field.name for field in fields(Points)}),
        "plain": frozenset[str](),
    }
)
"""The placeholders of each kind of sentence; any other placeholder is a mistake."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All knowledge files, checked against one another; every table keeps the order of its file.

    Attributes
    ----------
    version : str
        The release, and a hash of the files' contents: reports of different versions can differ.
    language : {'en', 'es'}
        The language of its texts.
    """

    version: str
    language: Language
    general: General
    plan: PlanRule
    sources: Mapping[str, Source]
    measures: Mapping[str, MeasureText]
    bands: Mapping[str, BandData]
    muscles: Mapping[str, Muscle]
    drills: Mapping[str, Drill]
    tests: Mapping[str, HomeTest]
    links: Mapping[str, LinksByVerdict]
    differences: Mapping[str, Difference]

    def links_of(self, finding_key: str, verdict: Verdict) -> Links:
        """Return the links of a finding: those of every verdict first, then those of its own verdict."""
        of_finding = self.links.get(finding_key, {})
        own = of_finding.get(verdict) or of_finding.get("otherwise", Links())
        return of_finding.get("always", Links()) + own


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
        links=MappingProxyType(_parsed(FILE_OF["links"], texts, dict[str, LinksByVerdict])),
        differences=_table("differences", texts, Difference),
    )
    _check_references(knowledge)
    _check_order(knowledge)
    _check_bands(knowledge)
    _check_links(knowledge)
    _check_tests(knowledge)
    _check_words(knowledge)
    return knowledge


def _refuse(file: str, key: str, problem: str) -> SetUpError:
    what = _("The knowledge file {file} cannot be used: {key}: {problem}.", file=file, key=key, problem=problem)
    return SetUpError(what, ADVICE)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(path.name, "the whole file", "it cannot be read") from error


def with_keys(file: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of a file, each entry of a table with its name as `key`."""
    if file in (*SINGLE, FILE_OF["links"]):
        return data
    return {name: table | {"key": name} if isinstance(table, dict) else table for name, table in data.items()}


def _parsed(file: str, texts: Mapping[str, str], kind: type[T]) -> T:
    try:
        data = tomllib.loads(texts[file])
    except tomllib.TOMLDecodeError as error:
        raise _refuse(file, "the whole file", f"it is not TOML: {error}") from error
    try:
        return validated(with_keys(file, data), kind)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise _refuse(file, key or "the whole file", first["msg"].rstrip(".")) from error


def _table(name: str, texts: Mapping[str, str], kind: type[T]) -> Mapping[str, T]:
    return MappingProxyType(_parsed(FILE_OF[name], texts, dict[str, kind]))  # type: ignore[valid-type]


def _entries(knowledge: Knowledge) -> Iterator[tuple[str, str, object]]:
    """Yield every entry with its file and its dotted key."""
    yield "general.toml", "", knowledge.general
    yield "plan.toml", "", knowledge.plan
    for name, file in FILE_OF.items():
        for key, entry in getattr(knowledge, name).items():
            yield file, key, entry


def _parts(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the value and everything inside it, each with its dotted key."""
    yield path, value
    inside: Iterator[tuple[str, object]] = iter(())
    if is_dataclass(value) and not isinstance(value, type):
        inside = ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Mapping):
        inside = ((str(key), part) for key, part in value.items())
    elif isinstance(value, tuple):
        inside = ((str(place), part) for place, part in enumerate(value))
    for name, part in inside:
        yield from _parts(f"{path}.{name}" if path else name, part)


def _check_references(knowledge: Knowledge) -> None:
    """Check that every key that an entry names exists."""
    tables: dict[str, Mapping[str, object]] = {
        "sources": knowledge.sources,
        "claim_sources": knowledge.sources,
        "muscles": knowledge.muscles,
        "tests": knowledge.tests,
        "drills": knowledge.drills,
    }
    for file, root, entry in _entries(knowledge):
        for path, value in _parts(root, entry):
            table = tables.get(path.rpartition(".")[2])
            if table is None or not isinstance(value, tuple):
                continue
            for item in value:
                key = item.key if isinstance(item, Because) else item
                if key not in table:
                    raise _refuse(file, path, f"{key!r} does not exist")
    sitting = knowledge.general.sitting
    if sitting.finding not in knowledge.measures or sitting.drill not in knowledge.drills:
        raise _refuse("general.toml", "sitting", f"{sitting.finding!r} or {sitting.drill!r} does not exist")


def _check_order(knowledge: Knowledge) -> None:
    """Check that muscles and differences are in their own order, numbered from 1."""
    for place, muscle in enumerate(knowledge.muscles.values(), start=1):
        if muscle.rank != place:
            raise _refuse("muscles.toml", f"{muscle.key}.rank", f"expected {place}, got {muscle.rank}")
    for place, difference in enumerate(knowledge.differences.values(), start=1):
        if difference.place != place:
            raise _refuse("differences.toml", f"{difference.key}.place", f"expected {place}, got {difference.place}")


def _check_bands(knowledge: Knowledge) -> None:
    """Check that every entry belongs to a measure, in its unit, and that its claims have sources."""
    for key, band in knowledge.bands.items():
        if key not in knowledge.measures:
            raise _refuse("bands.toml", key, "there is no such measure")
        # Bounce is in centimetres if the height is known, and only then can it be compared with a study's.
        units = {knowledge.measures[key].unit} | ({"cm"} if key == "vertical_oscillation" else set())
        for name in ("mark", "reference"):
            unit = getattr(getattr(band, name), "unit", None)
            if unit is not None and unit not in units:
                raise _refuse("bands.toml", f"{key}.{name}.unit", f"{unit!r} is not the measure's unit")
        reference = band.reference
        if reference and reference.needs_speed and (reference.from_mps is None or reference.to_mps is None):
            raise _refuse(
                "bands.toml", f"{key}.reference.from_mps", "a line needs the speeds that it was drawn through"
            )
        if band.doubt and not band.sources:
            raise _refuse("bands.toml", f"{key}.sources", "a doubt needs its sources")
        if band.mark and any(not getattr(band.mark.says, edge) for edge in band.mark.edges):
            raise _refuse("bands.toml", f"{key}.mark.says", f"words are needed for {' and '.join(band.mark.edges)}")
        if band.mark and band.mark.kind == "studies" and band.reference is None:
            raise _refuse("bands.toml", f"{key}.reference", "a figure held against studies needs their range")


def _check_links(knowledge: Knowledge) -> None:
    """Check that links belong to measures: a verdict outside a target range has links, an impossible verdict has none."""
    for key in knowledge.links:
        if key not in knowledge.measures:
            raise _refuse("links.toml", key, "there is no such measure")
    for key in knowledge.measures:
        mark = knowledge.bands[key].mark if key in knowledge.bands else None
        edges = set(mark.edges if mark else ())
        linked = {verdict for verdict in knowledge.links.get(key, {}) if verdict in ("below", "above")}
        if edges != linked:
            odd = sorted(edges ^ linked)[0]
            raise _refuse("links.toml", f"{key}.{odd}", "links are needed exactly where this verdict can arise")


def _check_tests(knowledge: Knowledge) -> None:
    """Check that everything about a test is in its unit, and that a test with reference values states its noise."""
    for key, test in knowledge.tests.items():
        if test.norms and test.noise is None:
            raise _refuse("home_tests.toml", f"{key}.noise", "a number to stand beside needs the noise of the test")
        if not test.entry_low < test.entry_high:
            raise _refuse("home_tests.toml", f"{key}.entry_high", "it has to be more than entry_low")
        for path, part in _parts(key, test):
            if getattr(part, "unit", test.unit) != test.unit:
                raise _refuse("home_tests.toml", f"{path}.unit", f"expected {test.unit!r}")


def _check_words(knowledge: Knowledge) -> None:
    """Check that sentences use only known placeholders and show the measure or the range."""
    for file, root, entry in _entries(knowledge):
        for path, value in _parts(root, entry):
            if not isinstance(value, str) or not value:
                continue
            try:
                asked = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
            except ValueError as error:
                raise _refuse(file, path, str(error)) from error
            kind = _kind_of_sentence(file, path)
            if not asked <= FILLED_IN[kind]:
                raise _refuse(file, path, f"nothing fills in {sorted(asked - FILLED_IN[kind])}")
            if kind not in ("plain", "rule") and not asked & {"figure", "range"}:
                raise _refuse(file, path, "the sentence does not show its number")


def _kind_of_sentence(file: str, path: str) -> str:
    if file == "plan.toml" and path.startswith("says."):
        return "rule"
    if file == FILE_OF["measures"] and path.endswith(".says"):
        return "measure"
    if file == FILE_OF["bands"] and ".mark.says." in path:
        return "mark"
    return "reference" if file == FILE_OF["bands"] and path.endswith(".reference.says") else "plain"
