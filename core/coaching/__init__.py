"""What the measures mean: findings, comparisons, home tests, drills and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.coaching import implications
    from core.coaching.comparison import Change, compare, expected_by_luck, unlike
    from core.coaching.findings import judge
    from core.coaching.home_tests import UNIT_WORDS, Beside, Person, Sex, Sides, entry, gap_counts, groups, others
    from core.coaching.pace import with_pace
    from core.coaching.plan import Chosen, Plan, choose, rule_words
    from core.coaching.schedule import DAYS_OF_WEEK, Schedule, calendar_file
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="implications",
        comparison="Change compare expected_by_luck unlike",
        findings="judge",
        home_tests="UNIT_WORDS Beside Person Sex Sides entry gap_counts groups others",
        pace="with_pace",
        plan="Chosen Plan choose rule_words",
        schedule="DAYS_OF_WEEK Schedule calendar_file",
    )

__all__ = [
    "DAYS_OF_WEEK",
    "UNIT_WORDS",
    "Beside",
    "Change",
    "Chosen",
    "Person",
    "Plan",
    "Schedule",
    "Sex",
    "Sides",
    "calendar_file",
    "choose",
    "compare",
    "entry",
    "expected_by_luck",
    "gap_counts",
    "groups",
    "implications",
    "judge",
    "others",
    "rule_words",
    "unlike",
    "with_pace",
]
