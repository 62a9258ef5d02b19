"""A simulated runner whose angles and events are exactly known.

    Stride -> Motion -> frames of a Scene -> a clip and its Truth

`stride.py` defines how the runner moves, `motion.py` solves for the motion, `scene.py` defines how it is filmed,
`figure.py` and `backdrop.py` paint, `clip.py` writes the video, and `truth.py` holds what is known of it.
"""

from simulation.clip import draw_clip, draw_montage, frames
from simulation.motion import Motion
from simulation.scene import Scene
from simulation.stride import Stride
from simulation.truth import Truth, truth_of

__all__ = ["Motion", "Scene", "Stride", "Truth", "draw_clip", "draw_montage", "frames", "truth_of"]
