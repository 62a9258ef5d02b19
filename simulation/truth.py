"""What is exactly known of a simulated clip, computed from the finished motion and not from the requested stride."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np

from core.model.strides import GaitEvents, LegEvents
from core.model.tracks import ANKLE, HEEL, HIP, KNEE, SHOULDER, TOE, Floats, Side
from simulation.motion import LEFT, RIGHT, Body, Motion
from simulation.scene import Camera, Scene

_SAMPLES = 4001


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A simulated clip's measures, events and joints.

    Attributes
    ----------
    figures : dict of str to float
        The report's measures that apply, with the report's keys and units, and `speed_mps`.
    events : GaitEvents
        True time from the first frame; the near leg is the one nearest the camera.
    time_s : ndarray, shape (n,)
        True time of each frame from the first.
    xy_px : ndarray, shape (n, 2, 6, 2)
        Near and far leg, `core.model.tracks.JOINTS`, in the frame as filmed: x right, y down, roll included.
    facing, near_side : {'left', 'right'}
        Running direction in the frame; the runner's own side nearest the camera.
    fps_hz, slow_motion, view_angle_deg, roll_deg, size_wh_px
        As in `Scene`.
    """

    figures: dict[str, float]
    events: GaitEvents
    time_s: Floats
    xy_px: Floats
    facing: Side
    near_side: Side
    fps_hz: float
    slow_motion: float
    view_angle_deg: float
    roll_deg: float
    size_wh_px: tuple[int, int]

    def to_json(self) -> str:
        """Return everything as JSON text; times to a microsecond, pixels to a hundredth."""
        plain = asdict(self)
        plain["figures"] = {key: round(value, 4) for key, value in self.figures.items()}
        plain["time_s"] = np.round(self.time_s, 6).tolist()
        plain["xy_px"] = np.round(self.xy_px, 2).tolist()
        for leg in plain["events"].values():
            for name, moments in leg.items():
                leg[name] = [round(moment, 6) for moment in moments]
        return json.dumps(plain, separators=(",", ":"))


def truth_of(scene: Scene, motion: Motion) -> Truth:
    """Return the exact measures, events and joints of a scene's clip."""
    camera = Camera(scene)
    near: Side = scene.facing
    far: Side = "left" if near == "right" else "right"
    offset, end = float(scene.motion_time_s(0.0)), float(scene.time_s[-1])

    def events(side: Side) -> LegEvents:
        contact, toe_off = motion.events_s(side, offset, offset + end)
        return LegEvents(
            initial_contact_s=tuple((contact - offset).tolist()), toe_off_s=tuple((toe_off - offset).tolist())
        )

    joints = motion.body(scene.motion_time_s(scene.time_s)).joints_m
    joints = joints[:, [RIGHT, LEFT] if near == "right" else [LEFT, RIGHT]]
    xy_px = np.empty((*joints.shape[:3], 2))
    for i, (runner_x, camera_x) in enumerate(
        zip(scene.runner_x_m(scene.time_s), scene.camera_x_m(scene.time_s), strict=True)
    ):
        xy_px[i] = camera.rolled(camera.project(joints[i] + [runner_x, 0, 0], float(camera_x)))
    xy_px += scene.shaken_px(scene.time_s)[:, None, None]
    return Truth(
        figures=figures_of(motion),
        events=GaitEvents(near=events(near), far=events(far)),
        time_s=scene.time_s,
        xy_px=xy_px,
        facing=scene.facing,
        near_side=near,
        fps_hz=scene.fps_hz,
        slow_motion=scene.slow_motion,
        view_angle_deg=scene.view_angle_deg,
        roll_deg=scene.roll_deg,
        size_wh_px=scene.size_wh_px,
    )


