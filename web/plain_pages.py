"""The plain pages that the server renders itself: one set of templates, in the colours of the app."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.i18n.translate import current, gettext
from core.paths import ROOT
from view.drawing import runner

_THEME = ROOT / ".streamlit" / "config.toml"

PALETTE = runner.Palette(**{name: f"var(--{name})" for name in ("ink", "far", "line", "ground", "accent", "paper")})
"""For drawings within a page, whose style sheet sets light or dark colours."""


@cache
def colours() -> dict[str, dict[str, str]]:
    """Return the app's colours by theme and name, from its theme and its drawings."""
    theme = tomllib.loads(_THEME.read_text(encoding="utf-8"))["theme"]
    own = {"light": runner.LIGHT, "dark": runner.DARK}
    return {
        name: asdict(palette)
        | {
            "page": theme[name]["backgroundColor"],
            "edge": theme[name]["borderColor"],
            "soft": theme[name]["grayTextColor"],
            "on-accent": "#FFFFFF" if name == "light" else palette.paper,
        }
        for name, palette in own.items()
    }


@cache
def pages() -> Environment:
    """Return the templates of `web/templates`; they escape inserted values, and their words are in the visitor's language."""
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"colours": colours(), "_": gettext, "language": current}
    return made
