"""Move the bones of a body as a `Motion` does, and move the skin with the bones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from core.model.tracks import ANKLE, HIP, KNEE, SHOULDER, Floats
from simulation.mesh.bodies import SIDES, BodyMesh, body_mesh
from simulation.motion import Body, Motion

_Z = np.array([0, 0, 1.0])
_PELVIS_PITCH, _HEAD_PITCH, _HEAD_YAW = 0.75, 0.35, 0.25
"""Shares of the trunk's lean and of the shoulders' turn that reach the pelvis and the head."""
_SPINE = {"root": 0.0, "pelvis": 0.0, "spine05": 0.0, "spine04": 0.3, "spine03": 0.6, "spine02": 0.9}
"""How far a bone turns with the chest and no longer with the pelvis; all others of the trunk turn with the chest."""
_NECK = {"neck01": 0.3, "neck02": 0.55, "neck03": 0.8, "head": 1.0, "eye": 1.0}
"""How far a bone turns with the head and no longer with the chest."""
_CURL_DEG = {"finger": (50.0, 60.0, 35.0), "finger1": (8.0, 22.0, 26.0)}


_ROUNDS = 3
"""In which the spine is bent until the trunk has the lean asked for, to a hundredth of a degree."""


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A body's bones at n instants: a point p of the body at rest is at `rotations @ p + shifts_m`.

    Attributes
    ----------
    rotations : ndarray, shape (n, b, 3, 3)
        Of each bone, from the body at rest.
    heads_m : ndarray, shape (n, b, 3)
        Where each bone begins.
    """

    rotations: Floats
    heads_m: Floats

    def shifts_m(self, body: BodyMesh) -> Floats:
        """Return each bone's shift, shape (n, b, 3)."""
        shifts: Floats = self.heads_m - np.einsum("nbij,bj->nbi", self.rotations, body.heads_m)
        return shifts

    def matrices(self, body: BodyMesh) -> npt.NDArray[np.float32]:
        """Return rotation and shift together, shape (n, b, 3, 4)."""
        return np.concatenate([self.rotations, self.shifts_m(body)[..., None]], axis=-1).astype(np.float32)


def _about(axis: int, angle: Floats) -> Floats:
    """Return rotations (n, 3, 3) about x, y or z (0, 1, 2), anticlockwise as seen from the axis' positive end."""
    turned = np.zeros((*np.shape(angle), 3, 3))
    one, other = (axis + 1) % 3, (axis + 2) % 3
    turned[..., axis, axis] = 1
    turned[..., one, one] = turned[..., other, other] = np.cos(angle)
    turned[..., one, other], turned[..., other, one] = -np.sin(angle), np.sin(angle)
    return turned


def _unit(vectors: Floats) -> Floats:
    length: Floats = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / length


def _frame(along: Floats, beside: Floats) -> Floats:
    """Return frames (..., 3, 3) whose first column is the direction `along`, and whose second is as near `beside` as possible."""
    along = _unit(along)
    beside = _unit(beside - (beside * along).sum(axis=-1, keepdims=True) * along)
    return np.stack([along, beside, np.cross(along, beside)], axis=-1)


def _carried(to: Floats, to_beside: Floats, rest: Floats, rest_beside: Floats) -> Floats:
    """Return the rotations (n, 3, 3) that carry a bone at rest to a direction, and a second direction as near as possible."""
    return _frame(to, np.broadcast_to(to_beside, to.shape)) @ _frame(rest, rest_beside).T


def _upright(pitch: Floats, yaw: Floats) -> Floats:
    """Return rotations that lean forward by `pitch` and turn the left side ahead by `yaw`."""
    return _about(2, -pitch) @ _about(1, -yaw)


def _yaw(left_m: Floats, right_m: Floats) -> Floats:
    """Return how far the left of two joints is ahead, as an angle about the vertical."""
    ahead = left_m - right_m
    turned: Floats = np.arctan2(ahead[:, 0], np.abs(ahead[:, 2]))
    return turned


@cache
def _curls(name: str) -> dict[int, Floats]:
    """Return how far each finger bone turns against its parent, (3, 3) by index: a loose fist."""
    body = body_mesh(name)
    turns = {}
    for side, mirrored in zip(SIDES, (-1, 1), strict=True):
        across = _unit(body.head_m(f"finger2-1.{side}") - body.head_m(f"finger5-1.{side}"))
        for index, bone in enumerate(body.bones):
            finger, _, joint = bone.removesuffix(f".{side}").partition("-")
            if finger.startswith("finger") and bone.endswith(side):
                angle = np.radians(_CURL_DEG.get(finger, _CURL_DEG["finger"])[int(joint) - 1])
                turns[index] = _turn_about(across, mirrored * angle)
    return turns


