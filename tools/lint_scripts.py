"""Lints all scripts as browsers get them, with oxlint.

    uv run --group dev python -m tools.lint_scripts

The scripts of an element are joined before they are sent, so a function of one file is used in another. The joined scripts are
written to a temporary folder. `tools/oxlint.json` holds the rules.
"""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pages.components
from pages.components.browser import SCRIPTS
from web import browser_scripts
from web.streamlit_shell import pwa

RULES = Path(__file__).with_name("oxlint.json")
_SHELL = Path(pwa.__file__).parent


def served() -> dict[str, str]:
    """Return every script as browsers get it, by its name: those of the elements, and those of the app itself."""
    for module in pkgutil.walk_packages(pages.components.__path__, "pages.components."):
        importlib.import_module(module.name)
    own = [*sorted(_SHELL.glob("*.js")), browser_scripts.SCRIPTS[browser_scripts.WORKER]]
    return dict(SCRIPTS) | {path.stem: path.read_text(encoding="utf-8") for path in own}


def lint(scripts: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Return what oxlint finds in scripts; its exit code is 0 if that is nothing."""
    with TemporaryDirectory() as folder:
        for name, text in scripts.items():
            (Path(folder) / f"{name}.js").write_text(text, encoding="utf-8")
        command = [str(Path(sys.executable).with_name("oxlint")), "--config", str(RULES), "--deny-warnings", "."]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def main() -> int:
    """Print what is found, and return the exit code."""
    found = lint(served())
    print(found.stdout + found.stderr)
    return found.returncode


if __name__ == "__main__":
    sys.exit(main())
