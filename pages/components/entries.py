"""What a runner enters about home tests. It is kept for this visit only: nothing is stored, and a reload forgets it."""

from __future__ import annotations

import streamlit as st

from core.coaching.home_tests import UNIT_WORDS, Person, Sex, Sides, entry
from core.errors import BadAnswer
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.home_test_types import HomeTest
from pages.components.frame import problem

_TESTED, _PERSON = "tested", "person"
SEXES: dict[Sex, str] = {"men": marked("Men's numbers"), "women": marked("Women's numbers")}
_SIDES = {"left": marked("Left ({unit})"), "right": marked("Right ({unit})")}


def tested() -> dict[str, Sides]:
    """Return the entries of this visit, by the test's key."""
    kept: dict[str, Sides] = st.session_state.setdefault(_TESTED, {})
    return kept


def person() -> Person:
    """Return the person to compare with, as entered in this visit."""
    kept: Person = st.session_state.get(_PERSON, Person())
    return kept


def _kept(key: str, value: object) -> str:
    """Restore an earlier entry, because Streamlit forgets a field that was not on the last page; return its key."""
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def ask_person() -> Person:
    """Ask for age and sex, both optional, only to choose the numbers for comparison."""
    before = person()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    sex = left.segmented_control(
        _("Compare with (optional)"),
        tuple(SEXES),
        format_func=lambda key: _(SEXES[key]),
        key=_kept("ask-sex", before.sex),
    )
    years = right.number_input(
        _("Age (optional)"), value=None, step=1, placeholder="35", key=_kept("ask-age", before.age_years)
    )
    try:
        told = Person(age_years=years, sex=sex)
    except BadAnswer as error:
        problem(error)
        told = Person(sex=sex)
    st.session_state[_PERSON] = told
    return told


def ask_sides(test: HomeTest) -> Sides:
    """Ask for left and right; an impossible value is refused in words below the fields, and not kept."""
    before = tested().get(test.key, Sides())
    unit = _(UNIT_WORDS[test.unit])
    values: dict[str, float | None] = {}
    for column, side in zip(st.columns(2, wrap=False), _SIDES, strict=True):
        written = column.number_input(
            _(_SIDES[side], unit=unit), value=None, step=1, placeholder="–",
            key=_kept(_field(test, side), _whole(getattr(before, side))),
        )  # fmt: skip
        try:
            values[side] = entry(test, written)
        except BadAnswer as error:
            with column:
                problem(error)
            values[side] = None
    sides = Sides(**values)
    tested()[test.key] = sides
    return sides


def write_down(test: HomeTest, side: str, value: float) -> None:
    """Fill a side's field from the counter."""
    st.session_state[_field(test, side)] = _whole(value)


def results(known: Knowledge) -> dict[str, Sides]:
    """Return the tests with at least one side entered, in the order of the knowledge."""
    done = tested()
    return {key: done[key] for key in known.tests if key in done and done[key].tested}


def forget() -> None:
    """Forget all entries of this visit."""
    for key in [key for key in st.session_state if str(key).startswith(("side-", "ask-"))]:
        del st.session_state[key]
    st.session_state.pop(_TESTED, None)
    st.session_state.pop(_PERSON, None)


def _field(test: HomeTest, side: str) -> str:
    return f"side-{test.key}-{side}"


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