def _turn_about(axis: Floats, angle: float) -> Floats:
    """Return the rotation (3, 3) about an axis (Rodrigues' formula)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turn


def _legs(body: BodyMesh, motion: Motion, joints_m: Floats, phase: Floats) -> dict[str, Floats]:
    """Return the rotations of the legs' bones by the bones' names."""
    turned = {}
    for side, letter in enumerate(SIDES):
        hip, knee, ankle = (body.head_m(f"{bone}.{letter}") for bone in ("upperleg01", "lowerleg01", "foot"))
        at = joints_m[:, side]
        turned[f"upperleg.{letter}"] = _carried(at[:, KNEE] - at[:, HIP], _Z, knee - hip, _Z)
        turned[f"lowerleg.{letter}"] = _carried(at[:, ANKLE] - at[:, KNEE], _Z, ankle - knee, _Z)
        own = phase + 0.5 * side
        turned[f"foot.{letter}"] = _about(2, np.radians(motion.leg_deg(own)[:, 2]))
        turned[f"toe.{letter}"] = _about(2, np.radians(motion.toes_deg(own)))
    return turned


def _arms(body: BodyMesh, joints_m: Floats, arms_m: Floats) -> dict[str, Floats]:
    """Return the rotations of the arms' bones by the bones' names; the elbow is a hinge."""
    turned = {}
    for side, letter in enumerate(SIDES):
        rest = [body.head_m(f"{bone}.{letter}") for bone in ("upperarm01", "lowerarm01", "wrist")]
        upper, fore = arms_m[:, side, 0] - joints_m[:, side, SHOULDER], arms_m[:, side, 1] - arms_m[:, side, 0]
        hinge, rest_hinge = np.cross(upper, fore), np.cross(rest[1] - rest[0], rest[2] - rest[1])
        turned[f"upperarm.{letter}"] = _carried(upper, hinge, rest[1] - rest[0], rest_hinge)
        turned[f"lowerarm.{letter}"] = _carried(fore, hinge, rest[2] - rest[1], rest_hinge)
    return turned


@cache
def _limb_of(bone: str) -> str | None:
    """Return which turned part a bone moves with; None for the trunk and head."""
    name, _, side = bone.partition(".")
    for part in ("upperleg", "lowerleg", "foot", "toe", "upperarm", "lowerarm"):
        if name.startswith(part):
            return f"{part}.{side}"
    return f"lowerarm.{side}" if name.startswith(("wrist", "metacarpal", "finger")) else None


def _trunk(bone: str, lean: Floats, pelvis_yaw: Floats, chest_yaw: Floats) -> Floats:
    """Return the rotations (n, 3, 3) of a bone of the trunk or head."""
    name = bone.partition(".")[0]
    if name in _NECK:
        to_head = _NECK[name]
        return _upright((1 - to_head * (1 - _HEAD_PITCH)) * lean, (1 - to_head * (1 - _HEAD_YAW)) * chest_yaw)
    to_chest = _SPINE.get(name, 1.0)
    pitch = (_PELVIS_PITCH + to_chest * (1 - _PELVIS_PITCH)) * lean
    return _upright(pitch, (1 - to_chest) * pelvis_yaw + to_chest * chest_yaw)


def _heads(body: BodyMesh, rotations: Floats) -> Floats:
    """Return where each bone begins (n, b, 3), with the first at the origin."""
    heads = np.zeros((*rotations.shape[:2], 3))
    for bone in range(1, len(body.bones)):
        parent = int(body.parents[bone])
        offset = body.heads_m[bone] - body.heads_m[parent]
        heads[:, bone] = heads[:, parent] + rotations[:, parent] @ offset
    return heads


def _middle(body: BodyMesh, heads_m: Floats, bone: str) -> Floats:
    middle: Floats = heads_m[:, [body.index(f"{bone}.{side}") for side in SIDES]].mean(axis=1)
    return middle


def pose(body: BodyMesh, motion: Motion, time_s: npt.ArrayLike) -> Pose:
    """Return the body in the motion's poses at the given instants (n,).

    The motion is of this body: its stride has the body's height and proportions. Legs, feet and arms take the motion's directions.
    The spine is bent so that the line from mid-hip to mid-shoulder has the motion's lean.
    """
    instants = np.atleast_1d(np.asarray(time_s, dtype=np.float64))
    moved: Body = motion.body(instants)
    joints = moved.joints_m
    limbs = _legs(body, motion, joints, instants / motion.stride.stride_s) | _arms(body, joints, moved.arms_m)
    yaws = (_yaw(joints[:, 0, HIP], joints[:, 1, HIP]), _yaw(joints[:, 0, SHOULDER], joints[:, 1, SHOULDER]))
    middle = joints[:, :, HIP].mean(axis=1)
    spine = joints[:, :, SHOULDER].mean(axis=1) - middle
    asked = np.arctan2(spine[:, 0], spine[:, 1])
    lean, rotations = asked, np.empty((len(instants), len(body.bones), 3, 3))
    for _ in range(_ROUNDS):
        for index, bone in enumerate(body.bones):
            limb = _limb_of(bone)
            rotations[:, index] = _trunk(bone, lean, *yaws) if limb is None else limbs[limb]
        for index, curl in _curls(body.name).items():
            rotations[:, index] = rotations[:, body.parents[index]] @ curl
        heads = _heads(body, rotations)
        found = _middle(body, heads, "upperarm01") - _middle(body, heads, "upperleg01")
        lean = lean + asked - np.arctan2(found[:, 0], found[:, 1])
    heads += (middle - _middle(body, heads, "upperleg01"))[:, None]
    return Pose(rotations=rotations, heads_m=heads)


def skinned(body: BodyMesh, posed: Pose, vertices: npt.NDArray[np.intp] | slice = slice(None)) -> Floats:
    """Return vertices of the skin in each pose, shape (n, v, 3); drawing does the same in `kernels.skin`."""
    bone_of, weights, rest = body.bone_of[vertices], body.weights[vertices], body.vertices_m[vertices]
    shifts = posed.shifts_m(body)
    placed = np.einsum("nvkij,vj->nvki", posed.rotations[:, bone_of], rest) + shifts[:, bone_of]
    skin: Floats = np.einsum("vk,nvki->nvi", weights, placed)
    return skin
