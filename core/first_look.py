"""A first look at a clip, a few pictures a second, before the long pass over every picture."""

from __future__ import annotations

from pathlib import Path

from core.clip import read_header
from core.model import Answers
from core.pose import Window, glimpse
from core.scout import choose_runner, people_in, window_for

EVERY_S, EVERY_PICTURES = 0.1, 6
MOST_BODIES = 4
TILED_EVERY_S, TILE = 0.5, 0.5


def find_runner(path: Path, answers: Answers) -> Window | None:
    """Return the part of the picture to look at, or None where the whole picture serves as well.

    Parameters
    ----------
    path : Path
        The clip.
    answers : Answers
        What the runner says of it.

    Raises
    ------
    Refused
        `one_runner` where two people could be meant; `readable_file` or `length` as for reading.
    """
    header = read_header(path)
    size_wh_px = header.size_wh_px
    every_s = max(EVERY_S, EVERY_PICTURES * header.duration_s / max(header.n_frames - 1, 1))
    looks = [(look.time_s, look.bodies) for look in glimpse(path, every_s=every_s, bodies=MOST_BODIES)]
    people = people_in(looks, size_wh_px, answers.slow_motion)
    if not people:  # nobody is large enough for a look at the whole picture
        looks = [
            (look.time_s, look.bodies) for look in glimpse(path, every_s=TILED_EVERY_S, bodies=MOST_BODIES, tile=TILE)
        ]
        people = people_in(looks, size_wh_px, answers.slow_motion)
    runner = choose_runner(people, answers.runner_at)
    return None if runner is None else window_for(runner, people)
