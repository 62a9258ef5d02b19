"""A first look at a clip, a few pictures a second: who is in it, who of them runs, and where to look for that one.

The pose model follows whomever it sees first, often the coach beside the belt; and it sees a small runner badly. Who runs is told
by leg motion, not by size. Where that needs it, the long pass looks only at a window around the runner.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import Refused
from core.pose import Window, glimpse
from core.track import ANKLE, HIP, KNEE, LANDMARK_OF, SHOULDER, Floats

EVERY_S = 0.2
MOST_BODIES = 4
TILED_EVERY_S, TILE = 0.5, 0.5
STANDS_TRUNKS, FASTEST_TRUNKS_PER_S = 1.0, 10.0
"""A body this near (trunk lengths, and more with the time since) to where somebody was is that somebody."""

LEGS_SHOWN = 0.5
"""Legs whose ankles are in the picture less than this are made up by the pose model, and their motion with them."""

RUNS_LEGS = 0.12
"""Legs of a runner spread and close: standard deviation of the ankles' way ahead of the hips, in leg lengths, at least this."""

RIVAL = 0.6
"""Another mover nearly as large (share of the trunk's length) and nearly as long in the clip makes it unclear who is meant."""

LARGE_SHARE = 0.45
"""A runner, alone, whose body fills this share of the picture's short side needs no window."""

WINDOW_TRUNKS = 5.5
"""Side of the window: a body is about three and a half trunk lengths tall."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody seen in a clip: times shape (n,) and landmarks shape (n, 33, 2), in pixels."""

    time_s: Floats
    xy_px: Floats

    def _joint(self, joint: int) -> Floats:
        """Return a joint of both sides: shape (n, 2, 2)."""
        return self.xy_px[:, [LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]]]

    @property
    def hips_px(self) -> Floats:
        """Mid-hip: shape (n, 2)."""
        return np.asarray(self._joint(HIP).mean(axis=1))

    @property
    def trunk_px(self) -> float:
        """Typical length of the trunk."""
        return float(np.median(np.linalg.norm(self._joint(SHOULDER).mean(axis=1) - self.hips_px, axis=1)))

    @property
    def leg_motion(self) -> float:
        """How much the ankles move fore and aft of the hips, in leg lengths."""
        hip, knee, ankle = (self._joint(joint) for joint in (HIP, KNEE, ANKLE))
        leg_px = np.median(np.linalg.norm(knee - hip, axis=2) + np.linalg.norm(ankle - knee, axis=2))
        return float(np.std(ankle[..., 0] - self.hips_px[:, None, 0]) / max(float(leg_px), 1.0))

    def legs_shown(self, size_wh_px: tuple[int, int]) -> float:
        """Return the share of the ankles that are inside the picture."""
        ankles = self._joint(ANKLE)
        return float(((ankles >= 0) & (ankles < size_wh_px)).all(axis=2).mean())


def people_in(glimpses: list[tuple[float, Floats]]) -> list[Person]:
    """Join the bodies of all glimpses into people, each seen at least three times."""
    tracks: list[list[tuple[float, Floats]]] = []
    for time_s, bodies in glimpses:
        free = list(tracks)
        for body in _each_once(bodies):
            apart = [_apart_trunks(track[-1][1], body) for track in free]
            reach = [STANDS_TRUNKS + FASTEST_TRUNKS_PER_S * (time_s - track[-1][0]) for track in free]
            near = [n for n in range(len(free)) if apart[n] < reach[n]]
            if near:
                free.pop(min(near, key=lambda n: apart[n])).append((time_s, body))
            else:
                tracks.append([(time_s, body)])
    return [
        Person(time_s=np.array([t for t, _ in track]), xy_px=np.array([body for _, body in track]))
        for track in tracks
        if len(track) >= 3
    ]


def _each_once(bodies: Floats) -> list[Floats]:
    """Return the bodies without those that stand where another does: the same one, found in two squares."""
    kept: list[Floats] = []
    for body in bodies:
        if all(_apart_trunks(other, body) > 0.5 for other in kept):
            kept.append(body)
    return kept


def _apart_trunks(one: Floats, other: Floats) -> float:
    """Return how far apart two bodies' mid-hips are, in trunk lengths of the second."""
    hips, shoulders = [23, 24], [11, 12]
    trunk = np.linalg.norm(other[shoulders].mean(axis=0) - other[hips].mean(axis=0))
    return float(np.linalg.norm(one[hips].mean(axis=0) - other[hips].mean(axis=0)) / max(float(trunk), 1.0))


def choose_runner(people: list[Person], size_wh_px: tuple[int, int]) -> Person | None:
    """Return who runs: of those whose legs move, the largest and longest seen; None where nobody's legs do.

    Raises
    ------
    Refused
        `one_runner` where two of them could be meant.
    """
    movers = [p for p in people if p.leg_motion >= RUNS_LEGS and p.legs_shown(size_wh_px) >= LEGS_SHOWN]
    ranked = sorted(movers, key=lambda person: person.trunk_px * len(person.time_s), reverse=True)
    if len(ranked) > 1:
        first, second = ranked[:2]
        together = len(np.intersect1d(first.time_s, second.time_s)) >= 0.5 * len(first.time_s)
        if together and second.trunk_px >= RIVAL * first.trunk_px and len(second.time_s) >= RIVAL * len(first.time_s):
            raise Refused(
                "one_runner", "Two people run in this clip, and we cannot tell whom you mean.", "Film one runner alone."
            )
    return ranked[0] if ranked else None


def find_runner(path: Path, size_wh_px: tuple[int, int]) -> Window | None:
    """Return the part of the picture to look at, or None where the whole picture serves as well.

    Parameters
    ----------
    path : Path
        The clip.
    size_wh_px : tuple of int
        Its upright picture.

    Raises
    ------
    Refused
        `one_runner` where two people could be meant; `readable_file` or `length` as for reading.
    """
    people = people_in(list(glimpse(path, every_s=EVERY_S, bodies=MOST_BODIES)))
    runner = choose_runner(people, size_wh_px)
    if not people:  # nobody is large enough for a look at the whole picture
        people = people_in(list(glimpse(path, every_s=TILED_EVERY_S, bodies=MOST_BODIES, tile=TILE)))
        runner = choose_runner(people, size_wh_px)
    if runner is None:
        return None
    others = [person for person in people if person is not runner and len(person.time_s) >= 0.2 * len(runner.time_s)]
    alone = not others
    if alone and 3.5 * runner.trunk_px >= LARGE_SHARE * min(size_wh_px):
        return None
    middle = runner.hips_px - [0.0, 0.15 * runner.trunk_px]
    side = WINDOW_TRUNKS * runner.trunk_px if alone else _side_without(runner, others)
    return Window(runner.time_s, middle, np.full(len(middle), side))


def _side_without(runner: Person, others: list[Person]) -> float:
    """Return a window's side that holds the runner and as little as possible of the others."""
    gaps = [
        float(
            np.median(
                np.abs(
                    runner.hips_px[np.isin(runner.time_s, other.time_s)]
                    - other.hips_px[np.isin(other.time_s, runner.time_s)]
                )[:, 0]
            )
        )
        for other in others
        if np.isin(runner.time_s, other.time_s).any()
    ]
    roomy, tight = WINDOW_TRUNKS * runner.trunk_px, 4.2 * runner.trunk_px
    return roomy if not gaps else float(np.clip(1.8 * min(gaps), tight, roomy))
