"""The checks of the knowledge files against one another: links, units, order and the placeholders of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from string import Formatter
from types import MappingProxyType

from core.knowledge.rules import Points
from core.knowledge.tables import FILE_OF, Knowledge, broken_file
from core.knowledge.targets import Mark, Reference, UnusualMark
from core.knowledge.types import ADULT_YEARS, Because

FILLED_IN = MappingProxyType(
    {
        "measure": frozenset({"figure", "direction", "word"}),
        "mark": frozenset({"figure", "direction", "mark"}),
        "place": frozenset({"place", "when"}),
        "reference": frozenset({"range"}),
        "rule": frozenset({"most", "long_hours"} | {field.name for field in fields(Points)}),
        "plain": frozenset[str](),
    }
)
"""The placeholders of each kind of sentence; any other placeholder is a mistake."""


def check_consistent(knowledge: Knowledge) -> None:
    """Check the knowledge as a whole.

    Raises
    ------
    SetUpError
        If an entry contradicts another one. The error names the file and the key.
    """
    _check_references(knowledge)
    _check_order(knowledge)
    _check_bands(knowledge)
    _check_links(knowledge)
    _check_tests(knowledge)
    _check_words(knowledge)


def _entries(knowledge: Knowledge) -> Iterator[tuple[str, str, object]]:
    """Yield every entry with its file and its dotted key."""
    yield "general.toml", "", knowledge.general
    yield "plan.toml", "", knowledge.plan
    for name, file in FILE_OF.items():
        for key, entry in vars(knowledge)[name].items():
            yield file, key, entry


def _parts(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the value and everything inside it, each with its dotted key."""
    yield path, value
    inside: Iterator[tuple[str, object]] = iter(())
    if is_dataclass(value) and not isinstance(value, type):
        inside = iter(vars(value).items())
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
        "besides_sources": knowledge.sources,
        "gentle_sources": knowledge.sources,
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
                    raise broken_file(file, path, f"{key!r} does not exist")
    _check_single_references(knowledge)


def _check_single_references(knowledge: Knowledge) -> None:
    """Check that the keys that are named one by one exist."""
    for name, link in (("calf", knowledge.plan.calf), ("sitting_power", knowledge.plan.sitting_power)):
        if link.key not in knowledge.drills:
            raise broken_file("plan.toml", name, f"{link.key!r} does not exist")
    sitting = knowledge.general.sitting
    if sitting.finding not in knowledge.measures or sitting.drill not in knowledge.drills:
        raise broken_file("general.toml", "sitting", f"{sitting.finding!r} or {sitting.drill!r} does not exist")


def _check_mark(key: str, mark: Mark, reference: Reference | None, knowledge: Knowledge) -> None:
    """Check that a target range has words for each of its verdicts, and a reference range if it is compared with one."""
    if any(not mark.says.of(verdict) for verdict in mark.worded):
        raise broken_file("bands.toml", f"{key}.mark.says", f"words are needed for {' and '.join(mark.worded)}")
    if mark.kind == "at_least" and not mark.says.reached:
        raise broken_file("bands.toml", f"{key}.mark.says.reached", "words are needed for a minimum that is reached")
    if mark.kind in ("studies", "unusual") and reference is None:
        raise broken_file("bands.toml", f"{key}.reference", "a measure compared with studies needs their range")
    if isinstance(mark, UnusualMark) and mark.together:
        other = knowledge.bands.get(mark.together.key)
        if other is None or other.reference is None:
            raise broken_file("bands.toml", f"{key}.mark.together", "that measure has no reference range")


def _check_order(knowledge: Knowledge) -> None:
    """Check that muscles and differences are in their own order, numbered from 1."""
    for place, muscle in enumerate(knowledge.muscles.values(), start=1):
        if muscle.rank != place:
            raise broken_file("muscles.toml", f"{muscle.key}.rank", f"expected {place}, got {muscle.rank}")
    for place, difference in enumerate(knowledge.differences.values(), start=1):
        if difference.place != place:
            raise broken_file(
                "differences.toml", f"{difference.key}.place", f"expected {place}, got {difference.place}"
            )


