"""Build `assets/fonts/figtree-*.ttf`, the two weights of our font for drawings, share cards and the PDF.

The pages' font is a variable WOFF2 file for each of two sets of letters; what draws asks for a TTF file for each weight, with all
letters. Same letters, same outlines.

    uv run --no-project --isolated --python 3.11 --with "fonttools[woff]" python -m tools.build_paper_fonts
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from core.paths import ROOT

VARIABLE = tuple(ROOT / "static" / "fonts" / f"figtree-{part}.woff2" for part in ("latin", "latin-ext"))
WEIGHTS = {"Regular": 400, "Bold": 700}


def static(path: Path, weight: int, without: set[int]) -> TTFont:
    """Return one weight of a variable font, without some letters and without what only a variable font needs."""
    font = instantiateVariableFont(TTFont(path, recalcTimestamp=False), {"wght": weight})
    font.flavor = None
    subsetter = Subsetter(
        Options(layout_features=["kern"], hinting=False, notdef_outline=True, drop_tables=["STAT", "GDEF"])
    )
    subsetter.populate(unicodes=font.getBestCmap().keys() - without)
    subsetter.subset(font)
    return font


def merged(weight: int, folder: Path) -> TTFont:
    """Return one weight with the letters of all parts; a letter is taken from the first part that has it."""
    letters: set[int] = set()
    files = []
    for path in VARIABLE:
        part = static(path, weight, letters)
        letters |= part.getBestCmap().keys()
        files.append(str(folder / f"{path.stem}.ttf"))
        part.save(files[-1])
    font = Merger().merge(files)
    for time in ("created", "modified"):
        setattr(font["head"], time, getattr(part["head"], time))
    font.recalcTimestamp = False
    return font


def main() -> None:
    """Write one file for each weight."""
    for name, weight in WEIGHTS.items():
        with tempfile.TemporaryDirectory() as folder:
            font = merged(weight, Path(folder))
        for number, text in ((1, "Figtree"), (2, name), (4, f"Figtree {name}"), (6, f"Figtree-{name}")):
            font["name"].setName(text, number, 3, 1, 0x409)  # what draws looks for family and weight
        font.save(ROOT / "assets" / "fonts" / f"figtree-{name.lower()}.ttf")


if __name__ == "__main__":
    main()
