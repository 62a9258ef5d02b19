"""The docs build without a warning, their code runs, and what they say about the code is so."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from typing import get_args

import numpy as np
import pytest

from benchmarks.__main__ import MODULES
from core.cli.main import _parser
from core.gait.definitions import MEASURES
from core.gait.parameters import PerStride
from core.model import measures, report, tracks
from core.model.track_file import load_track
from core.paths import ROOT
from core.storage.tables import State
from simulation import Motion, Scene, Stride, track_of, truth_of

PAGES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "README.md")
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAMS = ("bash", "export", "pip", "pipx", "stride-check", "uv", "uvx")
"""What a line of code begins with if it is a command."""


def code(text):
    """Return the lines of a page's code blocks, which are indented by four or more."""
    return [line.strip() for line in text.splitlines() if line.startswith("    ") and not re.match(r"\s+[-|]", line)]


def commands(text):
    """Return the commands of a page, in code blocks and in sentences, without their comments."""
    spans = re.findall(r"`((?:uv run|stride-check|python -m) [^`]+)`", text)
    lines = [re.sub(r"\s+# .*", "", line) for line in code(text) if line.split()[0] in PROGRAMS]
    return [part.strip() for line in (*lines, *spans) for part in line.split("&&")]


COMMANDS = sorted({(page, command) for page, text in TEXTS.items() for command in commands(text)})


def block(title):
    """Return the first diagram of a section of ARCHITECTURE.md."""
    _, _, section = TEXTS["ARCHITECTURE.md"].partition(f"\n## {title}\n")
    return re.search(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE).group()


def test_the_docs_build_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert {path.parent.name for path in (tmp_path / "site").glob("*/index.html")} > {"glossary", "measures"}


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=lambda value: value)
def test_a_command_exists_with_its_options(page, command):
    words = shlex.split(re.sub(r"[\[\]]", "", command))
    if words[:2] == ["uv", "run"]:
        words = words[2:]
        while words[0].startswith("--"):
            words = words[2 if words[0] in ("--group", "--extra") else 1 :]
    match words:
        case ["stride-check", *arguments]:
            _parser().parse_args([re.sub("^N$", "2", argument) for argument in arguments])
        case ["python", "-m", "benchmarks", name, *_]:
            assert name in {*MODULES, "NAME"}
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module)
        case ["python" | "bash", file, *_]:
            assert (ROOT / file).is_file()


def test_there_are_commands():
    assert len(COMMANDS) > 30


@pytest.mark.parametrize("page", TEXTS)
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(
        r"`((?:core|view|web|pages|tools|tests|docs|examples|benchmarks|simulation)/[\w./-]*)`", TEXTS[page]
    )
    # `fr` is the language that docs/add-a-language.md adds.
    assert [name for name in named if not (ROOT / name.replace("/fr/", "/es/")).exists()] == []


@pytest.mark.parametrize("page", TEXTS)
def test_json_can_be_read(page):
    for line in code(TEXTS[page]):
        if line.startswith("{"):
            json.loads(line)


def test_the_code_that_writes_a_track_writes_one(tmp_path, monkeypatch):
    (line,) = (line for line in code(TEXTS["docs/track-format.md"]) if line.startswith("np."))
    track = track_of(truth_of(Scene(duration_s=2.0), Motion(Stride())))
    monkeypatch.chdir(tmp_path)
    exec(line, {"np": np, "xy_px": track.xy_px, "scores": track.visibility})
    assert len(load_track(tmp_path / "track.npz").time_s) == len(track.time_s)


def test_the_diagram_of_the_packages_is_the_contract():
    core, applications = (contract["layers"] for contract in PROJECT["tool"]["importlinter"]["contracts"][:2])
    first = [re.split(r"\s{2,}", line.strip()) for line in block("Packages").split("\n") if line]
    at = next(place for place, columns in enumerate(first) if columns[0] == "core")
    assert [columns[0] for columns in first[: at + 1]] == applications
    assert [first[at][1], *(columns[0] for columns in first[at + 1 :])] == core


def test_the_diagram_of_the_job_has_every_state():
    diagram = TEXTS["ARCHITECTURE.md"].partition("    uploading --->")
    words = set(re.findall(r"[a-z]+", "uploading" + diagram[2].partition("\n\n")[0]))
    assert set(get_args(State)) <= words


def test_the_types_of_the_first_diagram_exist():
    named = set(
        re.findall(
            r"\b(PoseTrack|SideTrack|GaitEvents|Angles|Measure|Finding|Report)\b", block("From a clip to a report")
        )
    )
    modules = (
        tracks,
        report,
        measures,
        importlib.import_module("core.gait.angles"),
        importlib.import_module("core.gait.events"),
    )
    assert len(named) == 7
    assert [name for name in named if not any(hasattr(module, name) for module in modules)] == []


def test_the_error_budget_is_the_one_of_the_code():
    _, _, section = TEXTS["docs/measures.md"].partition("\n## Where the errors come from\n")
    number, word = r" ([\d.]+) \|", r" ?([\w-]*) ?\|"
    rows = re.findall(rf"^\| `(\w+)`[^|]*\|{5 * number}{2 * word}$", section, re.MULTILINE)
    told = {key: (*map(float, numbers), event, bool(roll)) for key, *numbers, event, roll in rows}
    assert told == {
        key: (
            budget.random,
            budget.extreme,
            budget.lasting,
            budget.own_sd,
            budget.stride_sd,
            event_of(one),
            one.vertical,
        )
        for key, definition in MEASURES.items()
        if isinstance(one := definition.read, PerStride) and (budget := one.budget)
    }


def event_of(one: PerStride) -> str:
    if one.slope is None:
        return ""
    return "contact" if one.at_contact else "toe-off"


def test_every_measure_has_its_definition():
    from core import knowledge

    keys = set(knowledge.load().measures)
    _, _, section = TEXTS["docs/measures.md"].partition("\n## Definitions\n")
    assert set(re.findall(r"^\| `(\w+)` \|", section.partition("\n## ")[0], re.MULTILINE)) == keys
