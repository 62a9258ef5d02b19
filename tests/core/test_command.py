from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import numpy as np
import pytest

import core.report
from core import command
from core.command import load_track, main, parse_pace
from core.errors import BadAnswer, Refused
from core.model import CHECKS, Answers, Report
from core.shares import Shares
from core.store import Store, key_of, now_utc
from tests.core.fake_analyses import a_report


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out" / "report.json"


@pytest.fixture
def track_file(tmp_path):
    """Write an npz of a person who stands still, with changes, and return its path."""

    def write(**changes):
        n = 60
        # Shoulders over hips over knees over ankles, a little wider than a line.
        body = np.linspace((600, 100), (660, 650), 33)
        arrays = {
            "time_s": np.arange(n) / 30,
            "xy_px": np.broadcast_to(body, (n, 33, 2)),
            "visibility": np.ones((n, 33)),
            "size_wh_px": np.array([1280, 720]),
        } | changes
        path = tmp_path / "track.npz"
        np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
        return path

    return write


@pytest.fixture
def asked(monkeypatch):
    """Put a quick analysis in the real one's place, and return what it is asked."""
    seen = []

    def measure_track(track, answers):
        seen.append((track, answers))
        return a_report(answers)

    monkeypatch.setattr(core.report, "measure_track", measure_track)
    return seen


def run(*arguments):
    return main([str(argument) for argument in arguments])


def refusal(out):
    return json.loads(out.read_text())["refused"]


@pytest.mark.parametrize(
    ("text", "pace_s_per_km"),
    [("5:00/km", 300), ("5:00", 300), (" 4:05 / KM ", 245), ("8:00/mi", 298.258), ("12:30/mi", 466.028)],
)
def test_a_pace_is_read_per_km_or_per_mile(text, pace_s_per_km):
    assert parse_pace(text) == pytest.approx(pace_s_per_km, abs=0.001)


@pytest.mark.parametrize("text", ["", "5", "5:60/km", "5:0/km", "fast", "5:00/h", "-5:00/km", "5:00/km please"])
def test_what_is_no_pace_is_said_so(text):
    with pytest.raises(BadAnswer):
        parse_pace(text)


def test_the_answers_reach_the_analysis_and_its_report_the_file(track_file, out, asked):
    options = ["--effort", "marathon", "--pace", "8:00/mi", "--treadmill", "--height-cm", "178", "--slow-motion", "4"]
    assert run("measure-track", track_file(), "--json", out, *options) == 0
    ((track, answers),) = asked
    assert track.slow_motion == 4
    assert answers == Answers(
        effort="marathon", pace_s_per_km=480 / 1.609344, surface="treadmill", slow_motion=4, height_cm=178
    )
    assert Report.from_json(out.read_text()) == a_report(answers)


def test_the_tracks_own_slow_motion_counts_where_none_is_given(track_file, out, asked):
    assert run("measure-track", track_file(slow_motion=np.array(8.0)), "--json", out) == 0
    ((track, answers),) = asked
    assert track.slow_motion == answers.slow_motion == 8


def test_the_arrays_of_a_track_arrive_as_they_are(track_file):
    xy_px = np.random.default_rng(1).uniform(0, 700, (60, 33, 2))
    xy_px[3, 5] = np.nan
    track = load_track(track_file(xy_px=xy_px))
    np.testing.assert_array_equal(track.xy_px, xy_px)
    assert track.size_wh_px == (1280, 720)


def test_somebody_who_stands_still_is_refused_by_the_real_analysis(track_file, out, capsys):
    assert run("measure-track", track_file(), "--json", out) == 2
    said = refusal(out)
    assert said["key"] in CHECKS
    assert said["key"] != "readable_file"
    assert capsys.readouterr().err == f"{said['what']} {said['advice']}\n"


