"""Who is in a clip, who of them runs, and where to look for that one: told from a look a few times a second.

The pose model follows whomever it sees first, often the coach beside the belt; and it sees a small runner badly. Who runs is told
by leg motion, not by size. Where that needs it, the long pass looks only at a window around the runner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.errors import Box, Choices, Refused
from core.i18n.translate import gettext as _
from core.model.tracks import ANKLE, HIP, KNEE, LANDMARK_OF, SHOULDER, Floats, PoseTrack
from core.pose.image_quality import Sight
from core.pose.landmarker import Window

STANDS_TRUNKS, FASTEST_TRUNKS_PER_S = 1.0, 10.0
"""A body this near (trunk lengths, and more with the time since) to where somebody was going is that somebody."""

FEWEST_SIGHTINGS = 3
"""Who is seen less often is not followed, only blurred."""

LEGS_SHOWN = 0.7
"""Legs whose ankles are in the picture less than this could not be measured; out of it the pose model makes them up."""

BELIEVED = 0.5
"""Legs of which the pose model says less (its visibility) are those of a body it sees in leaves or furniture."""

RUNS_LEGS = 0.12
"""Legs of a runner spread and close: standard deviation of an ankle's way, in leg lengths, at least this (drawn: 0.2 and more)."""

RIVAL = 0.6
"""Another mover nearly as large (share of the trunk's length) and nearly as long in the clip makes it unclear who is meant."""

AS_LARGE = 0.75
"""Who runs at other times, and whose trunk is as long within this share, is a runner who passes again (drawn: 0.97)."""

LARGE_SHARE = 0.45
"""A runner, alone, whose body fills this share of the picture's short side needs no window."""

WINDOW_TRUNKS = 5.5
"""Side of the window: a body is about three and a half trunk lengths tall."""

TAPPED_TRUNKS, TAPPED_S = 2.0, 0.6
"""Somebody this far (trunk lengths, seconds) from where the runner tapped may be meant."""

_HEAD, _LEGS = slice(0, 11), slice(25, 33)
_HEAD_TRUNKS = 0.42


