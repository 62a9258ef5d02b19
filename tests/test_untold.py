"""Every sentence that a person reads goes through the catalogue: no literal and no f-string for people stands outside `_()`.

A string counts as written for people by what it looks like and by where it goes:

- anywhere: two words of letters, one after the other;
- in a call that shows words (an error with `what` and `advice`, an element of a page): a single word will do.

What is not for people is told by its place: the documentation, messages of bugs and the log, what is wrong inside a knowledge
file, the options of the command line (which speaks English); and what is no prose by its form: markup, styles, scripts, SQL,
patterns, names and paths.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.paths import ROOT

FILES = sorted(
    [*ROOT.glob("*.py"), *(path for part in ("core", "view", "pages", "web") for path in (ROOT / part).rglob("*.py"))]
)

CATALOGUE = {"_", "gettext", "marked", "ngettext", "plural_message"}

SHOWS = re.compile(
    r"^(?:\w*(?:Refused|Stopped|Error|Answer|Found|Full)|_?bad\w*|_check|server_fault)$"
    r"|^(?:st|column|left|right|row|paper|sheet)\.(?!html|container|columns|query_params|switch_page|page_link|set_page_config"
    r"|cache\w*|context|components|logo|session_state|fragment|tabs|rerun|stop|plotly_chart)\w+$"
)
"""Calls whose arguments are shown: errors for people by how they are named, and elements of a page."""

BUGS = {
    "ValueError", "KeyError", "TypeError", "RuntimeError", "AssertionError", "OSError", "PermissionError", "NotImplementedError",
    "AttributeError", "FileNotFoundError",
}  # fmt: skip
NOT_PEOPLE = re.compile(
    r"^broken_file$|^(?:log|logging|logger|_log)\.\w+$|\.(?:exec_driver_sql|execute|execution_options|encode|get|set_variation_by_axes)$"
    r"|^re\.\w+$|^(?:sa|op)\.\w+$|^(?:cast|text|element|Path|TypeVar|lazily|ContextVar|setattr|getattr|open|Document)$"
    r"|^(?:\w+Family|Summary|Gauge|Counter)\w*$|add_argument$|ArgumentParser$|^(?:_command|command)$|^parser\.error$"
    r"|components\.v2\.component$|resolve_name$|with_name$|format_(?:date|skeleton)$|^calendar\.add$"
)
KEYWORDS = {
    "key", "icon", "file_name", "mime", "type", "width", "height", "on_click", "kind", "format", "anchor", "gap", "color",
    "autocomplete", "vertical_alignment", "horizontal_alignment", "label_visibility", "metavar", "server_default", "comment",
}  # fmt: skip
"""Arguments that are names to a library, wherever they stand."""

WORDS = re.compile(r"(?<![\w./:=#$%\-{])[A-Za-zÀ-ÿ][a-zà-ÿ’']+[,;:.]? +(?:[A-Za-zÀ-ÿ][a-zà-ÿ’']+|a|I)(?![\w/=(\-])")
ONE_WORD = re.compile(r"(?<![\w./:=#$%\-{`])[A-Za-zÀ-ÿ][a-zà-ÿ]{2,}(?![\w/=(:\-])")
NO_PROSE = re.compile(
    r"[<>]|\{[^}]*[:;][^}]*\}|function |=>|;\s*\w+:|\b(?:SELECT|PRAGMA|BEGIN|READ)\b|\\[wds]|=\"|^import |^from [\w.]+ import|url\("
    r"|^[\w-]+=|^--|text/|&\w+;|^[\w/]+\.py$|-src '|max-age="
)
NAMES = re.compile(r"Stride Check|Figtree")
"""What is called the same in every language."""

COMMAND_LINE = {"core/cli/main.py", "core/cli/measuring.py"}
"""Where `print` speaks to whoever runs a server, in English."""

LOGGED = {"web/quiet_log.py"}
"""What writes log lines only."""

FORMATS = {"core/exchange/landmark_names.py", "core/exchange/opensim.py"}
"""What writes and reads files of other programs: their names and headers are English in every language."""


def shown_as(node: ast.AST) -> str:
    """Return the words of a string, `{}` in place of what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)


