"""What the measures mean: findings, comparisons, home tests, drills and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.coaching import implications
    from core.coaching.comparison import Change, compare, expected_by_luck, unlike
    from core.coaching.findings import judge
    from core.coaching.home_tests import UNIT_WORDS, Beside, Person, Sex, Sides, entry, gap_counts, groups, others
    from core.coaching.pace import with_height, with_pace
    from core.coaching.plan import Chosen, Plan, choose, rule_words
    from core.coaching.repeats import can_share, not_shared
    from core.coaching.schedule import DAYS_OF_WEEK, Schedule, calendar_file
    from core.coaching.sides import Pair, pairs
    from core.coaching.trend import Trend, series, trends
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="implications",
        comparison="Change compare expected_by_luck unlike",
        findings="judge",
        home_tests="UNIT_WORDS Beside Person Sex Sides entry gap_counts groups others",
        pace="with_height with_pace",
        plan="Chosen Plan choose rule_words",
        repeats="can_share not_shared",
        schedule="DAYS_OF_WEEK Schedule calendar_file",
        sides="Pair pairs",
        trend="Trend series trends",
    )

__all__ = [
    "DAYS_OF_WEEK",
    "UNIT_WORDS",
    "Beside",
    "Change",
    "Chosen",
    "Pair",
    "Person",
    "Plan",
    "Schedule",
    "Sex",
    "Sides",
    "Trend",
    "calendar_file",
    "can_share",
    "choose",
    "compare",
    "entry",
    "expected_by_luck",
    "gap_counts",
    "groups",
    "implications",
    "judge",
    "not_shared",
    "others",
    "pairs",
    "rule_words",
    "series",
    "trends",
    "unlike",
    "with_height",
    "with_pace",
]
