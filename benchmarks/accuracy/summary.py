"""The few lines of the benchmark that a runner reads on the About page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.accuracy import lab_rows, marked_clips, marked_tables, rendered, simulated
from benchmarks.score import FigureScore, calibration_columns
from core import knowledge
from core.i18n.message import Message, Rounded
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN, marked
from core.model.amounts import with_sign
from core.model.measures import MeasureKey, Unit

UNITS: dict[MeasureKey, Unit] = {"cadence": "spm", "contact_time": "ms"}
"""What a figure's error is counted in, where it is not degrees."""

LAB, DRAWN, EYE = _("lab"), _("drawn runner"), _("marks by eye")
SHOWN: tuple[tuple[MeasureKey, tuple[Message, ...]], ...] = (
    ("trunk_lean", (DRAWN, LAB, EYE)),
    ("leg_extension", (DRAWN, LAB)),
    ("leg_extension_at_toe_off", (DRAWN, LAB, EYE)),
    ("hip_ankle_extension", (DRAWN, LAB, EYE)),
    ("knee_flexion_contact", (DRAWN, LAB)),
    ("contact_time", (DRAWN, LAB)),
    ("cadence", (DRAWN, LAB, EYE)),
)
SAYS = _("""We measured clips where the truth is known.

- **Drawn runner**: a cartoon runner that we draw, so we know every angle exactly. Seen from the side, 60 pictures a second.
- **Lab**: people who run on plates that feel each step, as their joints were tracked there. We add the kind of mistakes that a
  pose model makes.
- **Marks by eye**: real phone clips. Two people marked the joints, or counted the steps. They differ by one to two degrees
  themselves, and for lean they marked the near shoulder, which swings.

*Typical error* is how far a clip's figure is off, on average. *Truth inside ±* is how often the truth lay inside the ± that we
print; we aim for 90 %. The number of clips stands in brackets.
""")


@dataclass(kw_only=True)
class Outcomes:
    """What came of each part; empty where it was not run."""

    lab: list[lab_rows.Outcome] = field(default_factory=list)
    drawn: list[simulated.Outcome] = field(default_factory=list)
    clips: list[marked_clips.Outcome] = field(default_factory=list)
    mesh: list[rendered.Outcome] = field(default_factory=list)


def _scores(outcomes: Outcomes, figure: MeasureKey) -> dict[Message, list[FigureScore]]:
    """Return a figure's scores by truth: the drawn runner side-on, the lab with a pose model's errors, the eye."""
    side_on = [o for o in outcomes.drawn if o.case.row == simulated.SIDE_ON]
    posed = [o for o in outcomes.lab if o.case.noise == "pose-shaped"]
    by_eye = [s for o in outcomes.clips for s in o.marked]
    by_eye += [marked_tables.cadence_score(o) for o in outcomes.clips if o.clip.counted and o.refused is None]
    return {
        DRAWN: [s for o in side_on for s in o.figures if s.figure == figure],
        LAB: [s for o in posed for s in o.figures[lab_rows.OURS] if s.figure == figure],
        EYE: [s for s in by_eye if s.figure == figure],
    }


def _row(figure: MeasureKey, truth: Message, scores: Sequence[FigureScore]) -> dict[str, Message] | None:
    """Return a row for the page, or None where nothing was measured."""
    errors = [abs(score.error) for score in scores if score.value is not None]
    if not errors:
        return None
    unit = UNITS.get(figure, "deg")
    held = calibration_columns(scores)["hold the truth %"]
    return {
        marked("Figure"): Message(knowledge.load(language=WRITTEN_IN).measures[figure].name),
        marked("Against"): Message("{truth} ({n})", {"truth": truth, "n": len(errors)}),
        marked("Typical error"): with_sign(Rounded(float(np.mean(errors)), 0 if unit == "ms" else 1), unit),
        marked("Truth inside ±"): Message("–") if held is None else with_sign(Rounded(float(held), 0), "%"),
    }


def for_runners(outcomes: Outcomes) -> tuple[Message, list[dict[str, Message]]]:
    """Return what the table shows, in plain words, and its rows, each with its cells by the titles of their columns."""
    rows = []
    for figure, truths in SHOWN:
        scores = _scores(outcomes, figure)
        rows += [row for truth in truths if (row := _row(figure, truth, scores[truth])) is not None]
    return SAYS, rows
