"""Paint a shaded runner: rounded limbs, shirt, shorts, shoes and a head; the far side comes first and is a little darker."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.model.tracks import ANKLE, HEEL, HIP, KNEE, SHOULDER, TOE
from simulation.motion import Body
from simulation.scene import Camera

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]
Colour = tuple[float, float, float]

_SHIFT = 4  # cv2 takes sixteenths of a pixel
_LIGHT = np.array([-0.45, -0.55, 0.70])  # from the upper left and the front, in image axes
# Half-angles of the bands of light on a rounded limb, and each band's share of the full colour.
_BANDS = np.array([np.pi, 1.52, 1.33, 1.14, 0.95, 0.76, 0.55, 0.32])
_GLOW = 0.66 + 0.38 * np.clip(np.cos(_BANDS), 0, None) ** 0.85

# Half-widths (shares of height) along a part, front and back, from its upper to its lower end.
_PROFILES: dict[str, tuple[list[float], list[float]]] = {
    "thigh": ([0.050, 0.053, 0.048, 0.041, 0.034, 0.031], [0.050, 0.050, 0.045, 0.038, 0.032, 0.030]),
    "shank": ([0.031, 0.028, 0.026, 0.023, 0.020, 0.019], [0.030, 0.037, 0.037, 0.028, 0.020, 0.018]),
    "shorts": ([0.050, 0.054, 0.056, 0.056], [0.066, 0.067, 0.062, 0.059]),
    "arm": ([0.028, 0.028, 0.026, 0.022], [0.028, 0.028, 0.025, 0.022]),
    "sleeve": ([0.036, 0.036, 0.033], [0.027, 0.030, 0.030]),
    "forearm": ([0.023, 0.024, 0.020, 0.015], [0.023, 0.024, 0.020, 0.015]),
    "hand": ([0.016, 0.021, 0.017], [0.016, 0.021, 0.017]),
    "neck": ([0.030, 0.028, 0.029], [0.032, 0.030, 0.031]),
    "trunk": ([0.046, 0.066, 0.070, 0.062, 0.054, 0.052], [0.040, 0.058, 0.062, 0.058, 0.058, 0.070]),
    "trunk breadth": ([0.085, 0.106, 0.100, 0.088, 0.086, 0.092], [0.085, 0.106, 0.100, 0.088, 0.086, 0.092]),
    "seat": ([0.053, 0.053, 0.048], [0.070, 0.076, 0.066]),
    "seat breadth": ([0.090, 0.094, 0.088], [0.090, 0.094, 0.088]),
    "foot": ([0.022, 0.026, 0.024], [0.022, 0.026, 0.024]),
}
# How far the lower end bulges if it is not a hemisphere: a hem is nearly straight.
_HEM = {"trunk": 0.25, "shorts": 0.12, "sleeve": 0.15, "foot": 0.6}


# Outlines of a shoe: shares of the distance from heel to toe, and of the ankle's height above it.
_UPPER = np.array(
    [
        [-0.12, 0.0], [-0.15, 0.45], [-0.11, 1.05], [-0.04, 1.22], [0.10, 1.12], [0.34, 1.16], [0.50, 0.98], [0.72, 0.72],
        [0.92, 0.56], [1.06, 0.40], [1.12, 0.15], [1.10, 0.0],
    ]
)  # fmt: skip
_SIDE = np.array(
    [
        [-0.08, 0.05],
        [-0.10, 0.5],
        [-0.05, 1.05],
        [0.10, 0.98],
        [0.32, 1.02],
        [0.52, 0.80],
        [0.76, 0.55],
        [0.98, 0.32],
        [1.0, 0.05],
    ]
)
_STRIPE = np.array([[0.26, 0.12], [0.37, 0.12], [0.56, 0.74], [0.46, 0.82]])
_SOLE = np.array(
    [
        [-0.14, 0.12], [0.30, 0.02], [0.75, 0.06], [1.13, 0.22], [1.16, 0.06], [1.10, -0.14], [0.95, -0.27], [0.5, -0.27],
        [0.0, -0.30], [-0.12, -0.24], [-0.17, -0.05],
    ]
)  # fmt: skip


def _shade(colour: Colour, share: float) -> Colour:
    return colour[0] * share, colour[1] * share, colour[2] * share


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours: red, green and blue, 0 to 255."""

    skin: Colour = (214, 160, 124)
    hair: Colour = (62, 44, 36)
    shirt: Colour = (236, 104, 72)
    shorts: Colour = (38, 50, 74)
    sock: Colour = (238, 238, 236)
    shoe: Colour = (34, 160, 168)
    sole: Colour = (244, 244, 240)