def callers(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[str, str | None]]:
    """Yield the calls that a string is an argument of, the nearest first, each with the keyword it is given by."""
    keyword = None
    while node in parents:
        child, node = node, parents[node]
        if isinstance(node, ast.keyword):
            keyword = node.arg
        if isinstance(node, ast.Call) and child is not node.func:
            yield ast.unparse(node.func), keyword
        if isinstance(node, ast.Call):
            keyword = None
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            return


def of_no_value(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a string says nothing to anybody: documentation, a comparison, a key, a part of another string."""
    parent = parents.get(node)
    if isinstance(parent, (ast.Expr, ast.Compare, ast.Subscript, ast.JoinedStr, ast.Assert)):
        return True
    if isinstance(parent, ast.Dict) and node in parent.keys:
        return True
    if isinstance(parent, ast.Tuple) and isinstance(parents.get(parent), ast.Subscript):
        return True  # `Literal["one", "another"]`
    return isinstance(node, ast.Constant) and isinstance(parent, ast.FormattedValue)


def untold(source: str, name: str = "core/any.py") -> list[str]:
    """Return the strings for people in a module's source that the catalogue does not know."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        if not is_text or of_no_value(node, parents):
            continue
        text, calls = shown_as(node), list(callers(node, parents))
        functions = [function for function, _ in calls]
        if any(function in CATALOGUE or function in BUGS or NOT_PEOPLE.search(function) for function in functions):
            continue
        if name in LOGGED | FORMATS or (name in COMMAND_LINE and "print" in functions):
            continue
        if calls and calls[0][1] in KEYWORDS:
            continue
        words = NAMES.sub("", text)
        # A single small word alone is the name of something; shown, it would begin with a capital or stand beside a number.
        one = bool(functions and SHOWS.search(functions[0])) and not re.fullmatch(r"[a-z_]*", words)
        if not NO_PROSE.search(words) and (ONE_WORD if one else WORDS).search(words):
            found.append(f"{node.lineno}: {text!r}".replace("\\x00", "{}"))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_said_outside_the_catalogue(path: Path) -> None:
    assert untold(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))) == []


@pytest.mark.parametrize(
    "line",
    [
        'raise QueueFull(f"{most} of your clips are waiting already.", minutes(1))',
        "advice = f\"Please try again in about {n} minute{'s' * (n > 1)}.\"",
        'what = "Something went wrong on the server."',
        'raise SetUpError(f"STRIDE_MEDIA_URL begins with {scheme!r}.", "It has to begin with file:// or s3://.")',
        'raise Refused("side_on", _("Seen."), "Film again.")',
        'st.button("Start")',
        'st.markdown(f"**{n}** steps")',
        'st.warning("Choose your clip", title=_("Clip"))',
        'words = {"left": "left leg nearest the camera"}',
        'return f"{angle:.0f} degrees forward"',
        'return "one stride" if n == 1 else f"{n} strides"',
        'parts.append("no " + "tilt was seen")',
        'raise BadAnswer("Wrong.", _("Again."))',
        'return " and ".join(("first word", "second word"))',
    ],
)
def test_the_guard_bites(line: str) -> None:
    assert untold(f"def f():\n    {line}\n")


@pytest.mark.parametrize(
    "line",
    [
        'raise QueueFull(ngettext("{n} clip waits.", "{n} clips wait.", n), minutes(1))',
        'raise ValueError("expected at least two values")',
        'log.info("the clock removed %s", gone)',
        'st.button(_("Start"), type="primary", icon=":material/videocam:", key="start-it")',
        "return f'<text x=\"{x}\">{told}</text>'",
        'path = "pages/check.py"',
        'if name == "body weights": return',
        'return _(VERDICTS["too close"])',
    ],
)
def test_the_guard_lets_be_what_is_not_for_people(line: str) -> None:
    assert not untold(f"def f():\n    {line}\n")