class Body(NamedTuple):
    """Somebody in one picture: landmarks of shape (33, 4) as in `core.pose.people.Glimpse`, and how well they can be seen."""

    points: Floats
    sight: Sight


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody seen in a clip; every entry of the track was seen, as well as `sights` says."""

    track: PoseTrack
    sights: tuple[Sight, ...]

    @property
    def time_s(self) -> Floats:
        """When, as the file plays: shape (n,)."""
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
        """How much the ankles move fore and aft of each other, each in leg lengths; who stands astride does not move."""
        hip, knee, ankle = (self._joint(joint) for joint in (HIP, KNEE, ANKLE))
        leg_px = np.median(np.linalg.norm(knee - hip, axis=2) + np.linalg.norm(ankle - knee, axis=2))
        return float(np.std(ankle[:, 0, 0] - ankle[:, 1, 0]) / 2 / max(float(leg_px), 1.0))

    @property
    def legs_shown(self) -> float:
        """Share of the ankles that are inside the picture."""
        ankles = self._joint(ANKLE)
        return float(((ankles >= 0) & (ankles < self.track.size_wh_px)).all(axis=2).mean())

    @property
    def runs(self) -> bool:
        """Whether this one's legs move as a runner's (or a walker's) do, and can be seen to."""
        often = len(self.time_s) >= FEWEST_SIGHTINGS
        believed = float(np.median(self.track.visibility[:, _LEGS])) >= BELIEVED
        return often and believed and self.leg_motion >= RUNS_LEGS and self.legs_shown >= LEGS_SHOWN

    @property
    def size(self) -> float:
        """How much of the clip this one is: by length of the trunk, and by how long it is seen."""
        return self.trunk_px * len(self.time_s)

    def box(self, index: int) -> Box:
        """Return where the body is, a little larger than its landmarks."""
        spare = 0.25 * self.trunk_px
        points = self.track.xy_px[index]
        return self._shares(points.min(axis=0) - spare, points.max(axis=0) + spare)

    def face(self, index: int) -> Box:
        """Return where the head is, hair and all."""
        middle, reach = self.track.xy_px[index, _HEAD].mean(axis=0), _HEAD_TRUNKS * self.trunk_px
        return self._shares(middle - reach, middle + reach)

    def _shares(self, low_px: Floats, high_px: Floats) -> Box:
        corners = np.clip(np.concatenate([low_px, high_px]) / np.tile(self.track.size_wh_px, 2), 0.0, 1.0)
        left, top, right, bottom = (round(float(share), 4) for share in corners)
        return left, top, right, bottom


def people_in(
    sightings: Iterable[tuple[float, Sequence[Body]]], size_wh_px: tuple[int, int], slow_motion: float = 1.0
) -> list[Person]:
    """Join the bodies of all glimpses into people, each body to whom it continues best.

    Parameters
    ----------
    sightings : iterable of (float, sequence of Body)
        Times, and who was seen then.
    size_wh_px : tuple of int
        The upright picture.
    slow_motion : float
        How many times slower than life the file plays.
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
    """Return the people with those who run at other times, as large in the picture, as one: a runner who passes again."""
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
    """Return two people as one, their sightings in order."""
    order = np.argsort(np.concatenate([one.time_s, other.time_s]))

    def sorted_(name: str) -> Floats:
        return np.asarray(np.concatenate([getattr(one.track, name), getattr(other.track, name)])[order])

    track = replace(
        one.track,
        time_s=sorted_("time_s"),
        xy_px=sorted_("xy_px"),
        visibility=sorted_("visibility"),
        depth_px=None if one.track.depth_px is None or other.track.depth_px is None else sorted_("depth_px"),
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
    """Return the bodies without those that stand where another does: the same one in another square, which may cut it off."""
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
    """Return how far a body is from where somebody would be by now, in trunk lengths; another size counts as further."""
    last_s, last = track[-1]
    goes = np.zeros(2)
    if len(track) > 1:
        goes = (_hips(last) - _hips(track[-2][1])) / max(last_s - track[-2][0], 0.1)
    # A hand that shakes moves everybody to and fro: who is where they were may be meant as well.
    away = min(np.linalg.norm(_hips(body) - _hips(last) - goes * s) for s in (0.0, min(time_s - last_s, 0.5)))
    resized = abs(np.log(_trunk_px(body) / _trunk_px(last)))
    return float(away / _trunk_px(body) + 2 * resized)


def choose_runner(people: list[Person], at: tuple[float, float, float] | None = None) -> Person | None:
    """Return who runs: of those whose legs move, the largest and longest seen; None where nobody's legs do.

    Parameters
    ----------
    people : list of Person
        Everyone in the clip.
    at : tuple of float, optional
        Who is meant: `core.model.report.Answers.runner_at`.

    Raises
    ------
    Refused
        `one_runner` where two of them could be meant, or nobody is where `at` says; with those to choose from.
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
    """Return whether another could be meant as well as the first: seen at the same time, as large, and as long."""
    together = len(np.intersect1d(first.time_s, other.time_s)) >= 0.5 * len(first.time_s)
    long = len(other.time_s) >= RIVAL * len(first.time_s)
    return together and long and other.trunk_px >= RIVAL * first.trunk_px


def _choices(candidates: list[Person], people: list[Person]) -> Choices | None:
    """Return where the candidates are when the first two are furthest apart, and everyone's face at that time."""
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


def _tapped(people: list[Person], at: tuple[float, float, float]) -> Person:
    """Return who is nearest to a point at a time."""
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
    """Return the part of the picture to look at, or None where the whole picture serves as well."""
    others = [person for person in people if person is not runner and _matters(person, runner)]
    if not others and 3.5 * runner.trunk_px >= LARGE_SHARE * min(runner.track.size_wh_px):
        return None
    middle = runner.hips_px - [0.0, 0.15 * runner.trunk_px]
    side = _side_without(runner, others) if others else WINDOW_TRUNKS * runner.trunk_px
    return Window(runner.time_s, middle, np.full(len(middle), side))


def _matters(person: Person, runner: Person) -> bool:
    return len(person.time_s) >= max(FEWEST_SIGHTINGS, 0.2 * len(runner.time_s))


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