def _check_bands(knowledge: Knowledge) -> None:
    """Check that every entry belongs to a measure, in its unit, and that its claims have sources."""
    for key, band in knowledge.bands.items():
        if key not in knowledge.measures:
            raise broken_file("bands.toml", key, "there is no such measure")
        for name, part in (("mark", band.mark), ("reference", band.reference)):
            unit = part.unit if part else None
            if unit is not None and unit != knowledge.measures[key].unit:
                raise broken_file("bands.toml", f"{key}.{name}.unit", f"{unit!r} is not the measure's unit")
        reference = band.reference
        if reference and reference.needs_speed and (reference.from_mps is None or reference.to_mps is None):
            raise broken_file(
                "bands.toml", f"{key}.reference.from_mps", "a line needs the speeds that it was drawn through"
            )
        if band.doubt and not band.sources:
            raise broken_file("bands.toml", f"{key}.sources", "a doubt needs its sources")
        if band.mark:
            _check_mark(key, band.mark, band.reference, knowledge)


def _check_links(knowledge: Knowledge) -> None:
    """Check that links belong to measures: a verdict outside a target range has links, an impossible verdict has none."""
    for key in knowledge.links:
        if key not in knowledge.measures:
            raise broken_file("links.toml", key, "there is no such measure")
    for key in knowledge.measures:
        mark = knowledge.bands[key].mark if key in knowledge.bands else None
        edges = set(mark.edges if mark else ())
        linked = {verdict for verdict in knowledge.links.get(key, {}) if verdict in ("below", "above")}
        if edges != linked:
            odd = sorted(edges ^ linked)[0]
            raise broken_file("links.toml", f"{key}.{odd}", "links are needed exactly where this verdict can arise")


def _check_tests(knowledge: Knowledge) -> None:
    """Check that everything about a test is in its unit, and that nobody under 18 is compared with adults."""
    for key, test in knowledge.tests.items():
        if any(norm.ages is not None and norm.ages[0] < ADULT_YEARS for norm in test.norms):
            raise broken_file("home_tests.toml", f"{key}.norms", "adults are compared with adults only")
        if not test.entry_low < test.entry_high:
            raise broken_file("home_tests.toml", f"{key}.entry_high", "it has to be more than entry_low")
        for path, part in _parts(key, test):
            if is_dataclass(part) and vars(part).get("unit", test.unit) != test.unit:
                raise broken_file("home_tests.toml", f"{path}.unit", f"expected {test.unit!r}")


def _check_words(knowledge: Knowledge) -> None:
    """Check that sentences use only known placeholders and show the measure or the range."""
    for file, root, entry in _entries(knowledge):
        for path, value in _parts(root, entry):
            if not isinstance(value, str) or not value:
                continue
            try:
                asked = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
            except ValueError as error:
                raise broken_file(file, path, str(error)) from error
            kind = _kind_of_sentence(file, path)
            if not asked <= FILLED_IN[kind]:
                raise broken_file(file, path, f"nothing fills in {sorted(asked - FILLED_IN[kind])}")
            if kind not in ("plain", "rule", "place") and not asked & {"figure", "range"}:
                raise broken_file(file, path, "the sentence does not show its number")


def _kind_of_sentence(file: str, path: str) -> str:
    if file == "plan.toml" and path.startswith("says."):
        return "rule"
    if file == FILE_OF["measures"] and path.endswith(".says"):
        return "measure"
    if file == FILE_OF["bands"] and ".mark.says." in path:
        return "mark"
    if file == FILE_OF["bands"] and path.endswith(".mark.place_words"):
        return "place"
    return "reference" if file == FILE_OF["bands"] and path.endswith(".reference.says") else "plain"