@dataclass(frozen=True)
class _Brush:
    """Where and how one side of the body is painted."""

    picture: Picture
    camera: Camera
    px_per_m: float
    height_m: float
    tone: float

    def share(self, share: float) -> float:
        """Return a share of body height in pixels."""
        return share * self.height_m * self.px_per_m

    def fill(self, outline_px: Floats, colour: Colour, glow: float = 1.0) -> None:
        """Fill an outline (n, 2), smooth at the edge."""
        # The frame is blue green red, as in cv2 and PyAV's bgr24.
        shade = [min(255.0, c * glow * self.tone) for c in reversed(colour)]
        points = np.round(outline_px * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(self.picture, [points], shade, cv2.LINE_AA, _SHIFT)

    def limb(self, upper_px: Floats, lower_px: Floats, profile: str, colour: Colour) -> None:
        """Paint a rounded part between two points, lit from the upper left."""
        for outline, glow in zip(self._bands(upper_px, lower_px, profile), _GLOW, strict=True):
            self.fill(outline, colour, glow)

    def _bands(self, upper_px: Floats, lower_px: Floats, profile: str) -> Floats:
        """Return the outlines (bands, n, 2) of a limb's bands of light, each within the one before."""
        axis = lower_px - upper_px
        length = float(np.hypot(*axis))
        axis = axis / length if length > 1e-6 else np.array([0.0, 1.0])
        across = np.array([axis[1], -axis[0]])
        right, left = self._widths(profile, across)
        # A limb is a cylinder: the band of light is an interval of the angle around it.
        brightest = np.arctan2(across @ _LIGHT[:2], _LIGHT[2])
        low = np.clip(brightest - _BANDS, -np.pi / 2, np.pi / 2)[:, None]
        high = np.clip(brightest + _BANDS, -np.pi / 2, np.pi / 2)[:, None]
        along = np.linspace(0, length, len(right))
        turn = np.linspace(0, 1, 9)
        cap = np.sin(high + (low - high) * turn)
        swell = np.sqrt(np.clip(1 - cap**2, 0, None)) * np.clip(np.cos(_BANDS / 2), 0.45, None)[:, None]
        swell[0] = np.sqrt(np.clip(1 - cap[0] ** 2, 0, None))

        def width(c: Floats, at: int) -> Floats:
            wide: Floats = np.where(c > 0, c * right[at], c * left[at])
            return wide

        end, begin = (right[-1] + left[-1]) / 2, (right[0] + left[0]) / 2
        count = len(_BANDS)
        x = [np.sin(high) * np.where(high > 0, right, left), width(cap, -1)]
        x += [(np.sin(low) * np.where(low > 0, right, left))[:, ::-1], width(cap[:, ::-1], 0)]
        y = [np.tile(along, (count, 1)), length + _HEM.get(profile, 1.0) * end * swell]
        y += [np.tile(along[::-1], (count, 1)), -begin * swell[:, ::-1]]
        xs, ys = np.concatenate(x, axis=1)[..., None], np.concatenate(y, axis=1)[..., None]
        bands: Floats = upper_px + xs * across + ys * axis
        return bands

    def _widths(self, profile: str, across: Floats) -> tuple[Floats, Floats]:
        """Return a part's half-widths in pixels to the frame's right and left, as seen from the camera."""
        front, back = (self.share(1.0) * np.array(side) for side in _PROFILES[profile])
        seen = self.camera.axes[0][0] * (1 if across[0] >= 0 else -1)
        if (broad := f"{profile} breadth") in _PROFILES:
            breadth = self.share(1.0) * np.array(_PROFILES[broad][0])
            front, back = (np.sqrt((side * seen) ** 2 + (breadth**2) * (1 - seen**2)) for side in (front, back))
        middle, more = (front + back) / 2, (front - back) / 2 * seen
        return middle + more, middle - more

    def ellipse(
        self, centre_px: Floats, radii: tuple[float, float], tilt: float, colour: Colour, lit: bool = True
    ) -> None:
        """Paint a shaded ellipse whose radii are shares of body height."""
        turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        ring = np.stack([np.cos(turn) * self.share(radii[0]), np.sin(turn) * self.share(radii[1])], axis=-1)
        ring = ring @ np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
        for size, glow in zip(np.linspace(1, 0.3, len(_GLOW)), _GLOW if lit else np.ones(len(_GLOW)), strict=True):
            toward_light = _LIGHT[:2] * (1 - size) * self.share(min(radii)) * 0.6
            self.fill(centre_px + toward_light + ring * size, colour, glow)
            if not lit:
                return


def paint(
    picture: Picture, body: Body, camera: Camera, look: Look, x_m: float = 0.0, looks_at_x_m: float = 0.0
) -> None:
    """Paint one body onto a frame, in place.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        Blue, green, red.
    body : Body
        The body at one instant: arrays of length one.
    camera : Camera
        The camera that films the body.
    look : Look
        Colours.
    x_m, looks_at_x_m : float
        Position of the body's origin along the running direction, and the position that the camera looks at.
    """
    place = np.array([x_m, 0.0, 0.0])
    joints, arms, head = body.joints_m[0] + place, body.arms_m[0] + place, body.head_m[0] + place
    middle = float(camera.depth_m(joints[:, HIP].mean(axis=0), looks_at_x_m))
    parts: list[tuple[float, int, int]] = [(middle, 2, 0)]
    for side in (0, 1):
        parts.append((float(camera.depth_m(joints[side, HIP], looks_at_x_m)), 0, side))
        parts.append((float(camera.depth_m((joints[side, SHOULDER] + arms[side, 0]) / 2, looks_at_x_m)), 1, side))
    height = camera.scene.stride.height_m
    points, arm_px = camera.project(joints, looks_at_x_m), camera.project(arms, looks_at_x_m)
    for depth, kind, side in sorted(parts, reverse=True):
        tone = float(np.clip(1 - 3.4 * (depth - middle) / height, 0.70, 1.0))
        brush = _Brush(picture, camera, camera.focal_px / depth, height, tone)
        if kind == 0:
            _leg(brush, points[side], look)
        elif kind == 1:
            _arm(brush, points[side, SHOULDER], arm_px[side], look)
        else:
            _trunk(brush, points, look)
            _head(brush, joints, head, looks_at_x_m, look)


def _leg(brush: _Brush, joint_px: Floats, look: Look) -> None:
    hip, knee, ankle = joint_px[HIP], joint_px[KNEE], joint_px[ANKLE]
    brush.limb(knee, ankle, "shank", look.skin)
    _shoe(brush, joint_px, look)
    brush.limb(hip, knee, "thigh", look.skin)
    brush.limb(hip, hip + 0.52 * (knee - hip), "shorts", look.shorts)


def _shoe(brush: _Brush, joint_px: Floats, look: Look) -> None:
    """Paint sock, upper and sole in the foot's own axes, which rotate with the foot."""
    heel, toe, ankle, knee = joint_px[HEEL], joint_px[TOE], joint_px[ANKLE], joint_px[KNEE]
    brush.limb(ankle + 0.12 * (knee - ankle), ankle, "hand", look.sock)
    along = toe - heel
    under = heel + 0.21 * along
    up = ankle - under
    edge_on = 1 - abs(float(brush.camera.axes[0][0]))
    if edge_on > 0.2:
        # The outline is thin from the front, so the foot's width replaces it.
        brush.limb(heel + 0.5 * up, toe + 0.3 * up, "foot", look.sole)
        brush.limb(heel + 0.8 * up, toe + 0.55 * up, "foot", look.shoe)
    brush.fill(heel + _outline(_UPPER, along, up), look.shoe, 0.82)
    brush.fill(heel + _outline(_SIDE, along, up), look.shoe, 1.0)
    brush.fill(heel + _outline(_STRIPE, along, up), look.sole)
    brush.fill(heel + _outline(_SOLE, along, up), look.sole, 0.97)


def _outline(shares: Floats, along: Floats, up: Floats) -> Floats:
    return shares[:, :1] * along + shares[:, 1:] * up


def _arm(brush: _Brush, shoulder: Floats, arm_px: Floats, look: Look) -> None:
    elbow, wrist = arm_px
    brush.limb(shoulder, elbow, "arm", look.skin)
    brush.limb(elbow, wrist, "forearm", look.skin)
    brush.limb(wrist, wrist + 0.22 * (wrist - elbow), "hand", look.skin)
    brush.limb(shoulder, shoulder + 0.55 * (elbow - shoulder), "sleeve", look.shirt)


def _trunk(brush: _Brush, joint_px: Floats, look: Look) -> None:
    hip, neck = joint_px[:, HIP].mean(axis=0), joint_px[:, SHOULDER].mean(axis=0)
    spine = neck - hip
    brush.limb(hip + 0.20 * spine, hip - 0.06 * spine, "seat", look.shorts)
    brush.limb(neck - 0.02 * spine, hip + 0.10 * spine, "trunk", look.shirt)


def _head(brush: _Brush, joints_m: Floats, head_m: Floats, looks_at_x_m: float, look: Look) -> None:
    """Paint neck, hair, face, ear, nose and eyes; from behind, the hair covers the face."""
    neck_m = joints_m[:, SHOULDER].mean(axis=0)
    up = head_m[1] - neck_m - [0.018 * brush.height_m, 0, 0]
    up = up / np.linalg.norm(up)
    forward, right = np.array([up[1], -up[0], 0.0]), np.array([0.0, 0.0, 1.0])

    def at(ahead: float, above: float, aside: float = 0.0) -> Floats:
        place = head_m[1] + brush.height_m * (ahead * forward + above * up + aside * right)
        return brush.camera.project(place, looks_at_x_m)

    seen = float(forward @ brush.camera.axes[1])
    tilt = float(np.arctan2(*(at(0, 1) - at(0, 0)) * [1, -1]))
    brush.limb(at(-0.012, -0.045), brush.camera.project(neck_m, looks_at_x_m), "neck", look.skin)
    hair, face = (at(-0.010, 0.012), (0.056, 0.060)), (at(0.010, -0.010), (0.048, 0.058))
    if seen < -0.35:
        brush.ellipse(*face, tilt, look.skin)
        brush.ellipse(*hair, tilt, look.hair)
        return
    brush.ellipse(*hair, tilt, look.hair)
    brush.ellipse(at(0.022, -0.038), (0.033, 0.028), tilt, look.skin)
    brush.ellipse(*face, tilt, look.skin)
    brush.ellipse(at(0.002, 0.046), (0.050, 0.022), tilt + 0.25 * brush.camera.axes[0][0], look.hair, lit=False)
    for side in (-1, 1):
        if side * brush.camera.axes[1][2] > 0.2:
            brush.ellipse(at(-0.008, -0.006, side * 0.05), (0.010, 0.015), tilt, _shade(look.skin, 0.88), False)
            brush.ellipse(at(-0.008, -0.006, side * 0.05), (0.005, 0.009), tilt, _shade(look.skin, 0.75), False)
        if seen > 0.2 or side * brush.camera.axes[1][2] > 0:
            brush.ellipse(at(0.046, 0.006, side * 0.020), (0.005, 0.007), tilt, look.hair, lit=False)
    nose = _shade(look.skin, 0.93)
    brush.ellipse(at(0.057, -0.010), (0.012, 0.009), tilt + 0.4 * brush.camera.axes[0][0], nose, lit=False)
    brush.ellipse(at(0.050, -0.036, 0.0), (0.008, 0.0028), tilt, _shade(look.skin, 0.68), lit=False)
