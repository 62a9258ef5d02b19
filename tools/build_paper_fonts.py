"""Build `assets/fonts/figtree-*.ttf`, the two weights of our font that go on paper.

The pages' font is one variable WOFF2 file; a PDF asks for a TTF file for each weight. Same letters, same outlines.

    uv run --no-project --isolated --python 3.11 --with "fonttools[woff]" python tools/build_paper_fonts.py
"""

from __future__ import annotations

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from core.paths import ROOT

VARIABLE = ROOT / "static" / "fonts" / "figtree-latin.woff2"
WEIGHTS = {"regular": 400, "bold": 700}


def main() -> None:
    """Write one file for each weight."""
    folder = ROOT / "assets" / "fonts"
    folder.mkdir(exist_ok=True)
    for name, weight in WEIGHTS.items():
        font = instantiateVariableFont(TTFont(VARIABLE, recalcTimestamp=False), {"wght": weight})
        font.flavor = None
        font.save(folder / f"figtree-{name}.ttf")


if __name__ == "__main__":
    main()
