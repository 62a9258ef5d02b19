"""What once did not hold does, as far as a sample can say; `benchmarks.attack` makes all of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from benchmarks.soak.attack import __main__ as attack
from benchmarks.soak.attack.ground import NotTried
from benchmarks.soak.attack.rows import ROWS

PATIENCE = 4.0
"""For other tests at work on the same cores."""

SLOW_ROWS = (1, 7, 10, 11)
"""They take most of the time, and have tests of their own: left_behind, visits, journal and jobs."""

QUICK_ROWS = tuple(sorted(set(ROWS) - set(SLOW_ROWS)))


@pytest.mark.alone
@pytest.mark.pose
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes in /proc")
@pytest.mark.parametrize("rows", [QUICK_ROWS, pytest.param(SLOW_ROWS, marks=pytest.mark.sweep)], ids=["quick", "slow"])
def test_a_sample_of_all_attacks_is_held_off(rows):
    found = attack.run(quick=True, rows=rows, patience=PATIENCE)
    assert [one["row"] for one in found["rows"]] == sorted(rows)
    assert found["not_held"] == [], attack.table(found)
    if os.getloadavg()[0] < 3:  # other work on the machine is not ours to judge
        assert [one for one in found["rows"] if attack.OUT_OF_TIME in one["why"]] == []


def test_what_fails_breaks_off_hangs_or_cannot_be_tried_is_told_apart(monkeypatch):
    def hangs(on):
        """Wait for ever."""
        while True:
            pass

    def breaks(on):
        """Divide by zero."""
        return 1 / 0

    def cannot(on):
        """Need what there is not."""
        raise NotTried("nothing to try it with")

    rows = {1: lambda on: [], 2: lambda on: ["a hole"], 3: breaks, 4: cannot, 5: hangs}
    monkeypatch.setattr(attack, "ROWS", rows)
    made = [attack._attempt(number, None, 1, cut_short=False)["verdict"] for number in rows]
    assert made == ["held", "not held", "not held", "not tried", "not held"]
    assert attack._attempt(5, None, 1, cut_short=True)["verdict"] == "not tried"


def test_each_row_says_what_it_does():
    assert sorted(ROWS) == [*range(1, 17), 18, 19, 20]  # 17 is `tests/test_deploy.py`
    for row in ROWS.values():
        assert row.__doc__


def test_nothing_of_an_attack_goes_elsewhere():
    """All addresses in the attacks are of this machine, of documentation (RFC 5737, 3849) or names that lead nowhere."""
    text = "".join(path.read_text() for path in (Path(attack.__file__).parent).glob("*.py"))
    addresses = set(re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{0,3}", text)) - {"1.0.0"}
    assert addresses
    assert all(one.startswith(("127.0.0.", "198.51.100.", "192.0.2.")) for one in addresses), addresses
