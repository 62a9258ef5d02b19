"""Attack a server of our own by what once did not hold, and say for each whether it does.

uv run python -m benchmarks attack            # everything; the summary is kept in benchmarks/results/attack.json
uv run python -m benchmarks attack --quick    # a sample, 90 seconds at most
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Iterable
from typing import Any

from benchmarks.soak.attack.ground import Ground, NotTried, ground
from benchmarks.soak.attack.rows import ROWS
from benchmarks.whole import keep
from core.paths import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "attack.json"
QUICK_S, WHOLE_S = 90.0, 1200.0
QUICK_ROW_S, WHOLE_ROW_S = 30.0, 240.0
"""Seconds for one attack; what takes longer does not hold."""

OUT_OF_TIME = "no time was left"


class TookTooLong(Exception):
    """An attack that did not end."""


def _end(*_: object) -> None:
    raise TookTooLong


def _attempt(number: int, on: Ground, within_s: float, *, cut_short: bool) -> dict[str, Any]:
    """Make one attack and return how it went, held or not; `cut_short` says that it has less time than it should."""
    attack, began_s = ROWS[number], time.monotonic()
    said = {"row": number, "attack": (attack.__doc__ or "").partition("\n")[0]}
    before = signal.signal(signal.SIGALRM, _end)
    signal.alarm(max(1, int(within_s)))
    try:
        failed = attack(on)
        verdict = {"verdict": "not held" if failed else "held", "why": failed}
    except NotTried as reason:
        verdict = {"verdict": "not tried", "why": [str(reason)]}
    except TookTooLong:
        verdict = {
            "verdict": "not tried" if cut_short else "not held",
            "why": ["it did not end in time"],
        }
    except Exception as error:  # noqa: BLE001 - an attack that breaks is no proof that anything holds
        traceback.print_exc()
        verdict = {"verdict": "not held", "why": [f"the attack broke off: {error!r}"]}
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return said | verdict | {"took_s": round(time.monotonic() - began_s, 1)}


def run(*, quick: bool, rows: Iterable[int] = ROWS, patience: float = 1.0) -> dict[str, Any]:
    """Make the attacks, and return for each whether it was held off.

    Parameters
    ----------
    quick : bool
        A sample of each.
    rows : iterable of int
        Which; defaults to all.
    patience : float
        How many times the usual time they may take; attacks for which no time is left are not tried.
    """
    ends_s = time.monotonic() + patience * (QUICK_S if quick else WHOLE_S)
    row_s = patience * (QUICK_ROW_S if quick else WHOLE_ROW_S)
    made: list[dict[str, Any]] = []
    with ground(quick=quick) as on:
        _ = on.site, on.plain  # their start is no attack's time
        for number in [number for number in ROWS if number in set(rows)]:
            left_s = ends_s - time.monotonic()
            if left_s < 1:
                made.append({"row": number, "attack": "", "verdict": "not tried", "why": [OUT_OF_TIME], "took_s": 0})
            else:
                made.append(_attempt(number, on, min(row_s, left_s), cut_short=left_s < row_s))
            print(f"{number:3} {made[-1]['verdict']:9} {made[-1]['took_s']:5.1f} s", file=sys.stderr, flush=True)
    made.sort(key=lambda one: one["row"])
    return {"quick": quick, "not_held": [one["row"] for one in made if one["verdict"] == "not held"], "rows": made}


def table(found: dict[str, Any]) -> str:
    """Return a line for each attack, with what did not hold below it."""
    lines = []
    for one in found["rows"]:
        lines.append(f"{one['row']:3}  {one['verdict']:9}  {one['took_s']:6.1f} s  {one['attack']}")
        lines += [f"                         - {why}" for why in one["why"]]
    return "\n".join(lines)


def main() -> int:
    """Run the command line; the exit code is 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", action="store_true", help="a sample, for every change")
    much.add_argument("--full", action="store_true", help="everything, and keep the summary: the default")
    parser.add_argument("--patience", type=float, default=1.0, help="how many times the usual time it may take")
    parser.add_argument(
        "--row", type=int, action="append", choices=sorted(ROWS), help="this attack alone; may come again"
    )
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its servers and its disk end with it
    found = run(quick=asked.quick, rows=asked.row or ROWS, patience=asked.patience)
    print(table(found))
    if not asked.quick and not asked.row:
        keep(found, RESULTS)
    return 1 if found["not_held"] else 0


if __name__ == "__main__":
    sys.exit(main())
