"""Screening: check a few frames per second before the full pass over every frame, and refuse what cannot be measured.

Screening samples few frames, so it refuses only clear cases and leaves the others to the full pass. Light, sharpness and camera
shake are checked only here, because only screening measures them on the frames.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import numpy as np

from core.errors import Refused
from core.i18n.message import message as _
from core.model.report import Answers, QualityCheck
from core.model.tracks import Floats
from core.pose.full_pass import Window
from core.pose.people import Detector, detector
from core.pose.runner_selection import (
    FEWEST_SIGHTINGS,
    Person,
    choose_runner,
    passes_joined,
    people_in,
    window_for,
)
from core.quality.body_checks import check_upright, passed
from core.quality.checks import (
    COARSE_RATE_HZ,
    FEWEST_LOOKS,
    check_early,
    frame_rate,
    length,
    one_scene,
    slow_before_coarse,
)
from core.quality.image_checks import dark, grainy, lit, sharp, steady
from core.quality.playback import SHORTEST_S
from core.quality.samples import MOST_BODIES, Notes, Sample, sampled
from core.video.display import Picture
from core.video.reader import Every, Header

EVERY_S, EVERY_PICTURES = 0.2, 6
"""How often to sample: five times per second, but at most every sixth frame, which is about a tenth of the full pass's work."""

DOUBTFUL_LOOKS = 10
"""Number of sampled frames that show whether a clip needs screening before the full pass."""

SURE_TIMES = 2
"""After that decision, the sampling interval grows by this factor."""

TILED_EVERY_S, TILE = 0.5, 0.5
FILM_ADVICE = _("Film one runner from the side, head to feet in the picture.")


@dataclass(frozen=True, kw_only=True)
class Screening:
    """The result of screening a clip.

    Attributes
    ----------
    window : Window or None
        The part of the frame that the full pass should analyse.
    cuts_s : tuple of (float, float)
        The pairs of times between which the scene changes, as the file plays.
    checks : tuple of QualityCheck
        The checks that only screening makes.
    lines : ndarray, shape (k, 3)
        The steep lines of the sampled frames (`core.pose.steep_lines`), their lengths divided by the number of those frames.
    """

    window: Window | None
    cuts_s: tuple[tuple[float, float], ...]
    checks: tuple[QualityCheck, ...]
    lines: Floats


def screen(path: Path, header: Header, answers: Answers, notes: Notes | None = None) -> Screening:
    """Screen a clip, and find the runner in it.

    Parameters
    ----------
    path, header : Path, Header
        The clip.
    answers : Answers
        The runner's answers about it.
    notes : Notes, optional
        The frames of its beginning that `LiveScreening` has sampled; they are not analysed again.

    Raises
    ------
    Refused
        With the key of the first check that refuses; with choices if an answer would settle it.
    SetUpError
        If the pose model is missing or altered.
    """
    _check_duration(header, answers)
    coarse = _rate(header, answers.slow_motion).severity == "refuse"
    every_s = _every_s(header, coarse=coarse)
    return _settled(path, header, answers, sampled(path, header, every_s=every_s, notes=notes))


def _check_duration(header: Header, answers: Answers) -> None:
    """Refuse a clip whose header shows that it is too short."""
    shown_s = header.duration_s / answers.slow_motion
    if shown_s < SHORTEST_S:
        passed(length(shown_s))


def _rate(header: Header, slow_motion: float) -> QualityCheck:
    """Check the rate of the stored frames, of which there are at least as many as distinct ones."""
    return frame_rate((header.n_frames - 1) / max(header.duration_s / slow_motion, 1e-3))


def _every_s(header: Header, *, coarse: bool = False) -> float:
    """Return the sampling interval; if the frame rate is too low to measure, sample every frame to detect slow motion."""
    if coarse:
        return 1 / COARSE_RATE_HZ
    return max(EVERY_S, EVERY_PICTURES * header.duration_s / (header.n_frames - 1))


def _settled(path: Path, header: Header, answers: Answers, looks: list[Sample]) -> Screening:
    """Return the screening result from the sampled frames of a whole clip; errors as for `screen`."""
    slow_motion = answers.slow_motion
    cuts_s = tuple((one.time_s, next_.time_s) for one, next_ in pairwise(looks) if next_.cut)
    scene = _longest_scene(looks, cuts_s, slow_motion)
    people = _people(scene, header, slow_motion)
    if not people:  # nobody is large enough to be found in the whole frame
        start_s, end_s = scene[0].time_s, scene[-1].time_s
        tiled = sampled(path, header, every_s=TILED_EVERY_S, tile=TILE)
        people = _people([look for look in tiled if start_s <= look.time_s <= end_s], header, slow_motion)
    runner = choose_runner(people, answers.runner_at)
    if runner is None:
        _refuse_the_rest(people, looks, header)
    seen = _seen_well(runner, _block_trunks(scene, header, runner))
    check_early(runner.track, seen)
    slow_before_coarse(runner.track, _rate(header, slow_motion))
    clear = (*seen, steady(_down_trunks(scene, header, runner)))
    checks = (*_file(header), *(passed(check) for check in clear))
    return Screening(window=window_for(runner, people), cuts_s=cuts_s, checks=checks, lines=_lines(scene))


