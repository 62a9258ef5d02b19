"""What is installed is what was tested: the pins that `uv run` reads, and what is here."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.pins import PROJECT, REQUIREMENTS, differences, in_force, pinned, with_pins

TEXT = PROJECT.read_text(encoding="utf-8")
PINS = pinned(TEXT)


def test_what_is_installed_has_the_pinned_versions():
    installed = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    pins = in_force(PINS)
    assert len(pins) > 100
    other = {
        name: (installed[name], version) for name, version in pins.items() if installed.get(name, version) != version
    }
    assert other == {}, "run `uv sync --group dev`, or pin other versions by `python -m tools.pins --write`"


def test_every_package_asked_for_is_pinned_within_its_bounds():
    project = tomllib.loads(TEXT)
    asked = [*project["project"]["dependencies"]]
    for more in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        asked += [one for names in more.values() for one in names if not one.startswith(project["project"]["name"])]
    pins = in_force(PINS)
    for one in map(Requirement, asked):
        assert one.specifier.contains(pins[canonicalize_name(one.name)]), one


def test_packages_whose_inside_is_used_have_an_upper_bound():
    asked = {one.name: one for one in map(Requirement, tomllib.loads(TEXT)["project"]["dependencies"])}
    for name in ("streamlit", "av", "mediapipe"):
        assert not asked[name].specifier.contains("99"), name


def test_the_requirements_by_hash_are_of_the_same_versions():
    text = REQUIREMENTS.read_text(encoding="utf-8")
    listed = [line.removesuffix(" \\") for line in text.splitlines() if not line.startswith("    --hash=sha256:")]
    assert len(re.findall("--hash=", text)) > len(listed) > 50
    pins = in_force(PINS)
    held = in_force(listed)
    assert {name: version for name, version in held.items() if pins.get(name) not in (version, None)} == {}
    assert set(held) - set(pins) <= {"opencv-contrib-python", "sounddevice"}
    assert {"streamlit", "s3fs", "psycopg"} <= set(held)
    assert not {"pytest", "mypy", "moto"} & set(held)


def test_other_pins_are_written_into_the_project_and_nothing_else_is_changed():
    other = ("numpy==1.0 ; python_full_version < '3.12'", "numpy==2.0")
    written = with_pins(TEXT, other)
    assert pinned(written) == other
    assert with_pins(written, PINS) == TEXT


def test_what_differs_is_said_by_package():
    assert differences(("a==1", "b==1"), ("a==2", "b==1", "c==1")) == ["- a==1", "+ a==2", "+ c==1"]
