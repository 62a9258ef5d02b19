"""What is filmed of a person with a human body: the scenes of the drawn runner, with a body, clothes and light."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from simulation.mesh.bodies import BodyMesh, body_mesh
from simulation.motion import Motion
from simulation.scene import Scene
from simulation.stride import Stride
from simulation.truth import Truth, truth_of


@dataclass(frozen=True, kw_only=True)
class MeshScene:
    """A clip to render.

    Attributes
    ----------
    scene : Scene
        What the drawn runner's scene has too. The stride takes the body's height and proportions.
    body : str
        One of `BODIES`.
    outfit : str
        One of `OUTFITS`.
    light : str
        One of `LIGHTS`.
    handrail : bool
        The treadmill's near handrail covers a part of the runner.
    passer_by : bool
        Another person walks by behind the runner.
    """

    scene: Scene = field(default_factory=Scene)
    body: str = "m_avg"
    outfit: str = "red shirt"
    light: str = "even"
    handrail: bool = False
    passer_by: bool = False

    def __post_init__(self) -> None:
        stride = stride_of(body_mesh(self.body), self.scene.stride)
        object.__setattr__(self, "scene", replace(self.scene, stride=stride))


def stride_of(body: BodyMesh, stride: Stride) -> Stride:
    """Return the stride with the height and proportions of a body; what is a share of the height stays so."""
    assert stride.vertical_oscillation_m is not None
    rise_m = stride.vertical_oscillation_m * body.height_m / stride.height_m
    return replace(stride, height_m=body.height_m, proportions=body.proportions, vertical_oscillation_m=rise_m)


@lru_cache(maxsize=32)
def motion_of(stride: Stride) -> Motion:
    """Return the motion of a stride; it takes a second to solve for, and is asked for more than once."""
    return Motion(stride)


def mesh_truth(asked: MeshScene) -> Truth:
    """Return the exact measures, events and joints of a clip, without rendering it."""
    return truth_of(asked.scene, motion_of(asked.scene.stride))
