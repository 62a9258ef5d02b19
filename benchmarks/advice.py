"""What the advice says to made-up runners: how often each verdict, each drill and "nothing to change" appear.

    uv run python -m benchmarks advice [--runners 10000] [--seed 1]

The spreads between runners are those of the studies behind the reference ranges, if they were read; the rest are assumptions,
named next to each number below. The errors are those of the demo clip. The share of a drill that is given for doubted reasons
alone counts runners whose every reason for it is a range that studies doubt, or the long sitting of whose stretch the app
itself says that no study shows it to change running.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core import knowledge
from core.coaching.findings import judge
from core.coaching.home_tests import Person
from core.coaching.plan import Chosen, Plan, choose
from core.knowledge import Knowledge, lab_reference
from core.model.measures import Z90, Measured, MeasureKey
from core.model.report import Answers, Effort, Finding
from core.paths import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "advice.json"

EFFORTS: Mapping[Effort, tuple[float, float]] = {
    "easy": (0.5, 1.0),
    "marathon": (0.15, 1.08),
    "threshold": (0.15, 1.15),
    "10k": (0.1, 1.18),
    "5k": (0.1, 1.24),
}
"""Share of the runners, and speed over that of an easy run: assumptions."""

EASY_MPS = (2.75, 0.42)  # 9.9 and 1.5 km/h, the own pace of 860 recreational runners
ERRORS: Mapping[MeasureKey, float] = {
    "trunk_lean": 1.9,
    "leg_extension": 2.8,
    "hip_bend": 4.2,
    "cadence": 0.5,
    "overstride": 0.04,
    "shank_angle_contact": 3.9,
    "vertical_oscillation": 1.0,
    "duty_factor": 3.3,
}
"""Half the 90 % interval of each measure; for bounce in centimetres it is an assumption."""

MOST_DOUBTED = 1 / 3
"""No drill is given to a larger share of runners for doubted reasons alone."""


@dataclass(frozen=True, kw_only=True)
class Advised:
    """A made-up runner's findings and plan."""

    findings: tuple[Finding, ...]
    plan: Plan
    sits_long: bool


def truths(speed_mps: float, height_cm: float, chance: random.Random) -> dict[MeasureKey, float]:
    """Return a runner's true measures at a speed."""
    lean = chance.gauss(7.3, 3.6)  # Teng and Powers 2014
    leg = lab_reference.leg_at(min(max(speed_mps, 2.0), 5.0))
    assert leg is not None, "the speed is within reach"
    half = round(leg.toe_off / 2 * len(leg.thigh_extension))
    leg_line = leg.thigh_extension[half] + leg.knee_flexion[half] / 2  # of hip and ankle, for a thigh as long as a shin
    return {
        "trunk_lean": lean,
        "leg_extension": chance.gauss(4.4 + 5.2 * speed_mps, 6),
        "hip_bend": lean - chance.gauss(leg_line, 2),  # the spread of the leg's line is an assumption
        "cadence": chance.gauss(133.4 + 9.75 * speed_mps - 0.5 * (height_cm - 172), 7.8),  # 9 with the part of height
        "overstride": chance.gauss(0.097 + 0.041 * speed_mps, 0.04),  # an assumption: the reference allows 0.05
        "shank_angle_contact": chance.gauss(3.74 + 1.95 * speed_mps, 4.4),
        "vertical_oscillation": chance.gauss(7.7, 1.2),
        "duty_factor": chance.gauss(45.8 - 3.45 * speed_mps, 2.5),
    }


def runners(n: int, seed: int, known: Knowledge) -> Iterator[Advised]:
    """Yield runners with their findings and plans."""
    chance = random.Random(seed)
    efforts, shares = list(EFFORTS), [share for share, _ in EFFORTS.values()]
    for _runner in range(n):
        effort = chance.choices(efforts, shares)[0]
        speed_mps = min(max(chance.gauss(*EASY_MPS), 1.5) * EFFORTS[effort][1], 6.0)
        height_cm = min(max(chance.gauss(172, 9), 145), 205)  # an assumption
        answers = Answers(
            effort=effort,
            pace_s_per_km=1000 / speed_mps,
            height_cm=height_cm,
            sitting_hours=chance.uniform(1, 12)
            if chance.random() < 0.6
            else None,  # an assumption: half of those sit long
        )
        measures = {
            key: Measured(
                value=chance.gauss(truth, ERRORS[key] / Z90),
                unit=known.measures[key].unit,
                plus_minus=ERRORS[key],
                n_strides=12,
            )
            for key, truth in truths(speed_mps, height_cm, chance).items()
        }
        findings = judge(measures, answers, known)
        plan = choose(findings, {}, Person(), answers.sitting_hours, known)
        yield Advised(
            findings=findings, plan=plan, sits_long=(answers.sitting_hours or 0) >= known.general.sitting.long_hours
        )


def for_doubted_reasons(chosen: Chosen, known: Knowledge) -> bool:
    """Return whether every reason for a drill is doubted by the app itself: an optional range, or the stretch of sitting."""
    stretch = known.general.sitting
    return all(
        reason.doubted or (reason.link.because == stretch.because and reason.link.key == stretch.drill)
        for reason in chosen.reasons
    )


def tables(n: int, seed: int) -> dict[str, Any]:
    """Return the shares of runners, in percent, by measure and verdict and by drill."""
    known = knowledge.load(language="en")
    verdicts: dict[str, Counter[str]] = {}
    given, doubted, optional, starters = Counter[str](), Counter[str](), Counter[str](), 0
    for advised in runners(n, seed, known):
        for found in advised.findings:
            probably = "probably " if found.strength == "probably" else ""
            verdicts.setdefault(found.key, Counter())[probably + found.verdict] += 1
        if advised.plan.starter:
            starters += 1
            continue
        for chosen in advised.plan.chosen:
            given[chosen.drill.key] += 1
            optional[chosen.drill.key] += chosen.optional
            doubted[chosen.drill.key] += for_doubted_reasons(chosen, known)

    def percent(count: float) -> float:
        return round(100 * count / n, 1)

    return {
        "runners": n,
        "seed": seed,
        "verdicts": {key: {name: percent(count) for name, count in sorted(of.items())} for key, of in verdicts.items()},
        "nothing_to_change": percent(starters),
        "drills": {
            key: {"given": percent(given[key]), "optional": percent(optional[key]), "doubted": percent(doubted[key])}
            for key in sorted(given, key=lambda key: -given[key])
        },
    }


def printed(found: Mapping[str, Any]) -> str:
    """Return the tables as text."""
    kinds = [
        "below",
        "probably below",
        "within",
        "probably within",
        "above",
        "probably above",
        "too_close_to_call",
        "described",
    ]
    lines = [
        f"{found['runners']} made-up runners, in percent",
        "",
        f"{'measure':22}" + "".join(f"{kind:>18}" for kind in kinds),
    ]
    lines += [f"{key:22}" + "".join(f"{of.get(kind, 0):18}" for kind in kinds) for key, of in found["verdicts"].items()]
    lines += ["", f"nothing to change: {found['nothing_to_change']}", ""]
    lines += [f"{'drill':22}{'given':>9}{'optional':>10}{'for doubted reasons':>21}"]
    lines += [f"{key:22}{of['given']:9}{of['optional']:10}{of['doubted']:21}" for key, of in found["drills"].items()]
    return "\n".join(lines)


def main() -> None:
    """Run the simulation, print its tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runners", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = tables(asked.runners, asked.seed)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    print(printed(found))


if __name__ == "__main__":
    main()
