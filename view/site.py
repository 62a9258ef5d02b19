"""The site's own words: what it promises, what it is not, and its main pages."""

from __future__ import annotations

from core.i18n.translate import marked

WELLNESS = marked(
    "For general fitness and education. Not medical advice, does not diagnose or treat. "
    "If it hurts, stop and ask a clinician."
)

PROMISE = marked(
    "Film **one side-on clip** with your phone. A minute or so later, read your **forward lean**, your "
    "**leg extension** and a dozen more figures, each with how sure it is, and what you could train."
)

LINKS = (
    ("pages/record.py", marked("Film")),
    ("pages/check.py", marked("Check")),
    ("pages/explain.py", marked("Why")),
    ("pages/strength.py", marked("Tests")),
    ("pages/plan.py", marked("Plan")),
    ("pages/about.py", marked("About")),
)
