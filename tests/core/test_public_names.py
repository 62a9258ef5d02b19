"""What the packages export: all of it exists, costs nothing before it is used, and is all that examples and docs need."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import core
import view
from core.lazy_exports import lazily
from core.paths import ROOT

PACKAGES = [
    name
    for package in (core, view)
    for _, name, is_package in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    if is_package
]
PACKAGES.append("view")
LAZY = sorted(set(PACKAGES) - {"core.cli", "core.i18n", "core.knowledge"})
OPEN_MODULES = {"core.errors", "core.logs", "core.paths", "core.settings", "simulation"}
"""Modules all of whose names are public."""


def checked_imports(package):
    """Return the names that a package imports for mypy, each with its module."""
    tree = ast.parse(Path(importlib.import_module(package).__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    return {alias.name: node.module for node in block.body for alias in node.names}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_exported_name_exists(package):
    module = importlib.import_module(package)
    assert len(module.__doc__) > 30
    assert len(set(module.__all__)) == len(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.parametrize("package", LAZY)
def test_no_exported_name_is_also_a_modules_name(package):
    modules = {name for _, name, _ in pkgutil.iter_modules(importlib.import_module(package).__path__)}
    assert [name for name, module in checked_imports(package).items() if name in modules and module != package] == []


@pytest.mark.parametrize("package", LAZY)
def test_mypy_knows_what_python_finds(package):
    module = importlib.import_module(package)
    assert sorted(module.__all__) == dir(module) == sorted(checked_imports(package))


def test_what_is_not_exported_is_not_found():
    find, listed = lazily("core.model", modules="amounts", strides="PHASES")
    assert (find("PHASES"), find("amounts").__name__, listed()) == (50, "core.model.amounts", ["PHASES", "amounts"])
    with pytest.raises(AttributeError, match=r"core\.model.*'absent'"):
        find("absent")


def test_packages_cost_nothing_before_they_are_used():
    slow = "{'numpy', 'pydantic', 'scipy', 'sqlalchemy', 'av', 'cv2', 'plotly'}"
    code = f"import sys, {', '.join(LAZY)}; print(*sorted({slow} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split() == []


def is_public(dotted):
    """Return whether a dotted name is a package, an open module, or exported by one of them."""
    *package, name = dotted.split(".")
    package = ".".join(package)
    if dotted in {*PACKAGES, *OPEN_MODULES}:
        return True
    if package in OPEN_MODULES:
        return hasattr(importlib.import_module(package), name)
    if package in PACKAGES:
        return name in importlib.import_module(package).__all__
    return bool(package) and is_public(package)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_examples_use_only_public_names(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    used = [f"{node.module}.{alias.name}" for node in imports for alias in node.names]
    ours = [name for name in used if name.partition(".")[0] in ("core", "view", "simulation")]
    assert len(ours) >= 3
    assert [name for name in ours if not is_public(name)] == []


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "docs").glob("*.md")), ROOT / "ARCHITECTURE.md"], ids=lambda path: path.stem
)
def test_docs_name_only_what_is_public(path):
    used = re.findall(r"`((?:core|view)(?:\.\w+)+)`", path.read_text(encoding="utf-8"))
    assert [name for name in used if not is_public(name)] == []
