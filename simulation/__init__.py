"""A simulated runner whose angles and events are exactly known.

    Stride -> Motion -> frames of a Scene -> a clip and its Truth

`stride.py` defines how the runner moves, `motion.py` solves for the motion, `scene.py` defines how it is filmed,
`figure.py` and `backdrop.py` paint, `clip.py` writes the video, and `truth.py` holds what is known of it. `track.py` makes the
track of a pose model without errors, and `two_sided.py` runners whose legs move differently.
"""

from simulation.clip import draw_clip, draw_montage, frames
from simulation.motion import Motion
from simulation.scene import Scene
from simulation.stride import Stride
from simulation.track import track_of
from simulation.truth import Truth, truth_of
from simulation.two_sided import TwoSided

__all__ = [
    "Motion",
    "Scene",
    "Stride",
    "Truth",
    "TwoSided",
    "draw_clip",
    "draw_montage",
    "frames",
    "track_of",
    "truth_of",
]
