"""Find the people in a clip, the runner among them, and the runner's region of interest, from a few frames per second.

The pose model tracks whomever it sees first, often the coach next to the belt, and it sees a small runner badly. The runner is
identified by leg motion, not by size. If necessary, the full pass analyses only a window around the runner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.errors import Box, Choices, Refused, Tap
from core.i18n.message import message as _
from core.model.tracks import ANKLE, HIP, KNEE, LANDMARK_OF, SHOULDER, Floats, PoseTrack
from core.pose.full_pass import Window
from core.pose.image_quality import ImageQuality

STANDS_TRUNKS, FASTEST_TRUNKS_PER_S = 1.0, 10.0
"""A body is the same person if it is this near to the expected place (trunk lengths, and more with the time since)."""

FEWEST_SIGHTINGS = 3
"""People detected in fewer frames are not tracked, only blurred."""

LEGS_SHOWN = 0.7
"""Least share of ankles inside the frame for a measurement; the pose model makes up those outside."""

BELIEVED = 0.5
"""Legs with a lower visibility belong to a body that the pose model sees in leaves or furniture."""

RUNS_LEGS = 0.12
"""A runner's legs spread and close: least standard deviation of an ankle's path, in leg lengths (simulated: 0.2 and more)."""

RIVAL = 0.6
"""The choice is unclear if another moving person is nearly as large (share of the trunk's length) and as long in the clip."""

AS_LARGE = 0.75
"""Somebody who runs at other times, with a trunk as long within this share, is the same runner again (simulated: 0.97)."""

LARGE_SHARE = 0.45
"""A runner who is alone and whose body fills this share of the frame's short side needs no window."""

WINDOW_TRUNKS = 5.5
"""Side of the window: a body is about three and a half trunk lengths tall."""

TAPPED_TRUNKS, TAPPED_S = 2.0, 0.6
"""A person up to this far from the tap (trunk lengths, seconds) may be the chosen one."""

_HEAD, _LEGS = slice(0, 11), slice(25, 33)
_HEAD_TRUNKS = 0.42


class Body(NamedTuple):
    """A person in one frame: landmarks of shape (33, 4) as in `core.pose.people.Detection`, and how well they can be seen."""

    points: Floats
    sight: ImageQuality


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person in a clip; every entry of the track was seen, and `sights` states how well."""

    track: PoseTrack
    sights: tuple[ImageQuality, ...]

    @property
    def time_s(self) -> Floats:
        """Times as the file plays: shape (n,)."""
        return self.track.time_s

    def _joint(self, joint: int) -> Floats:
        """Return a joint of both sides: shape (n, 2, 2)."""
        return self.track.xy_px[:, [LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]]]

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
        """How much the ankles move fore and aft of each other, in leg lengths; standing astride does not count."""
        hip, knee, ankle = (self._joint(joint) for joint in (HIP, KNEE, ANKLE))
        leg_px = np.median(np.linalg.norm(knee - hip, axis=2) + np.linalg.norm(ankle - knee, axis=2))
        return float(np.std(ankle[:, 0, 0] - ankle[:, 1, 0]) / 2 / max(float(leg_px), 1.0))

    @property
    def legs_shown(self) -> float:
        """Share of the ankles that are inside the frame."""
        ankles = self._joint(ANKLE)
        return float(((ankles >= 0) & (ankles < self.track.size_wh_px)).all(axis=2).mean())

    @property
    def runs(self) -> bool:
        """Whether this person's legs visibly move like a runner's (or a walker's)."""
        often = len(self.time_s) >= FEWEST_SIGHTINGS
        believed = float(np.median(self.track.visibility[:, _LEGS])) >= BELIEVED
        return often and believed and self.leg_motion >= RUNS_LEGS and self.legs_shown >= LEGS_SHOWN

    @property
    def size(self) -> float:
        """Prominence in the clip: by length of the trunk, and by how long the person is seen."""
        return self.trunk_px * len(self.time_s)

    def box(self, index: int) -> Box:
        """Return the body's box, a little larger than its landmarks."""
        spare = 0.25 * self.trunk_px
        points = self.track.xy_px[index]
        return self._shares(points.min(axis=0) - spare, points.max(axis=0) + spare)

    def face(self, index: int) -> Box:
        """Return the head's box, hair included."""
        middle, reach = self.track.xy_px[index, _HEAD].mean(axis=0), _HEAD_TRUNKS * self.trunk_px
        return self._shares(middle - reach, middle + reach)

    def _shares(self, low_px: Floats, high_px: Floats) -> Box:
        corners = np.clip(np.concatenate([low_px, high_px]) / np.tile(self.track.size_wh_px, 2), 0.0, 1.0)
        left, top, right, bottom = (round(float(share), 4) for share in corners)
        return Box(left, top, right, bottom)


def people_in(
    sightings: Iterable[tuple[float, Sequence[Body]]], size_wh_px: tuple[int, int], slow_motion: float = 1.0
) -> list[Person]:
    """Join the bodies of all sampled frames into people; each body goes to the person that it continues best.

    Parameters
    ----------
    sightings : iterable of (float, sequence of Body)
        Times, and the bodies seen then.
    size_wh_px : tuple of int
        Width and height of the upright frame.
    slow_motion : float
        How many times slower than real time the file plays.
    """
    tracks: list[list[tuple[float, Body]]] = []
    for time_s, bodies in sightings:
        once = _each_once(bodies)
        apart = np.array([[_off_course(track, time_s, body) for body in once] for track in tracks])
        taken = set()
        for n, m in zip(*linear_sum_assignment(np.minimum(apart, 1e6)), strict=True) if tracks and once else ():
            since_s = time_s - tracks[n][-1][0]
            if apart[n, m] < STANDS_TRUNKS + FASTEST_TRUNKS_PER_S * since_s:
                tracks[n].append((time_s, once[m]))
                taken.add(m)
        tracks += [[(time_s, body)] for m, body in enumerate(once) if m not in taken]
    return [_person(track, size_wh_px, slow_motion) for track in tracks]


def passes_joined(people: list[Person]) -> list[Person]:
    """Return the people, with those joined who run at different times and are equally large: a runner who passes again."""
    found: list[Person] = []
    for person in sorted(people, key=lambda person: person.size, reverse=True):
        for place, other in enumerate(found):
            if _passes_again(person, other):
                found[place] = _both(person, other)
                break
        else:
            found.append(person)
    return found


def _passes_again(person: Person, other: Person) -> bool:
    start_s, end_s = person.time_s[0], person.time_s[-1]
    apart = not ((other.time_s >= start_s) & (other.time_s <= end_s)).any()
    alike = AS_LARGE <= person.trunk_px / other.trunk_px <= 1 / AS_LARGE
    return bool(apart and alike and person.runs and other.runs)


def _both(one: Person, other: Person) -> Person:
    """Return two people as one, with their sightings in order."""
    order = np.argsort(np.concatenate([one.time_s, other.time_s]))

    def sorted_(first: Floats, second: Floats) -> Floats:
        return np.asarray(np.concatenate([first, second])[order])

    track = replace(
        one.track,
        time_s=sorted_(one.time_s, other.time_s),
        xy_px=sorted_(one.track.xy_px, other.track.xy_px),
        visibility=sorted_(one.track.visibility, other.track.visibility),
        depth_px=(
            None
            if one.track.depth_px is None or other.track.depth_px is None
            else sorted_(one.track.depth_px, other.track.depth_px)
        ),
    )
    sights = (*one.sights, *other.sights)
    return Person(track=track, sights=tuple(sights[index] for index in order))


def _person(track: list[tuple[float, Body]], size_wh_px: tuple[int, int], slow_motion: float) -> Person:
    bodies = np.array([body.points for _, body in track])
    return Person(
        sights=tuple(body.sight for _, body in track),
        track=PoseTrack(
            time_s=np.array([time_s for time_s, _ in track]),
            xy_px=bodies[:, :, :2],
            depth_px=bodies[:, :, 2],
            visibility=bodies[:, :, 3],
            size_wh_px=size_wh_px,
            slow_motion=slow_motion,
        ),
    )


def _each_once(bodies: Sequence[Body]) -> list[Body]:
    """Return the bodies without duplicates: the same person found in another square, which may cut it off."""
    kept: list[Body] = []
    for body in sorted(bodies, key=lambda body: -float(body.points[_LEGS, 3].sum())):
        if all(np.linalg.norm(_hips(other) - _hips(body)) > 0.5 * _trunk_px(body) for other in kept):
            kept.append(body)
    return kept


def _hips(body: Body) -> Floats:
    return np.asarray(body.points[[23, 24], :2].mean(axis=0))


def _trunk_px(body: Body) -> float:
    return max(float(np.linalg.norm(body.points[[11, 12], :2].mean(axis=0) - _hips(body))), 1.0)


def _off_course(track: list[tuple[float, Body]], time_s: float, body: Body) -> float:
    """Return a body's distance from a person's expected place, in trunk lengths; a different size adds to it."""
    last_s, last = track[-1]
    goes = np.zeros(2)
    if len(track) > 1:
        goes = (_hips(last) - _hips(track[-2][1])) / max(last_s - track[-2][0], 0.1)
    # A shaking hand moves everybody to and fro, so the last place counts as well as the expected one.
    away = min(np.linalg.norm(_hips(body) - _hips(last) - goes * s) for s in (0.0, min(time_s - last_s, 0.5)))
    resized = abs(np.log(_trunk_px(body) / _trunk_px(last)))
    return float(away / _trunk_px(body) + 2 * resized)


def choose_runner(people: list[Person], at: Tap | None = None) -> Person | None:
    """Return the runner: the largest and longest seen person whose legs move; None if nobody's legs do.

    Parameters
    ----------
    people : list of Person
        Everyone in the clip.
    at : Tap, optional
        The chosen runner: `core.model.report.Answers.runner_at`.

    Raises
    ------
    Refused
        `one_runner`, with choices, if two people could be the runner, or nobody is at the point `at`.
    """
    if at is not None:
        return _tapped(people, at)
    ranked = sorted((person for person in people if person.runs), key=lambda person: person.size, reverse=True)
    if not ranked:
        return None
    first = ranked[0]
    rivals = [other for other in ranked[1:] if _rivals(first, other)]
    if rivals:
        what = _("Two people run in this clip, and we cannot tell whom you mean.")
        raise Refused(
            "one_runner", what, _("Say who it is, or film one runner alone."), _choices([first, *rivals], people)
        )
    return first


def _rivals(first: Person, other: Person) -> bool:
    """Return whether another person is as likely as the first: seen at the same time, as large, and as long."""
    together = len(np.intersect1d(first.time_s, other.time_s)) >= 0.5 * len(first.time_s)
    long = len(other.time_s) >= RIVAL * len(first.time_s)
    return together and long and other.trunk_px >= RIVAL * first.trunk_px


def _choices(candidates: list[Person], people: list[Person]) -> Choices | None:
    """Return the candidates' boxes when the first two are furthest apart, and everyone's face at that time."""
    first, second = candidates[:2]
    both_s = np.intersect1d(first.time_s, second.time_s)
    apart = np.linalg.norm(
        first.hips_px[np.isin(first.time_s, both_s)] - second.hips_px[np.isin(second.time_s, both_s)], axis=1
    )
    return _shown_at(float(both_s[apart.argmax()]), candidates, people)


def _shown_at(time_s: float, candidates: list[Person], people: list[Person]) -> Choices:
    def those(persons: list[Person]) -> list[tuple[Person, int]]:
        return [(p, int(np.flatnonzero(p.time_s == time_s)[0])) for p in persons if (p.time_s == time_s).any()]

    return Choices(
        runners=tuple(person.box(index) for person, index in those(candidates)),
        faces=tuple(person.face(index) for person, index in those(people)),
        time_s=time_s,
    )


def _tapped(people: list[Person], at: Tap) -> Person:
    """Return the person nearest to a point at a time."""
    x, y, time_s = at
    near: list[tuple[float, Person]] = []
    for person in people:
        index = int(np.argmin(np.abs(person.time_s - time_s)))
        point_px = np.array([x, y]) * person.track.size_wh_px
        away = float(np.linalg.norm(person.hips_px[index] - point_px)) / max(person.trunk_px, 1.0)
        soon = abs(float(person.time_s[index]) - time_s) <= TAPPED_S
        if len(person.time_s) >= FEWEST_SIGHTINGS and soon and away <= TAPPED_TRUNKS:
            near.append((away, person))
    if near:
        return min(near, key=lambda found: found[0])[1]
    times_s = np.unique(np.concatenate([person.time_s for person in people])) if people else np.array([])
    seen = _shown_at(float(times_s[np.argmin(np.abs(times_s - time_s))]), people, people) if len(times_s) else None
    raise Refused("one_runner", _("Nobody was found where you tapped."), _("Tap on the middle of the runner."), seen)


def window_for(runner: Person, people: list[Person]) -> Window | None:
    """Return the part of the frame to analyse, or None if the whole frame serves as well."""
    others = [person for person in people if person is not runner and _matters(person, runner)]
    if not others and 3.5 * runner.trunk_px >= LARGE_SHARE * min(runner.track.size_wh_px):
        return None
    middle = runner.hips_px - [0.0, 0.15 * runner.trunk_px]
    side = _side_without(runner, others) if others else WINDOW_TRUNKS * runner.trunk_px
    return Window(runner.time_s, middle, np.full(len(middle), side))


def _matters(person: Person, runner: Person) -> bool:
    return len(person.time_s) >= max(FEWEST_SIGHTINGS, 0.2 * len(runner.time_s))


def _side_without(runner: Person, others: list[Person]) -> float:
    """Return the side of a window that holds the runner and as little as possible of the others."""
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
