"""What the simulated people wear and look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Outfit:
    """Colours (sRGB: red, green, blue, 0 to 1) and cuts.

    Attributes
    ----------
    sleeve : float
        How far the sleeve reaches, in lengths of the upper arm; 0 for none.
    legwear : {'shorts', 'tights', 'short tights'}
        What the legs wear.
    hem : float
        Where shorts end, as a share of the way from the knee up to the hip.
    loose : float
        How wide shirt and shorts are; 1 is usual.
    ponytail : bool
        Long hair, tied.
    """

    shirt: Colour = (0.80, 0.22, 0.16)
    bottom: Colour = (0.10, 0.12, 0.18)
    shoe: Colour = (0.10, 0.50, 0.55)
    sole: Colour = (0.88, 0.88, 0.86)
    sock: Colour = (0.88, 0.88, 0.88)
    skin: Colour = (0.80, 0.58, 0.47)
    hair: Colour = (0.12, 0.08, 0.06)
    sleeve: float = 0.55
    legwear: Literal["shorts", "tights", "short tights"] = "shorts"
    hem: float = 0.55
    loose: float = 1.0
    ponytail: bool = False


OUTFITS = {
    "red shirt": Outfit(),
    "tights and top": Outfit(
        shirt=(0.25, 0.42, 0.70), bottom=(0.05, 0.05, 0.06), legwear="tights", sleeve=0.0, shoe=(0.80, 0.30, 0.45),
        hair=(0.30, 0.20, 0.12), skin=(0.86, 0.66, 0.55), ponytail=True,
    ),
    "wide and white": Outfit(
        shirt=(0.88, 0.88, 0.86), bottom=(0.35, 0.36, 0.38), sleeve=0.75, loose=1.6, hem=0.35, shoe=(0.20, 0.20, 0.22),
        skin=(0.45, 0.29, 0.21), hair=(0.04, 0.03, 0.03),
    ),
    "long sleeves": Outfit(
        shirt=(0.16, 0.18, 0.21), bottom=(0.12, 0.20, 0.45), sleeve=1.8, legwear="short tights", hem=0.25,
        shoe=(0.90, 0.85, 0.30), hair=(0.50, 0.38, 0.22), ponytail=True,
    ),
    "singlet": Outfit(
        shirt=(0.75, 0.80, 0.25), bottom=(0.55, 0.12, 0.12), sleeve=0.0, hem=0.70, loose=1.2, shoe=(0.85, 0.40, 0.10),
        skin=(0.62, 0.43, 0.33), hair=(0.06, 0.05, 0.04),
    ),
    "violet shirt": Outfit(
        shirt=(0.55, 0.25, 0.55), bottom=(0.13, 0.13, 0.15), legwear="tights", sleeve=0.5, shoe=(0.90, 0.90, 0.90),
        skin=(0.82, 0.62, 0.50), hair=(0.20, 0.12, 0.08), ponytail=True,
    ),
}  # fmt: skip
