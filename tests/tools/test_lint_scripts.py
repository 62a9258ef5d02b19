"""The scripts of the pages, linted as browsers get them."""

from __future__ import annotations

import pytest

from core.paths import ROOT
from tools.lint_scripts import lint, served


def test_nothing_is_found_in_the_scripts():
    found = lint(served())
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("rule", "script"),
    [
        ("no-undef", "absent();"),
        ("no-unused-vars", "function used() { return 1; }\nfunction unused() { return used(); }"),
        ("no-unsafe-negation", "export const odd = !window in document;"),
        ("Identifier `twice` has already been declared", "const twice = 1;\nconst twice = 2;\nexport { twice };"),
    ],
)
def test_a_fault_is_found(rule, script):
    found = lint({"faulty": script})
    assert found.returncode != 0
    assert rule in found.stdout


def test_no_script_is_left_out():
    together = "\n".join(served().values())
    folders = (ROOT / "pages" / "components", ROOT / "web" / "streamlit_shell")
    files = [path for folder in folders for path in folder.rglob("*.js")]
    assert len(files) > 15
    assert [path.name for path in files if path.read_text(encoding="utf-8") not in together] == []
