"""Every claim of the two articles can be found by a runner, on the page and under the key that docs/articles.md gives."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.knowledge import Knowledge, load
from core.paths import ROOT
from pages.components.session import KEY
from tests.pages.conftest import text_of
from tests.pages.test_pages import add_job

KNOWN = load()
ROWS = re.findall(
    r"^\| (.+?) \| (\w+) \| `([\w.]+)` \| (.+?) \|$",
    (ROOT / "docs" / "articles.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
PAGES = sorted({page for _claim, page, _key, _words in ROWS})


def at_key(known: Knowledge, path: str) -> str:
    """Return the text under a dotted key of the knowledge."""
    value: Any = known
    for name in path.split("."):
        value = value[name] if hasattr(value, "keys") else getattr(value, name)
    return value if isinstance(value, str) else " ".join(value)


def test_the_table_is_whole():
    assert len(ROWS) >= 35
    assert {"explain", "plan", "results"} <= set(PAGES)
    articles = {key for key, row in KNOWN.differences.items() if {"tait_hips", "nelson_hips"} & set(row.claim_sources)}
    told = {path.split(".")[1] for _claim, _page, path, _words in ROWS if path.startswith("differences")}
    assert told == articles


@pytest.mark.parametrize(("claim", "page", "key", "words"), ROWS, ids=[row[2] for row in ROWS])
def test_the_claim_is_in_the_knowledge(claim, page, key, words):
    assert words in at_key(KNOWN, key), claim


@pytest.mark.parametrize("page", PAGES)
def test_the_claims_are_on_their_page(page, visit, store):
    at = visit(f"pages/{page}.py", **{KEY: add_job(store, "done")})
    if page == "plan":
        at.checkbox(key="none-of-these").check().run()
    text = text_of(at)
    assert [claim for claim, where, _key, words in ROWS if where == page and words not in text] == []
