"""Both legs of simulated runners: an asymmetry that is built in is found within its error, and none where there is none.

    uv run python -m benchmarks sides [--even 200] [--uneven 48] [--seed 1]

Each runner passes one camera there and back, so a roll of the camera shifts both sides in opposite directions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.accuracy.sessions import Session, made_up, measured, put_up
from benchmarks.whole import keep
from core.coaching.sides import Pair, pairs
from core.model.measures import MeasureKey
from core.paths import ROOT
from simulation import Motion, Stride
from simulation.truth import figures_of

RESULTS = ROOT / "benchmarks" / "results" / "sides.json"

MOST_FALSE = 0.10
"""Of symmetric pairs, by measure."""

MOST_PER_REPORT = 1.0
"""False alarms of a report, on average."""

ALL_EVEN, QUICK = 200, 6

PER_RUNNER = 8
"""Pairs of the same made-up runner, each with other errors."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One pair: each measure's pair, and the true difference, right minus left."""

    pairs: tuple[Pair, ...]
    true: dict[MeasureKey, float]


def uneven(stride: Stride, rng: np.random.Generator) -> Stride:
    """Return the stride of the other leg, with other angles and another contact time."""
    sign = float(rng.choice([-1, 1]))
    assert stride.extension_deg is not None
    assert stride.contact_ms is not None
    assert stride.knee_contact_deg is not None
    return replace(
        stride,
        extension_deg=stride.extension_deg + sign * 6,
        knee_contact_deg=stride.knee_contact_deg - sign * 6,
        contact_ms=stride.contact_ms * (1 - 0.08 * sign),
        knee_toe_off_deg=None,
    )


def _cases(
    n: int, seed: int, other: Callable[[Stride, np.random.Generator], Stride]
) -> Iterator[tuple[Session, Session]]:
    rng = np.random.default_rng(seed)
    left = right = Stride()
    for number in range(n):
        if number % PER_RUNNER == 0:
            left, right = _runner(rng, other)
        view_deg, roll_deg = put_up(rng)
        there = Session(
            left=left, right=right, facing="left", view_deg=view_deg, roll_deg=roll_deg, seed=2 * number + 1000 * seed
        )
        yield there, replace(there, facing="right", view_deg=-view_deg, seed=there.seed + 1)


def _runner(rng: np.random.Generator, other: Callable[[Stride, np.random.Generator], Stride]) -> tuple[Stride, Stride]:
    while True:
        left = made_up(rng)
        right = other(left, rng)
        try:
            Motion(right)
        except ValueError:
            continue
        return left, right


def run(case: tuple[Session, Session]) -> Outcome | None:
    """Measure both sides; None if one of them is refused."""
    reports = [measured(session) for session in case]
    there, back = reports
    if there is None or back is None:
        return None
    left, right = (figures_of(Motion(stride)) for stride in (case[0].left, case[0].right))
    found = pairs(there, back)
    return Outcome(pairs=found, true={pair.key: right[pair.key] - left[pair.key] for pair in found if pair.key in left})


def outcomes(n: int, seed: int, *, uneven_legs: bool, processes: int = 2) -> list[Outcome]:
    """Measure `n` made-up runners with even or uneven legs."""
    cases = list(_cases(n, seed, uneven if uneven_legs else lambda stride, _: stride))
    if processes == 1:
        found = [run(case) for case in cases]
    else:
        with ProcessPoolExecutor(processes) as pool:
            found = list(pool.map(run, cases, chunksize=PER_RUNNER))
    return [one for one in found if one is not None]


def by_measure(found: Sequence[Outcome]) -> dict[MeasureKey, list[tuple[Pair, float]]]:
    """Return every difference between the legs with the true one, by measure."""
    rows: dict[MeasureKey, list[tuple[Pair, float]]] = {}
    for one in found:
        for pair in one.pairs:
            if pair.by is not None and pair.key in one.true:
                rows.setdefault(pair.key, []).append((pair, one.true[pair.key]))
    return rows


def table(found: Sequence[Outcome]) -> dict[str, Any]:
    """Return for each measure how often a difference is told, and how often the true one is within the error."""

    def row(those: Sequence[tuple[Pair, float]]) -> dict[str, float]:
        errors = [(pair.by or 0.0) - true for pair, true in those]
        return {
            "pairs": len(those),
            "told %": _percent(pair.told for pair, _ in those),
            "within error %": _percent(
                abs(error) <= pair.smallest_told for error, (pair, _) in zip(errors, those, strict=True)
            ),
            "true difference": round(float(np.mean([abs(true) for _, true in those])), 3),
            "told from": round(float(np.mean([pair.smallest_told for pair, _ in those])), 3),
        }

    rows = {key: row(those) for key, those in by_measure(found).items()}
    told = [sum(pair.told for pair in one.pairs) for one in found]
    return {"pairs": len(found), "told per report": round(float(np.mean(told)), 2), "measures": rows}


def _percent(those: Any) -> float:
    return round(100 * float(np.mean(list(those))), 1)


def printed(name: str, found: dict[str, Any]) -> str:
    """Return a table as text."""
    lines = [f"{name}: {found['pairs']} pairs, {found['told per report']} differences told per report", ""]
    columns = list(next(iter(found["measures"].values())))
    lines.append(f"{'measure':26}" + "".join(f"{column:>18}" for column in columns))
    lines += [f"{key:26}" + "".join(f"{row[c]:18}" for c in columns) for key, row in found["measures"].items()]
    return "\n".join(lines)


def main() -> None:
    """Run from the command line: print both tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--even", type=int, default=ALL_EVEN, help="pairs without an asymmetry; fewer are not kept")
    parser.add_argument("--uneven", type=int, default=48, help="pairs with one")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} pairs of each: a sample, which is not kept")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    n_even, n_uneven = (QUICK, QUICK) if asked.quick else (asked.even, asked.uneven)
    tables = {
        "even": table(outcomes(n_even, asked.seed, uneven_legs=False)),
        "uneven": table(outcomes(n_uneven, asked.seed, uneven_legs=True)),
    }
    if n_even >= ALL_EVEN:
        keep(tables, RESULTS)
    print("\n\n".join(printed(name, found) for name, found in tables.items()))


if __name__ == "__main__":
    main()
