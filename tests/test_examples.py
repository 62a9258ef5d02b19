"""The examples run as they are, and print what they say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.paths import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def test_there_are_examples():
    assert {path.stem for path in EXAMPLES} == {"analyse_a_clip", "measure_a_track", "read_a_report"}


@pytest.mark.pose
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path):
    run = subprocess.run([sys.executable, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "±" in run.stdout
