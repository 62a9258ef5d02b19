"""The examples run as they are, and print what they say."""

from __future__ import annotations

import runpy
import sys

import pytest

from core.paths import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def test_there_are_examples():
    assert {path.stem for path in EXAMPLES} == {"analyse_a_clip", "measure_a_track", "read_a_report"}


@pytest.mark.pose
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path, short_demo, monkeypatch, capsys):
    """As a program of its own, but in this process, which has imported the libraries already."""
    clip = [str(short_demo)] if path.stem == "analyse_a_clip" else []
    monkeypatch.setattr(sys, "argv", [str(path), *clip])
    monkeypatch.chdir(ROOT)
    code = None
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        code = end.code
    written = capsys.readouterr()
    assert not code, written.err
    assert "±" in written.out


def test_the_clip_of_the_example_is_there():
    assert 'ROOT / "assets" / "demo_clip.mp4"' in (ROOT / "examples" / "analyse_a_clip.py").read_text()
    assert (ROOT / "assets" / "demo_clip.mp4").is_file()