def test_slow_motion_that_was_not_told_ends_with_the_likely_factor_in_words(drawn, track_file, out, capsys):
    _, track = drawn(fps_hz=120.0)
    arrays = {"xy_px": track.xy_px, "visibility": track.visibility, "size_wh_px": np.array(track.size_wh_px)}
    slowed = track_file(time_s=track.time_s * 4, **arrays)
    assert run("measure-track", slowed, "--json", out) == 2
    assert set(refusal(out)) == {"key", "what", "advice"}
    assert refusal(out)["key"] == "true_speed"
    assert "how many times slower it plays: probably 4." in capsys.readouterr().err
    assert run("measure-track", slowed, "--json", out, "--slow-motion", "4") == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"xy_px": None, "visibility": None}, "no xy_px and no visibility"),
        ({"xy_px": np.zeros((60, 17, 2))}, "xy_px: expected shape (60, 33, 2), got (60, 17, 2)"),
        ({"visibility": np.zeros(60)}, "visibility: expected shape (60, 33), got (60,)"),
        ({"time_s": np.zeros(60)}, "strictly rising"),
        ({"time_s": np.array(["a"] * 60)}, "could not convert"),
        ({"size_wh_px": np.array([1280, 720, 3])}, "size_wh_px"),
        ({"size_wh_px": np.array([1280, 0])}, "size_wh_px"),
        ({"slow_motion": np.array(0.0)}, "slow_motion"),
        ({"slow_motion": np.array([1.0, 2.0])}, "slow_motion"),
        ({"time_s": np.array([{"an": "object"}] * 60)}, "plain arrays"),
    ],
)
def test_a_track_of_the_wrong_form_is_refused_with_what_is_wrong(track_file, out, changes, says):
    assert run("measure-track", track_file(**changes), "--json", out) == 2
    assert refusal(out)["key"] == "readable_file"
    assert says in refusal(out)["what"]


def test_files_that_hold_no_track_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("not an archive")
    (tmp_path / "empty.npz").touch()
    np.save(tmp_path / "single.npy", np.zeros(3))
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as archive:
        archive.writestr("time_s.npy", b"nonsense")
    for name in ("text.npz", "empty.npz", "single.npy", "zip.npz", "absent.npz"):
        with pytest.raises(Refused) as error:
            load_track(tmp_path / name)
        assert error.value.key == "readable_file"


def test_a_clip_that_is_none_is_refused(tmp_path, out, capsys):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"not a video" * 100)
    for path in (clip, tmp_path / "absent.mp4"):
        assert run("analyse", path, "--json", out) == 2
        assert refusal(out)["key"] == "readable_file"
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("options", [("--pace", "quick"), ("--pace", "1:00/km"), ("--slow-motion", "99")])
def test_an_answer_that_cannot_be_is_refused_before_the_work(track_file, out, asked, options):
    assert run("measure-track", track_file(), "--json", out, *options) == 2
    assert refusal(out)["key"] == "bad_answer"
    assert asked == []


@pytest.mark.parametrize("options", [("--effort", "sprint"), ("--treadmill", "--ground"), ("--unknown",)])
def test_an_option_that_is_none_ends_with_2(track_file, out, options):
    with pytest.raises(SystemExit) as end:
        run("measure-track", track_file(), "--json", out, *options)
    assert end.value.code == 2


def test_purge_says_what_it_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    with Store.open(clock=lambda: now_utc() - timedelta(days=2)) as store:
        store.add(Answers())
    assert run("purge") == 0
    assert capsys.readouterr().out.startswith("Removed 1 jobs, 0 clips")


def test_purge_removes_links_whose_time_is_over(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    with Store.open() as store:
        token = store.add(Answers())
        store.finish(store.claim(key_of(token)).key, a_report(Answers()))
        Shares(store.engine, lambda: now_utc() - timedelta(days=8)).make(token, life=timedelta(days=7))
        assert run("purge") == 0
        assert capsys.readouterr().out.endswith("and 1 links.\n")
        assert store.job(token).report is not None


def test_serve_runs_streamlit_with_its_options(monkeypatch):
    ran = []
    monkeypatch.setattr("os.execv", lambda program, arguments: ran.append((program, arguments)))
    run("serve", "--server.port", "8600")
    script = str(command.ROOT / "streamlit_app.py")
    expected = [sys.executable, "-m", "streamlit", "run", script, "--server.port", "8600"]
    assert ran == [(sys.executable, expected)]


def test_serve_without_the_pages_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert run("serve") == 2
    assert "not installed" in capsys.readouterr().err


def test_help_does_not_wait_for_the_analysis_to_load():
    code = (
        "import sys, contextlib; from core.command import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "sys.exit(bool({'cv2', 'av', 'mediapipe', 'scipy', 'sqlalchemy', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=command.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "measure-track" in done.stdout
