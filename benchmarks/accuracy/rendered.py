"""The runner with a human body, end to end: rendered, encoded, followed by the pose model, measured.

The absolute lean and thigh angles are not scored: where "the hip" is in a body moves them by several degrees. Scored are refusals,
the near leg, cadence, contact time, the estimate of the view, the correction of the roll, and how measures change if only one
thing changes.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from core.errors import Refused
from core.gait.body import view_angle_deg
from core.model.measures import Measure, MeasureKey, value_of
from core.model.report import Answers
from core.model.tracks import Side
from core.report.pipeline import analyse
from simulation import Scene, Stride
from simulation.mesh import BODIES, OUTFITS, MeshScene, mesh_truth

Surface = Literal["treadmill", "ground"]
Kind = Literal["body", "outfit", "view", "roll", "speed", "light", "hidden", "lean", "extension"]

BASE = Scene(
    stride=Stride(speed_mps=3.0, lean_deg=6.0, extension_deg=17.0),
    size_wh_px=(432, 768),
    runner_px=450.0,
    duration_s=3.6,
    exposure_s=0.003,
    blur_px=0.5,
    noise=2.5,
)
CHANGE_DEG = 4.0
VIEWS_DEG, ROLLS_DEG, SPEEDS_MPS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0), (-6.0, -3.0, 3.0, 6.0), (2.4, 3.6, 4.2)
QUICK = ("m_avg", "f_slim")
"""Whose clips a quick look takes."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A clip: what it differs in from its body's plain clip, how, and what is rendered."""

    kind: Kind
    what: str
    made: MeshScene


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a case.

    Attributes
    ----------
    case : Case
        The clip.
    truth : dict of str to float
        The motion's measures.
    refused : str, optional
        The check that refused the clip.
    warned : tuple of str
        The checks that warned.
    near_right : bool
        Whether facing and near side are the true ones.
    view_deg : float, optional
        The estimate of the view; None if there is none.
    roll_deg : float
        The camera roll that the angles were corrected for, + if the ground seems to fall ahead of the runner.
    measures : dict of str to Measure
        The report's measures; empty if the clip was refused.
    """

    case: Case
    truth: dict[str, float]
    refused: str | None = None
    warned: tuple[str, ...] = ()
    near_right: bool = False
    view_deg: float | None = None
    roll_deg: float = 0.0
    measures: Mapping[MeasureKey, Measure] = field(default_factory=dict)

    def value(self, key: MeasureKey) -> float | None:
        """Return what was measured; None if it was withheld or the clip refused."""
        found = self.measures.get(key)
        return None if found is None else value_of(found)


def can_render() -> bool:
    """Return whether the extra `tools` is installed."""
    return importlib.util.find_spec("numba") is not None


def plain(number: int) -> Case:
    """Return a body's plain clip: side-on, with an outfit of its own, on the treadmill or outdoors, facing either way."""
    facing: Side = "left" if number % 4 == 1 else "right"
    surface: Surface = "ground" if number % 3 == 1 else "treadmill"
    scene = replace(BASE, facing=facing, surface=surface, start=0.13 * number, seed=7 + number)
    made = MeshScene(scene=scene, body=BODIES[number], outfit=list(OUTFITS)[number])
    return Case(kind="body", what="side-on", made=made)


def _but(kind: Kind, what: str, number: int, *, scene: dict[str, Any] | None = None, **made: Any) -> Case:
    """Return a body's plain clip with something changed."""
    base = plain(number).made
    return Case(kind=kind, what=what, made=replace(base, scene=replace(base.scene, **(scene or {})), **made))


def _of_body(number: int) -> Iterator[Case]:
    """Yield a body's plain clip, its two changes, and its share of the views, rolls and speeds."""
    stride, away = BASE.stride, 1.0 if number % 2 else -1.0
    assert stride.extension_deg is not None
    yield plain(number)
    leaning = Stride(speed_mps=3.0, lean_deg=stride.lean_deg + CHANGE_DEG, extension_deg=stride.extension_deg)
    further = Stride(speed_mps=3.0, lean_deg=stride.lean_deg, extension_deg=stride.extension_deg + CHANGE_DEG)
    yield _but("lean", f"lean {CHANGE_DEG:+g}", number, scene={"stride": leaning})
    yield _but("extension", f"extension {CHANGE_DEG:+g}", number, scene={"stride": further})
    for at, view_deg in enumerate(VIEWS_DEG):
        if at % 3 == number % 3:
            yield _but("view", f"view {view_deg:g}", number, scene={"view_angle_deg": away * view_deg})
    for at, roll_deg in enumerate(ROLLS_DEG):
        if at % 3 == number % 3:
            yield _but("roll", f"roll {roll_deg:+g}", number, scene={"roll_deg": roll_deg})
    if number % 3 == 0:
        for speed_mps in SPEEDS_MPS:
            yield _but(
                "speed", f"{speed_mps:g} m/s", number, scene={"stride": Stride(speed_mps=speed_mps, lean_deg=6.0)}
            )


def _one_thing(number: int) -> Iterator[Case]:
    """Yield clips of one body in other outfits, in other light, blurred, and partly hidden."""
    for outfit in OUTFITS:
        if outfit != plain(number).made.outfit:
            yield _but("outfit", outfit, number, outfit=outfit)
    for light in ("sun", "behind", "dim"):
        yield _but("light", light, number, light=light)
    yield _but("light", "blurred", number, scene={"exposure_s": 1 / 60, "blur_px": 1.2})
    yield _but("hidden", "handrail", number, handrail=True)
    yield _but("hidden", "passer-by", number, passer_by=True)


def grid(*, quick: bool = False) -> list[Case]:
    """Return all clips, 57 of them; or for a quick look two bodies' own, 15."""
    if quick:
        return [case for name in QUICK for case in _of_body(BODIES.index(name))][:15]
    return [case for number in range(len(BODIES)) for case in _of_body(number)] + list(_one_thing(0))


def run(case: Case) -> Outcome:
    """Render a case and measure it."""
    from simulation.mesh import render_clip  # needs numba

    truth = mesh_truth(case.made)
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        render_clip(clip, case.made)
        try:
            found = analyse(clip, Answers())
        except Refused as refused:
            return Outcome(case=case, truth=truth.figures, refused=refused.key)
    report = found.report
    return Outcome(
        case=case,
        truth=truth.figures,
        warned=tuple(check.key for check in report.quality if check.severity == "warn"),
        near_right=(report.facing, report.near_side) == (truth.facing, truth.near_side),
        view_deg=view_angle_deg(found.track),
        roll_deg=found.roll_deg,
        measures=report.measures,
    )


def fall_deg(made: MeshScene) -> float:
    """Return the camera's roll, + if the ground seems to fall ahead of the runner."""
    return made.scene.roll_deg * (1 if made.scene.facing == "right" else -1)


def run_all(cases: list[Case], processes: int = 2) -> list[Outcome]:
    """Run cases on several processes, in order."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, cases))