class LiveScreening:
    """Screening of a clip while the full pass reads it, so that it is decoded once.

    This is enough if only one runner is seen, who needs no window. Otherwise the clip must be screened first (`screen`): in
    most clips the first two seconds show any doubt.

    Attributes
    ----------
    sure : bool
        Whether that decision was made, and there is no doubt so far.
    notes : Notes
        The frames sampled so far.
    """

    def __init__(self, path: Path, header: Header, answers: Answers, look: Detector) -> None:
        self._path, self._header, self._answers, self._look = path, header, answers, look
        self._due, self.notes = Every(_every_s(header)), Notes(header)
        self.sure = False

    def enough(self, time_s: float, rgb: Picture) -> bool:
        """Sample a frame, if one is due; return False if this screening is not enough."""
        if not self._due(time_s):
            return True
        self._look(time_s, rgb)
        return self._note(rest=False)

    def settled(self) -> Screening | None:
        """Return the result after the clip has been read, or None if this screening is not enough; errors as for `screen`."""
        if not self._note(rest=True):
            return None
        found = _settled(self._path, self._header, self._answers, self.notes.looks)
        return found if found.window is None else None

    def _note(self, *, rest: bool) -> bool:
        looks = self.notes.looks
        for seen in self._look.found(rest=rest):
            self.notes(seen)
            if looks[-1].cut or (len(looks) == DOUBTFUL_LOOKS and self._doubtful()):
                return False
        if len(looks) >= DOUBTFUL_LOOKS and not self.sure:
            self.sure = True
            self._due.every_s *= SURE_TIMES
        return True

    def _doubtful(self) -> bool:
        people = _people(self.notes.looks, self._header, self._answers.slow_motion)
        try:
            runner = choose_runner(people, self._answers.runner_at)
            if runner is not None:
                check_early(runner.track)
        except Refused:
            return True
        return runner is None or window_for(runner, people) is not None


@contextlib.contextmanager
def live_screening(path: Path, header: Header, answers: Answers) -> Iterator[LiveScreening | None]:
    """Open a screening that receives the clip's frames; None if the frame rate is too low for it. Errors as for `screen`."""
    _check_duration(header, answers)
    if _rate(header, answers.slow_motion).severity == "refuse":
        yield None
        return
    with detector(header, bodies=MOST_BODIES) as look:
        yield LiveScreening(path, header, answers, look)


def _file(header: Header) -> tuple[QualityCheck, ...]:
    """Return the checks that a readable file has passed."""
    width, height = header.size_wh_px
    readable = QualityCheck(key="readable_file", severity="pass", what=_("The file could be read."))
    size = QualityCheck(
        key="file_size",
        severity="pass",
        what=_("The pictures are {width} x {height} pixels.", width=width, height=height),
    )
    return readable, size


def _people(looks: Sequence[Sample], header: Header, slow_motion: float) -> list[Person]:
    found = passes_joined(people_in([(look.time_s, look.bodies) for look in looks], header.size_wh_px, slow_motion))
    return found if any(len(person.time_s) >= FEWEST_SIGHTINGS for person in found) else []


def _longest_scene(looks: list[Sample], cuts_s: Sequence[tuple[float, float]], slow_motion: float) -> list[Sample]:
    """Return the sampled frames of the longest segment without a cut.

    Raises
    ------
    Refused
        `no_cuts` if it is too short.
    """
    starts = {after_s for _, after_s in cuts_s}
    scenes: list[list[Sample]] = [[]]
    for look in looks:
        if look.time_s in starts:
            scenes.append([])
        scenes[-1].append(look)
    longest = max(scenes, key=lambda scene: scene[-1].time_s - scene[0].time_s)
    passed(one_scene(len(scenes), (longest[-1].time_s - longest[0].time_s) / slow_motion))
    return longest


def _lines(looks: Sequence[Sample]) -> Floats:
    """Return the steep lines of sampled frames, their lengths divided by the number of frames that were searched."""
    found = [look.lines for look in looks if look.lines is not None]
    if not found:
        return np.zeros((0, 3))
    return np.asarray(np.concatenate(found) / [1.0, 1.0, len(found)])


def _seen_well(person: Person, block_trunks: float) -> tuple[QualityCheck, ...]:
    """Check the light and the sharpness of the frames at a person."""
    sights = np.array(person.sights)
    return lit(sights[:, 0], sights[:, 2]), sharp(sights[:, 1], block_trunks)


def _refuse_the_rest(people: list[Person], looks: list[Sample], header: Header) -> NoReturn:
    """Refuse a clip in which nobody's legs run, for a reason that the largest person shows.

    Raises
    ------
    Refused
        Always.
    """
    if not people:
        passed(dark(float(np.median([look.light for look in looks]))))
        raise Refused("one_runner", _("Nobody was found in this clip."), FILM_ADVICE)
    largest = max(people, key=lambda person: person.size)
    seldom = len(largest.time_s) < max(FEWEST_LOOKS, len(looks) / 2)
    if not seldom:
        check_upright(largest.track)
    check_early(largest.track, _seen_well(largest, _block_trunks(looks, header, largest)))
    if seldom:
        raise Refused("one_runner", _("No runner could be made out in this clip."), FILM_ADVICE)
    passed(grainy(float(np.median([look.noise for look in looks]))))
    raise Refused(
        "running_not_walking", _("Nobody runs in this clip."), _("Film yourself from the side while you run.")
    )


def _block_trunks(looks: Sequence[Sample], header: Header, person: Person) -> float:
    """Return the size of the frames' blocks in a person's trunk lengths."""
    return float(np.median([look.block for look in looks])) * header.size_wh_px[1] / person.trunk_px


def _down_trunks(looks: Sequence[Sample], header: Header, runner: Person) -> list[float]:
    """Return the background's downward shift between sampled frames, in the runner's trunk lengths."""
    down = [look.change.down for look in looks[1:]]
    return [share * header.size_wh_px[1] / runner.trunk_px for share in down if share is not None]
