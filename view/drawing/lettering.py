"""Our font inside our drawings: an SVG shown as an image cannot use its page's fonts, so it embeds the letters it needs."""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from html import unescape

from core.paths import ROOT

FAMILY = "Figtree"

_FONTS = ROOT / "assets" / "fonts"
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
    source = f"data:font/woff;base64,{_subset('bold' if bold else 'regular', letters)}"
    return f'@font-face{{font-family:{FAMILY};font-weight:{weights};src:url("{source}") format("woff")}}'


@lru_cache(maxsize=1024)
def _subset(name: str, letters: str) -> str:
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
    font = TTFont(_FONTS / f"figtree-{name}.ttf", recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return base64.b64encode(out.getvalue()).decode()
