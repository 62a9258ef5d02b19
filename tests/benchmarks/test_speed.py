"""The clips that speed is measured with are what their formats say, and a clip that is refused ends the benchmark."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.speed import analysis
from benchmarks.speed.clips import HD60, STRIDE, make_clip
from core.errors import Refused
from core.paths import ROOT
from core.video.reader import frames, read_header


def test_a_clip_is_one_stride_over_and_over(tmp_path: Path) -> None:
    path = make_clip(tmp_path, replace(HD60, lines=180, seconds=2.1))
    assert [left.name for left in tmp_path.iterdir()] == [path.name]
    header = read_header(path)
    assert (header.size_wh_px, header.n_frames, header.codec) == ((180, 320), 126, "h264")
    shown = list(frames(path))
    np.testing.assert_allclose([frame.time_s for frame in shown], np.arange(126) / 60, atol=1e-4)
    once = round(STRIDE.stride_s * 60)
    for index in (0, 1, once - 1):
        np.testing.assert_array_equal(shown[index].rgb, shown[index + once].rgb)
    with av.open(str(path)) as container:
        keys = [n for n, packet in enumerate(container.demux(video=0)) if packet.size and packet.is_keyframe]
    assert keys == [0, once, 2 * once]


def test_a_clip_that_is_refused_ends_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> bool:
        raise Refused("true_speed", "It plays slowly.", "Say how slowly.")

    monkeypatch.setattr(analysis, "run_in_child", refuse)
    threads = threading.active_count()
    analysis._own([ROOT / "assets" / "demo_clip.mp4"], 1, None)
    assert capsys.readouterr().out == "demo_clip.mp4: true_speed: It plays slowly. Say how slowly.\n"
    assert threading.active_count() == threads
