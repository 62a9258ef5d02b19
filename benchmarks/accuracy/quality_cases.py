"""Drawn clips that the checks are tried on: good ones, and each kind of bad one from hardly bad to hopeless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from core.errors import CheckKey
from simulation import Scene, Stride, Truth, draw_clip, draw_montage
from simulation.figure import Look

Wanted = Literal["measured", "refused", "either"]
"""What must come of a clip; 'either' where a warning or a refusal would both be right."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A drawn clip, and what must come of it.

    Attributes
    ----------
    name : str
        What was done to the clip, in a few words.
    scenes : tuple of Scene
        What is drawn; more than one are cut together.
    wanted : {'measured', 'refused', 'either'}
        What must come of it.
    keys : tuple of str
        The checks of which one must refuse, or must at least warn where the clip is measured; none for a good clip.
    told_slow_motion : float
        The slow motion that is told, which may not be the drawn one.
    look : Look
        The runner's colours.
    """

    name: str
    scenes: tuple[Scene, ...]
    wanted: Wanted = "measured"
    keys: tuple[CheckKey, ...] = ()
    told_slow_motion: float = 1.0
    look: Look = field(default_factory=Look)

    def draw(self, path: Path) -> Truth | None:
        """Write the clip; return what is known of it where it is one scene."""
        if len(self.scenes) > 1:
            draw_montage(path, self.scenes)
            return None
        return draw_clip(path, self.scenes[0], look=self.look)


BASE = Scene(duration_s=3.6, runner_px=480.0, size_wh_px=(640, 960), fps_hz=60.0)
LANDSCAPE = replace(BASE, size_wh_px=(1280, 720), runner_px=430.0)
GREY_LOOK = Look(
    skin=(196, 190, 182), hair=(190, 184, 176), shirt=(206, 200, 192), shorts=(200, 194, 186), sock=(200, 194, 186),
    shoe=(190, 184, 176), sole=(200, 194, 186),
)  # fmt: skip
"""Clothes and skin in the colour of the drawn wall."""


def cases() -> Iterator[Case]:
    """Yield all cases."""
    yield from _filmed()
    yield from _people()
    yield from _framed()
    yield from _moving()
    yield from _good()
    yield from _views()


def _one(name: str, scene: Scene, wanted: Wanted = "measured", *keys: CheckKey, **more: object) -> Case:
    return Case(name=name, scenes=(scene,), wanted=wanted, keys=keys, **more)  # type: ignore[arg-type]


def _good() -> Iterator[Case]:
    for speed_mps, lean_deg in ((2.0, 4.0), (2.5, 10.0), (3.2, 6.0), (4.0, 12.0), (5.2, 8.0)):
        stride = Stride(speed_mps=speed_mps, lean_deg=lean_deg)
        yield _one(f"good, {speed_mps} m/s", replace(BASE, stride=stride, facing="left" if lean_deg > 7 else "right"))
    yield _one("good, 30 frames/s", replace(BASE, fps_hz=30.0, facing="left"))
    yield _one("good, 120 frames/s", replace(BASE, fps_hz=120.0, duration_s=3.0))
    follow = replace(LANDSCAPE, surface="ground", camera="follow")
    yield _one("good, camera pans", follow)
    yield _one("good, camera pans, 30 frames/s", replace(follow, fps_hz=30.0, facing="left"))
    fixed = replace(
        LANDSCAPE, surface="ground", camera="fixed", runner_px=230.0, size_wh_px=(1920, 1080), distance_m=9.0
    )
    yield _one("good, runs past a fixed camera", fixed)
    yield _one("good, told slow motion 4", replace(BASE, fps_hz=120.0, slow_motion=4.0), told_slow_motion=4.0)
    yield _one("good, a little blur and noise", replace(BASE, exposure_s=1 / 120, blur_px=1.0, noise=4.0))


def _views() -> Iterator[Case]:
    for view_deg in (-12.0, -8.0, 8.0, 12.0):
        yield _one(f"view {view_deg:+.0f} degrees", replace(BASE, view_angle_deg=view_deg))
    for view_deg in (-30.0, -24.0, 24.0, 30.0):
        yield _one(f"view {view_deg:+.0f} degrees", replace(BASE, view_angle_deg=view_deg), "measured", "side_on")
    for view_deg in (-90.0, -75.0, -60.0, -48.0, 48.0, 60.0, 75.0, 90.0):
        bad: tuple[CheckKey, ...] = ("side_on", "one_runner")
        yield _one(f"view {view_deg:+.0f} degrees", replace(BASE, view_angle_deg=view_deg), "refused", *bad)
    for roll_deg in (-2.0, 2.0):
        yield _one(f"rolled {roll_deg:+.0f} degrees", replace(BASE, roll_deg=roll_deg))
    for roll_deg in (-10.0, 10.0):
        yield _one(f"rolled {roll_deg:+.0f} degrees", replace(BASE, roll_deg=roll_deg), "measured", "level")


def _framed() -> Iterator[Case]:
    for runner_px, wanted in (
        (250.0, "measured"),
        (190.0, "measured"),
        (125.0, "either"),
        (105.0, "either"),
        (60.0, "refused"),
    ):
        keys: tuple[CheckKey, ...] = () if runner_px > 160 else ("big_enough", "one_runner")
        yield _one(f"runner {runner_px:.0f} px", replace(BASE, runner_px=runner_px), wanted, *keys)  # type: ignore[arg-type]
    bad: tuple[CheckKey, ...] = ("whole_body", "one_runner", "running_not_walking")
    for name, shift_px in (
        ("feet cut off", (0.0, 290.0)),
        ("knees cut off", (0.0, 420.0)),
        ("half to the right", (330.0, 0.0)),
        ("half to the left", (-260.0, 0.0)),
    ):
        yield _one(name, replace(BASE, shift_px=shift_px), "refused", *bad)
    yield _one("toes at the edge now and then", replace(BASE, shift_px=(0.0, 240.0)), "either", "whole_body")
    yield _one("head cut off", replace(BASE, shift_px=(0.0, -300.0)), "either", *bad)


def _filmed() -> Iterator[Case]:
    for blur_px, wanted in ((2.0, "measured"), (6.0, "either"), (9.0, "either"), (16.0, "refused")):
        keys: tuple[CheckKey, ...] = () if blur_px < 4 else ("sharp_enough", "one_runner", "whole_body")
        yield _one(f"defocused {blur_px:.0f} px", replace(BASE, blur_px=blur_px), wanted, *keys)  # type: ignore[arg-type]
    yield _one("shutter open 1/40 s", replace(BASE, exposure_s=1 / 40, fps_hz=30.0))
    for brightness, wanted in (
        (0.6, "measured"),
        (0.35, "measured"),
        (0.1, "either"),
        (0.05, "either"),
        (0.02, "refused"),
    ):
        keys = () if brightness > 0.3 else ("light_contrast", "one_runner")
        yield _one(f"light times {brightness}", replace(BASE, brightness=brightness, noise=2.0), wanted, *keys)  # type: ignore[arg-type]
    yield _one("clothes like the wall", BASE, look=GREY_LOOK)
    for shake_px, wanted in ((2.0, "measured"), (5.0, "measured"), (16.0, "measured"), (30.0, "either")):
        keys = () if shake_px < 12 else ("steady_camera", "no_cuts")
        yield _one(f"shaken {shake_px:.0f} px", replace(BASE, shake_px=shake_px), wanted, *keys)  # type: ignore[arg-type]
    for fps_hz in (12.0, 15.0):
        yield _one(f"{fps_hz:.0f} frames/s", replace(BASE, fps_hz=fps_hz), "refused", "frame_rate")


def _moving() -> Iterator[Case]:
    for speed_mps, fps_hz in ((1.1, 60.0), (1.4, 30.0), (1.4, 60.0), (1.8, 60.0), (1.8, 24.0)):
        scene = replace(BASE, stride=Stride(speed_mps=speed_mps, walking=True), fps_hz=fps_hz)
        yield _one(f"walking {speed_mps} m/s, {fps_hz:.0f} frames/s", scene, "refused", "running_not_walking")
    walk = Stride(speed_mps=1.5, walking=True)
    slow_walk = replace(BASE, stride=walk, fps_hz=120.0, slow_motion=4.0)
    yield _one("walking in slow motion", slow_walk, "refused", "running_not_walking", "true_speed")
    over_ground = replace(LANDSCAPE, stride=walk, surface="ground", camera="follow")
    yield _one("walking, camera pans", over_ground, "refused", "running_not_walking")
    for factor in (2.0, 4.0, 8.0):
        scene = replace(BASE, fps_hz=30.0 * factor, slow_motion=factor, duration_s=6.0 / factor + 1.0)
        yield _one(f"slow motion {factor:.0f}, not told", scene, "refused", "true_speed")
    yield _one("slow motion told of a real-time clip", BASE, "refused", "true_speed", "length", told_slow_motion=2.0)
    yield _one("one second", replace(BASE, duration_s=1.0), "refused", "length", "enough_strides")
    yield _one("two seconds", replace(BASE, duration_s=2.0), "measured", "enough_strides")
    runs_off = replace(LANDSCAPE, surface="ground", camera="fixed", stride=Stride(speed_mps=4.5), duration_s=4.0)
    yield _one("runs through a narrow picture", runs_off, "either", "enough_strides", "length", "whole_body")


def _people() -> Iterator[Case]:
    yield _one("nobody", replace(BASE, empty=True), "refused", "one_runner")
    yield _one("nobody, camera pans", replace(LANDSCAPE, surface="ground", empty=True), "refused", "one_runner")
    yield _one("a bystander", replace(LANDSCAPE, bystander=True))
    yield _one("a bystander, faces left", replace(LANDSCAPE, bystander=True, facing="left", fps_hz=30.0))
    yield _one("two run", replace(LANDSCAPE, rival=True), "refused", "one_runner")
    yield _one(
        "two run on the ground",
        replace(LANDSCAPE, rival=True, surface="ground", facing="left"),
        "refused",
        "one_runner",
    )
    other = replace(LANDSCAPE, surface="ground", shift_px=(160.0, 0.0), runner_px=330.0, facing="left")
    shots = [replace(scene, duration_s=0.9, start=0.2 * n) for n, scene in enumerate((LANDSCAPE, other) * 2)]
    yield Case(name="a cut every 0.9 s", scenes=tuple(shots), wanted="refused", keys=("no_cuts",))
    long = replace(LANDSCAPE, duration_s=3.4)
    yield Case(name="a long shot after a short one", scenes=(replace(other, duration_s=1.2), long), keys=("no_cuts",))
    empty = replace(other, duration_s=1.2, empty=True)
    yield Case(name="a long shot after an empty one", scenes=(empty, long), keys=("no_cuts",))