def figures_of(motion: Motion) -> dict[str, float]:
    """Return the measures of a motion, computed from its joints over one stride of the left leg.

    Returns
    -------
    dict of str to float
        Keys of the report's measures; degrees, steps per minute, km/h, metres, milliseconds, per cent, ratios to leg length.
    """
    stride = motion.stride
    assert stride.contact_ms is not None
    contact_s, stride_s = stride.contact_ms / 1e3, stride.stride_s
    ground = motion.body(np.linspace(0, contact_s, _SAMPLES))
    whole = motion.body(np.linspace(0, stride_s, _SAMPLES))
    stance, cycle = _angles(ground), _angles(whole)
    in_air = np.linspace(0, stride_s, _SAMPLES) >= contact_s
    hip_y = whole.joints_m[:, :, HIP, 1].mean(axis=1)
    leg_m = _length(whole, HIP, KNEE) + _length(whole, KNEE, ANKLE)
    middle, step_m = _SAMPLES // 2, stride.speed_mps * stride_s / 2
    bounce_m, flight_s = float(np.ptp(hip_y)), max(0.0, stride_s / 2 - contact_s)
    ankle_ahead = ground.joints_m[0, LEFT, ANKLE, 0] - ground.joints_m[0, LEFT, HIP, 0]
    return {
        "speed_mps": stride.speed_mps,
        "speed": 3.6 * stride.speed_mps,
        "step_length": step_m,
        "relative_speed": stride.speed_mps / leg_m,
        "froude_number": stride.speed_mps**2 / (9.81 * leg_m),
        "contact_length": 100 * stride.speed_mps * contact_s,
        "foot_speed_contact": stride.speed_mps - _backward_mps(motion),
        "trunk_lean": float(np.trapezoid(stance["trunk"], dx=1 / (_SAMPLES - 1))),
        "leg_extension": float(-cycle["thigh"].min()),
        "leg_extension_at_toe_off": float(-stance["thigh"][-1]),
        "hip_ankle_extension": float(-stance["leg"][-1]),
        "hip_bend": float(stance["trunk"][middle] + stance["leg"][middle]),
        "cadence": 120 / stride_s,
        "contact_time": contact_s * 1e3,
        "flight_time": flight_s * 1e3,
        "duty_factor": 100 * contact_s / stride_s,
        "knee_flexion_contact": float(stance["knee"][0]),
        "knee_flexion_toe_off": float(stance["knee"][-1]),
        "knee_flexion_stance": float(stance["knee"][: int(0.75 * _SAMPLES)].max()),
        "shank_angle_contact": float(stance["thigh"][0] - stance["knee"][0]),
        "overstride": float(ankle_ahead / leg_m),
        "foot_strike": float(motion.leg_deg(np.zeros(1))[0, 2]),
        "heel_recovery": float(cycle["knee"][in_air].max()),
        "knee_drive": float(cycle["thigh"][in_air].max()),
        "vertical_oscillation": bounce_m / leg_m,
        "vertical_oscillation_cm": 100 * bounce_m,
        "vertical_ratio": bounce_m / step_m,
    }


def _backward_mps(motion: Motion) -> float:
    """Return how fast ankle, heel and toe move back past the hips in the last 0.03 s before contact."""
    joints = motion.body(motion.stride.stride_s + np.array([-0.03, 0.0])).joints_m
    ahead = joints[:, LEFT, [ANKLE, HEEL, TOE], 0].mean(axis=1) - joints[:, :, HIP, 0].mean(axis=1)
    return float(ahead[0] - ahead[1]) / 0.03


def _angles(body: Body) -> dict[str, Floats]:
    """Return the left side's angles (n,) in the plane it moves in: trunk, thigh and leg + ahead of vertical, knee + bent."""
    joints = body.joints_m

    def against_vertical(upper: Floats, lower: Floats) -> Floats:
        return np.degrees(np.arctan2(lower[:, 0] - upper[:, 0], upper[:, 1] - lower[:, 1]))

    hip, knee, ankle = (joints[:, LEFT, joint] for joint in (HIP, KNEE, ANKLE))
    thigh = against_vertical(hip, knee)
    return {
        "trunk": -against_vertical(joints[:, :, SHOULDER].mean(axis=1), joints[:, :, HIP].mean(axis=1)),
        "thigh": thigh,
        "leg": against_vertical(hip, ankle),
        "knee": thigh - against_vertical(knee, ankle),
    }


def _length(body: Body, upper: int, lower: int) -> float:
    return float(np.linalg.norm(body.joints_m[0, LEFT, upper] - body.joints_m[0, LEFT, lower]))
