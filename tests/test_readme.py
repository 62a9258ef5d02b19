"""The commands that the README names are the ones that .ci/run runs, word for word."""

from __future__ import annotations

import shlex

import pytest

from core.cli.main import _parser
from core.paths import ROOT
from tools.readme import commands, serves

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_commands_are_the_ones_that_a_newcomer_types():
    assert commands(README, "Run it") == [
        "pip install uv && uv run streamlit run streamlit_app.py",
        "pipx run uv run streamlit run streamlit_app.py",
        "uv run pytest",
    ]
    assert [serves(command) for command in commands(README, "Run it")] == [True, True, False]


@pytest.mark.parametrize("command", commands(README, "From the command line"))
def test_the_command_line_knows_each_command_and_option(command):
    uv, run, program, *arguments = shlex.split(command)
    assert (uv, run, program) == ("uv", "run", "stride-check")
    _parser().parse_args(arguments)


def test_comments_and_other_sections_are_no_commands():
    text = "# A\n\n## One\n\n    first   # why\n\nwords\n\n    second --colour '#fff'\n\n## Two\n\n    third\n"
    assert commands(text, "One") == ["first", "second --colour '#fff'"]
    assert commands(text, "Two") == ["third"]
    assert commands(text, "Three") == []


def test_every_change_is_tried_with_them():
    assert "python3 tools/readme.py " in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
