"""Build `static/fonts/icons.woff2`: of the icon font that comes with Streamlit, the icons that the pages and Streamlit name.

The whole font holds four thousand icons in 375 kB, and the pages show forty. An icon is a ligature: its name, written in the
font. Kept are all names that our pages write, and all that stand as a word of their own in Streamlit's scripts.

    uv run --no-project --isolated --python 3.11 --with "fonttools[woff]" --with streamlit==1.67.0 python -m tools.build_icon_font
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import streamlit
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from core.paths import ROOT

STREAMLIT = Path(streamlit.__file__).parent / "static" / "static"
FONT = ROOT / "static" / "fonts" / "icons.woff2"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


class Ligature(Protocol):
    """An icon in the font: the glyphs of its name after the first."""

    Component: list[str]


def wanted() -> set[str]:
    """Return every word that may be an icon's name."""
    pages = [ROOT / "home.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "view").rglob("*.py")]
    ours = {name for page in pages for name in re.findall(r":material/(\w+):", page.read_text(encoding="utf-8"))}
    scripts = (script.read_text(encoding="utf-8") for script in (STREAMLIT / "js").glob("*.js"))
    return ours.union(*(re.findall(r"""[`'"/:]([a-z0-9_]+)[`'":]""", script) for script in scripts))


def ligatures(font: TTFont) -> Iterator[dict[str, list[Ligature]]]:
    """Give the font's ligatures, by first letter."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            yield getattr(table, "ExtSubTable", table).ligatures


def main() -> None:
    """Write the font."""
    whole = next((STREAMLIT / "media").glob("MaterialSymbols-Rounded.*.woff2"))
    font, names = TTFont(whole, recalcTimestamp=False), wanted()
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    for table in ligatures(font):
        for first, found in table.items():
            table[first] = [
                one for one in found if "".join(letters.get(glyph, "") for glyph in (first, *one.Component)) in names
            ]
    subsetter = Subsetter(Options(layout_features=["*"], glyph_names=False))
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(FONT)
    print(f"{FONT.relative_to(ROOT)}: {FONT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
