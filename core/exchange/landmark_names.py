"""Names of landmarks in other programs' files, and the orders in which those programs write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

_LEFT = MappingProxyType(
    {
        "eyeinner": 1, "eye": 2, "eyeouter": 3, "ear": 7, "mouth": 9, "shoulder": 11, "elbow": 13, "wrist": 15, "hand": 15,
        "pinky": 17, "index": 19, "thumb": 21, "hip": 23, "knee": 25, "ankle": 27, "heel": 29, "calc": 29, "calcaneus": 29,
        "toe": 31, "toes": 31, "bigtoe": 31, "footindex": 31,
    }
)  # fmt: skip
"""BlazePose's number of each part on the left."""

_RIGHT_OF = MappingProxyType({1: 4, 2: 5, 3: 6, **{left: left + 1 for left in range(7, 32, 2)}})

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def landmark_of(name: str) -> int | None:
    """Return BlazePose's number of a point such as 'RBigToe', 'left_hip', 'hip_r' or 'LEFT_FOOT_INDEX'; None if it has none."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if words == ["nose"]:
        return 0
    if len(words) == 1 and words[0][:1] in ("l", "r") and words[0][1:] in _LEFT:
        words = [words[0][0], words[0][1:]]
    sides = {word[0] for word in words if word in ("l", "left", "r", "right")}
    part = _LEFT.get("".join(word for word in words if word not in ("l", "left", "r", "right")))
    if part is None or len(sides) != 1:
        return None
    return part if sides == {"l"} else _RIGHT_OF[part]


def _order(names: str) -> tuple[int | None, ...]:
    return tuple(landmark_of(name) for name in names.split())


_COCO = "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip RHip LKnee RKnee LAnkle RAnkle"
_HALPE = f"{_COCO} Head Neck Hip LBigToe RBigToe LSmallToe RSmallToe LHeel RHeel"
_WHOLE_BODY = f"{_COCO} LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel"
_OPENPOSE_ARMS = "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist"
_OPENPOSE_18 = f"{_OPENPOSE_ARMS} RHip RKnee RAnkle LHip LKnee LAnkle REye LEye REar LEar"
_OPENPOSE_25 = (
    f"{_OPENPOSE_ARMS} MidHip RHip RKnee RAnkle LHip LKnee LAnkle REye LEye REar LEar "
    "LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel"
)

ORDERS = MappingProxyType(
    {
        17: _order(_COCO),
        18: _order(_OPENPOSE_18),
        25: _order(_OPENPOSE_25),
        26: _order(_HALPE),
        133: _order(_WHOLE_BODY),
    }
)
"""BlazePose's numbers of the points of a body, by how many points it has; None for a point that BlazePose lacks.

17 points are COCO's, 18 and 25 OpenPose's, 26 Halpe's, 133 those of COCO-WholeBody, whose hands and face are left out.
"""

HALPE_NAMES: Sequence[str] = ("Shoulder", "Hip", "Knee", "Ankle", "Heel", "BigToe")
"""The names of the joints of one side (`core.model.tracks.JOINTS`) in files for OpenSim, after L or R."""
