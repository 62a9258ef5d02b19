"""The language of an address: chosen by a link, kept by a cookie, otherwise the browser's; and where pages set it."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from core.i18n.translate import current
from core.paths import ROOT
from web.languages import COOKIE, Languages


def ask(path="/check", query="", **headers):
    """Send one request and return the status, the headers and the text of its answer."""
    said = []

    async def says_its_language(scope, receive, send):
        await PlainTextResponse(current())(scope, receive, send)

    async def note(message):
        said.append(message)

    named = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip
    asyncio.run(Languages(says_its_language)(scope, None, note))
    return said[0]["status"], Headers(raw=said[0]["headers"]), said[1]["body"].decode()


def test_the_browsers_own_language_is_spoken():
    assert ask(accept_language="es-MX,es;q=0.9")[2] == "es"
    assert ask(accept_language="de")[2] == "en"
    assert current() == "en"


def test_a_link_chooses_a_language_and_leads_back_to_the_same_place():
    status, headers, _ = ask("/results", "job=abc&lang=es&x=%C3%B1")
    assert status == 303
    assert headers["location"] == "/results?job=abc&x=%C3%B1"
    assert headers["set-cookie"].startswith(f"{COOKIE}=es; HttpOnly; Max-Age=31536000")
    assert ask("/results", accept_language="en", cookie=f"{COOKIE}=es")[2] == "es"


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "/\\elsewhere.example", "///elsewhere.example"])
def test_no_link_leads_to_another_site(path):
    location = ask(path, "lang=es")[1]["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_a_language_that_is_not_spoken_is_no_choice():
    assert ask(query="lang=xx")[::2] == (200, "en")


PAGES = sorted([ROOT / "home.py", *(ROOT / "pages").glob("[a-z]*.py")])
DRAWING = sorted((ROOT / "pages").rglob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_sets_the_language_before_it_uses_a_word(path: Path) -> None:
    begins = [
        node for node in ast.parse(path.read_text(encoding="utf-8")).body if not isinstance(node, ast.FunctionDef)
    ]
    frame = next(place for place, node in enumerate(begins) if "frame(" in ast.unparse(node).partition("\n")[0])
    assert ast.unparse(begins[frame]).startswith("frame(marked(")
    before = [ast.unparse(node) for node in begins[:frame]]
    assert not [text for text in before if re.search(r"\b(_|n?gettext)\(", text)]


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_fragment_sets_the_language_first(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any("fragment" in ast.unparse(one) for one in node.decorator_list):
            assert ast.unparse(node.body[1]) == "language.enter()", node.name
