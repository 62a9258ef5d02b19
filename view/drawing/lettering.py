"""Our font inside our drawings: an SVG shown as an image cannot use its page's fonts, so it embeds the letters it needs.

Programs that draw an SVG on the server read the font from `FILES` instead.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache, lru_cache
from html import unescape

from core.paths import ROOT

FAMILY = "Figtree"

FILES = tuple(ROOT / "assets" / "fonts" / f"figtree-{weight}.ttf" for weight in ("regular", "bold"))
"""The regular and the bold font, with all letters that we can write."""

_BOLD_FROM = 600
_ALWAYS = " 0123456789.,−°±"  # drawings that differ only in their numbers then share a font
_TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
_WEIGHT = re.compile(r'font-weight="(\d+)"')


def faces(inside: str) -> str:
    """Return the font of a drawing's words as an SVG style, each weight with its own letters; '' if there are no words."""
    letters: dict[bool, set[str]] = {}
    for attributes, words in _TEXT.findall(inside):
        weight = _WEIGHT.search(attributes)
        letters.setdefault(weight is not None and int(weight[1]) >= _BOLD_FROM, set(_ALWAYS)).update(unescape(words))
    if not letters:
        return ""
    return f"<style>{''.join(_face(bold, ''.join(sorted(used))) for bold, used in sorted(letters.items()))}</style>"


def _face(bold: bool, letters: str) -> str:
    weights = f"{_BOLD_FROM} 1000" if bold else f"1 {_BOLD_FROM - 1}"
    source = f"data:font/woff;base64,{_subset(bold, letters)}"
    return f'@font-face{{font-family:{FAMILY};font-weight:{weights};src:url("{source}") format("woff")}}'


@lru_cache(maxsize=1024)
def _subset(bold: bool, letters: str) -> str:
    """Return a font with only these letters, as WOFF in base64."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(
        flavor="woff",
        layout_features=["kern"],
        hinting=False,
        name_IDs=[],
        notdef_outline=True,
        drop_tables=["STAT", "GDEF"],
    )
    font = TTFont(FILES[bold], recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return base64.b64encode(out.getvalue()).decode()


def width(words: str, size: float, *, bold: bool) -> float:
    """Return the width of a line, without the kerning, which makes it slightly narrower."""
    return sum(_advances(bold).get(letter, 0.0) for letter in words) * size


def writable(words: str) -> bool:
    """Return whether our font has every letter of a text."""
    return set(words) <= _advances(False).keys()


@cache
def _advances(bold: bool) -> dict[str, float]:
    """Return the width of each letter of a font, as a share of the font's size."""
    from fontTools.ttLib import TTFont

    font = TTFont(FILES[bold])
    widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
    return {chr(code): widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}
