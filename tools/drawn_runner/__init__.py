"""A drawn runner whose angles and events are exactly known.

    Stride -> Motion -> frames of a Scene -> a clip and its Truth

`stride.py` says how the runner moves, `motion.py` solves for it, `scene.py` for how it is filmed, `figure.py` and
`backdrop.py` paint, `clip.py` writes the video, `truth.py` what is known of it.
"""

from tools.drawn_runner.clip import draw_clip, draw_montage, frames
from tools.drawn_runner.motion import Motion
from tools.drawn_runner.scene import Scene
from tools.drawn_runner.stride import Stride
from tools.drawn_runner.truth import Truth, truth_of

__all__ = ["Motion", "Scene", "Stride", "Truth", "draw_clip", "draw_montage", "frames", "truth_of"]
