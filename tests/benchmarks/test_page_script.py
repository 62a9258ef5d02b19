"""What counts as our own code in a page's script, and what as Streamlit's."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from benchmarks.speed import page_script


def here(path: str) -> FrameType:
    """Return the frame of a library that was called by code that says it stands in a file."""
    code = compile("frame = look()", path, "exec")
    names: dict[str, object] = {"look": lambda: sys._getframe(0)}
    exec(code, names)
    frame = names["frame"]
    assert isinstance(frame, FrameType)
    return frame


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        (str(page_script.ROOT / "pages" / "results.py"), True),
        (str(page_script.ROOT / "core" / "clip.py"), True),
        (page_script._STREAMLITS + "elements/markdown.py", False),
    ],
)
def test_what_is_called_counts_as_its_callers(path: str, ours: bool) -> None:
    assert page_script._is_ours(here(path)) is ours


def test_a_results_page_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "elsewhere"))
    taken = page_script.results_page(tmp_path, times=2)
    assert 0.0 < taken.own_s < taken.whole_s
