"""The cadence while a clip is still being read: when it stands, what it says, and that it says nothing of who does not run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.model.progress import Progress
from core.model.report import Answers
from core.model.tracks import LANDMARKS, PoseTrack
from core.paths import ROOT
from core.pose.accumulator import FullPass
from core.quality.live_cadence import EVERY_S, WORTH_TELLING_SPM, CadenceSoFar
from core.quality.screening import Screening
from core.report import pipeline
from core.video.reader import Header
from simulation import Stride

Drawn = Callable[..., Any]
CLIP = ROOT / "assets" / "demo_clip.mp4"


def header_of(track: PoseTrack) -> Header:
    return Header(size_wh_px=track.size_wh_px, n_frames=len(track), duration_s=0.0, codec="", rotation_deg=0)


def passes(track: PoseTrack) -> Iterator[FullPass]:
    """Yield the long pass over a clip that shows this track, after each picture."""
    return grown(FullPass(header_of(track), track.slow_motion), track)


def grown(so_far: FullPass, track: PoseTrack) -> Iterator[FullPass]:
    """Yield a new long pass after each picture of this track."""
    for done, (time_s, xy_px) in enumerate(zip(track.time_s, track.xy_px, strict=True), 1):
        so_far.show(float(time_s), repeats=False, looked=True)
        points = np.concatenate([xy_px / track.size_wh_px, np.zeros((LANDMARKS, 1)), np.ones((LANDMARKS, 1))], axis=1)
        so_far.find([points], done)
        yield so_far


def told(track: PoseTrack) -> list[tuple[float, float]]:
    """Return what is told of a track: after how many seconds of true time, and the cadence, each time it changed."""
    cadence, changes = CadenceSoFar(), list[tuple[float, float]]()
    for so_far in passes(track):
        spm = cadence(so_far)
        if spm is not None and (not changes or spm != changes[-1][1]):
            changes.append((so_far.true_s, spm))
    return changes


def joined(one: PoseTrack, other: PoseTrack) -> PoseTrack:
    """Return one track after the other."""
    return PoseTrack(
        time_s=np.concatenate([one.time_s, one.time_s[-1] + 1 / 60 + other.time_s]),
        xy_px=np.concatenate([one.xy_px, other.xy_px]),
        visibility=np.concatenate([one.visibility, other.visibility]),
        size_wh_px=one.size_wh_px,
    )


@pytest.mark.parametrize("speed_mps", [2.2, 3.0, 5.5])
@pytest.mark.parametrize("settings", [{}, {"fps_hz": 24.0}, {"fps_hz": 240.0, "slow_motion": 4.0}])
def test_it_stands_after_two_seconds_of_true_time(drawn: Drawn, speed_mps: float, settings: dict[str, float]) -> None:
    truth, track = drawn(Stride(speed_mps=speed_mps), **settings)
    (after_s, first), *rest = told(track)
    assert after_s == pytest.approx(2 * EVERY_S, abs=0.1)
    assert first == pytest.approx(truth.figures["cadence"], abs=1)
    assert len(rest) <= 1  # it keeps changing by less than is worth telling


@pytest.mark.parametrize("speed_mps", [1.2, 1.5])
def test_who_walks_has_none(drawn: Drawn, speed_mps: float) -> None:
    assert told(drawn(Stride(speed_mps=speed_mps, walking=True))[1]) == []


def test_who_stands_or_is_not_there_has_none(drawn: Drawn) -> None:
    track = drawn()[1]
    noise = np.random.default_rng(7).normal(0.0, 2.0, track.xy_px.shape)
    for xy_px in (track.xy_px[:1] + noise, np.full_like(track.xy_px, np.nan)):
        still = PoseTrack(time_s=track.time_s, xy_px=xy_px, visibility=track.visibility, size_wh_px=track.size_wh_px)
        assert told(still) == []


def test_what_plays_too_slowly_for_a_runner_has_none(drawn: Drawn) -> None:
    """Slow motion that nobody told of: the clip will be asked about."""
    track = drawn(fps_hz=240.0, slow_motion=4.0, duration_s=3.0)[1]
    as_played = PoseTrack(
        time_s=track.time_s, xy_px=track.xy_px, visibility=track.visibility, size_wh_px=track.size_wh_px
    )
    assert told(as_played) == []


def test_it_is_told_again_only_where_it_changed(drawn: Drawn) -> None:
    slow, fast = (drawn(Stride(cadence_spm=spm))[1] for spm in (160.0, 172.0))
    changes = told(joined(slow, fast))
    assert len(changes) > 1
    assert (np.diff([after_s for after_s, _ in changes]) >= EVERY_S).all()
    assert (np.abs(np.diff([spm for _, spm in changes])) >= WORTH_TELLING_SPM).all()


def test_a_body_that_is_lost_and_found_breaks_nothing(drawn: Drawn) -> None:
    track = drawn(fps_hz=30.0)[1]
    for seed in range(5):
        seen = np.random.default_rng(seed).random(len(track)) < 0.1 + 0.2 * seed
        xy_px = np.where(seen[:, None, None], track.xy_px, np.nan)
        lost = PoseTrack(time_s=track.time_s, xy_px=xy_px, visibility=track.visibility, size_wh_px=track.size_wh_px)
        cadences = [spm for _, spm in told(lost)]
        assert cadences or seed == 0, "enough was seen"
        assert cadences == pytest.approx([Stride().cadence_spm] * len(cadences), abs=6)


def test_a_clip_that_is_looked_at_first_is_told_of_anew(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told of whoever the whole picture showed is withdrawn."""
    track = drawn()[1]
    doubtful = SimpleNamespace(sure=True, settled=lambda: None, notes=None)

    def full_pass(_: Path, so_far: FullPass, **__: object) -> Iterator[None]:
        for _ in grown(so_far, track):
            yield None

    monkeypatch.setattr(pipeline, "live_screening", lambda *_: nullcontext(doubtful))
    monkeypatch.setattr(
        pipeline, "screen", lambda *_: Screening(window=None, cuts_s=(), checks=(), lines=np.zeros((0, 3)))
    )
    monkeypatch.setattr(pipeline, "full_pass", full_pass)
    seen: list[Progress] = []
    last_spm = pipeline._read(CLIP, header_of(track), Answers(), seen.append).cadence_spm
    one, other = seen[: len(track)], seen[len(track) :]
    assert [now.cadence_spm for now in one] == [now.cadence_spm for now in other]
    assert (other[0].cadence_spm, other[-1].cadence_spm) == (None, last_spm)
    assert last_spm is not None
