from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest

import core.report.pipeline
from core import knowledge
from core.cli import main as command_line
from core.cli.main import load_track, main, parse_pace
from core.errors import BadAnswer, Choices, Refused
from core.i18n.message import message
from core.model import amounts
from core.model.measures import Missing
from core.model.media import MEDIA
from core.model.report import CHECKS, Answers, Report
from core.report.csv import strides_csv
from core.settings import Settings
from core.storage import claims
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests import builders
from tests.core.fake_analyses import a_report

DEMO = command_line.ROOT / "assets" / "demo_report.json"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "report.json"


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

    monkeypatch.setattr(core.report.pipeline, "measure_track", measure_track)
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


# --- what is written --------------------------------------------------------------------------------------------------


@pytest.fixture
def clip(tmp_path):
    """A file that must never be written to, and that no analysis is to look at."""
    path = tmp_path / "run.mp4"
    path.write_bytes(b"my only copy")
    return path


@pytest.fixture
def untouched(monkeypatch):
    """Let no analysis begin."""

    def analyse(*_, **__):
        raise AssertionError("nothing is read before every output has been looked at")

    monkeypatch.setattr(core.report.pipeline, "analyse", analyse)
    monkeypatch.setattr(core.report.pipeline, "measure_track", analyse)


def other_names(clip):
    """Return every way to name the same file."""
    folder = clip.parent
    (folder / "soft.mp4").symlink_to(clip.name)
    (folder / "twice.mp4").symlink_to("soft.mp4")
    (folder / "hard.mp4").hardlink_to(clip)
    (folder / "inside").mkdir()
    (folder / "around").symlink_to(folder, target_is_directory=True)
    return {
        "itself": clip,
        "soft link": folder / "soft.mp4",
        "link to a link": folder / "twice.mp4",
        "hard link": folder / "hard.mp4",
        "round about": folder / "inside" / ".." / clip.name,
        "through a folder's link": folder / "around" / clip.name,
        "relative": Path(os.path.relpath(clip)),
    }


WAYS = ("itself", "soft link", "link to a link", "hard link", "round about", "through a folder's link", "relative")


def refused_plainly(capsys):
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("option", ["--json", "--video", "--csv"])
def test_the_input_is_never_written_over(clip, untouched, capsys, option, way):
    assert run("analyse", clip, option, other_names(clip)[way]) == 2
    assert "would write over" in refused_plainly(capsys)
    assert clip.read_bytes() == b"my only copy"


@pytest.mark.parametrize("way", WAYS)
def test_nor_is_it_if_it_is_named_by_a_link_itself(clip, untouched, capsys, way):
    assert run("analyse", other_names(clip)[way], "--json", clip) == 2
    assert "would write over" in refused_plainly(capsys)
    assert clip.read_bytes() == b"my only copy"


@pytest.mark.parametrize("name", [name for name in MEDIA if name.endswith(".jpg")])
def test_no_key_frame_is_written_over_the_input(tmp_path, untouched, capsys, name):
    (tmp_path / name).write_bytes(b"my only copy")
    (tmp_path / "clip.mp4").hardlink_to(tmp_path / name)
    assert run("analyse", tmp_path / "clip.mp4", "--key-frames", tmp_path) == 2
    assert "would write over" in refused_plainly(capsys)
    assert (tmp_path / "clip.mp4").read_bytes() == b"my only copy"


def test_a_track_is_not_written_over_either(track_file, untouched, capsys):
    before = track_file().read_bytes()
    assert run("measure-track", track_file(), "--json", track_file()) == 2
    assert "would write over" in refused_plainly(capsys)
    assert track_file().read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ("--json", "same", "--csv", "same"),
        ("--json", "same", "--video", "./inside/../same"),
        ("--csv", "same", "--video", "soft"),
        ("--json", "inside/toe_off.jpg", "--key-frames", "inside"),
        ("--json", "new", "--key-frames", "new"),
        ("--json", "new", "--key-frames", "new/pictures"),
        ("--video", "old", "--csv", "hard"),
    ],
)
def test_two_outputs_are_not_one_file(clip, untouched, capsys, monkeypatch, options):
    monkeypatch.chdir(clip.parent)
    Path("inside").mkdir()
    Path("soft").symlink_to("same")
    Path("old").write_text("old")
    Path("hard").hardlink_to("old")
    assert run("analyse", clip, *options) == 2
    refused_plainly(capsys)
    assert Path("old").read_text() == "old"


@pytest.mark.parametrize("option", ["--json", "--video", "--csv"])
@pytest.mark.parametrize("where", ["inside", "run.mp4/inside", "loop", "/proc/nothing/here", "x" * 300])
def test_where_nothing_can_be_written_is_said_before_the_work(clip, untouched, capsys, monkeypatch, option, where):
    monkeypatch.chdir(clip.parent)
    Path("inside").mkdir()
    Path("loop").symlink_to("loop")
    assert run("analyse", clip, option, where) == 2
    assert option in refused_plainly(capsys)


@pytest.mark.parametrize("option", ["--json", "--video", "--csv"])
def test_a_folder_that_is_not_there_is_named(clip, untouched, capsys, option):
    assert run("analyse", clip, option, clip.parent / "absent" / "out") == 2
    assert "there is no folder" in refused_plainly(capsys)
    assert not (clip.parent / "absent").exists()


def test_key_frames_need_a_folder(clip, untouched, capsys):
    (clip.parent / "file").touch()
    assert run("analyse", clip, "--key-frames", clip.parent / "file") == 2
    assert "is not a folder" in refused_plainly(capsys)


def test_what_may_not_be_written_is_said_before_the_work(clip, untouched, capsys, monkeypatch):
    out = clip.parent / "mine.json"
    out.write_text("mine")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert run("analyse", clip, "--json", out) == 2
    assert "permission denied" in refused_plainly(capsys)
    assert out.read_text() == "mine"


def test_a_disk_that_fills_up_is_a_plain_line_too(track_file, asked, capsys):
    assert run("measure-track", track_file(), "--json", "/dev/full") == 2
    assert "no space left" in refused_plainly(capsys)


def test_a_refusal_goes_into_the_json_if_only_another_output_is_wrong(clip, untouched, out, capsys):
    assert run("analyse", clip, "--json", out, "--video", clip) == 2
    assert "would write over" in refusal(out)["what"]
    assert refusal(out)["key"] == "bad_answer"


def test_nothing_is_left_behind_by_the_look_at_the_outputs(track_file, asked, tmp_path):
    track = track_file()
    assert run("measure-track", track, "--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv") == 0
    assert {path.name for path in tmp_path.iterdir()} == {track.name, "a.json", "a.csv"}


# --- whole files, and pipes ------------------------------------------------------------------------------------------------


@pytest.fixture
def analysed(clip, monkeypatch):
    """Put a quick analysis in the real one's place, whose video and key frames are a few bytes."""
    monkeypatch.setattr(core.report.pipeline, "analyse", lambda *_a, **_k: SimpleNamespace(report=builders.report()))
    monkeypatch.setattr("core.report.rendering.annotate_video", lambda _clip, _one, out: out.write_bytes(b"a video"))
    monkeypatch.setattr(
        "core.report.rendering.draw_key_frames", lambda _clip, _one, folder: (folder / "swing.jpg").write_bytes(b"jpg")
    )
    return clip


def stop_after(monkeypatch, function, written):
    """Let a function write a little, and then let the user press Ctrl-C."""

    def stopped(*arguments):
        written(arguments[-1])
        raise KeyboardInterrupt

    monkeypatch.setattr(f"core.report.rendering.{function}", stopped)


@pytest.mark.parametrize("before", [None, b"of yesterday"])
def test_ctrl_c_leaves_no_half_file(analysed, tmp_path, monkeypatch, capsys, before):
    video, folder = tmp_path / "video.mp4", tmp_path / "pictures"
    if before:
        video.write_bytes(before)
    stop_after(monkeypatch, "annotate_video", lambda out: out.write_bytes(b"half"))
    assert run("analyse", analysed, "--video", video, "--json", tmp_path / "a.json") == command_line.STOPPED
    stop_after(monkeypatch, "draw_key_frames", lambda out: (out / "swing.jpg").write_bytes(b"half"))
    assert run("analyse", analysed, "--key-frames", folder) == command_line.STOPPED
    assert capsys.readouterr().err.splitlines() == ["Stopped. What was not complete was not written."] * 2
    assert (video.read_bytes() if video.exists() else None) == before
    assert not list(folder.iterdir())
    assert {path.name for path in tmp_path.iterdir()} <= {analysed.name, "video.mp4", "pictures"}


def test_a_link_stays_a_link_and_a_mode_its_mode(analysed, tmp_path):
    kept, link = tmp_path / "kept.mp4", tmp_path / "link.mp4"
    kept.write_bytes(b"old")
    kept.chmod(0o640)
    link.symlink_to(kept)
    assert run("analyse", analysed, "--video", link, "--key-frames", tmp_path / "new" / "folder") == 0
    assert link.is_symlink()
    assert kept.read_bytes() == b"a video"
    assert kept.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["swing.jpg"]


def test_a_report_and_a_table_go_to_a_pipe(analysed, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("analyse", analysed, "--json", "-") == 0
    assert Report.from_json(capsys.readouterr().out) == builders.report()
    assert run("analyse", analysed, "--csv", "-") == 0
    assert capsys.readouterr().out == strides_csv(builders.report())
    assert not (tmp_path / "-").exists()


def test_a_refusal_goes_to_a_pipe_too(untouched, tmp_path, capsys):
    assert run("analyse", tmp_path / "none.mp4", "--json", "-") == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["refused"]["what"] in said.err


@pytest.mark.parametrize("option", ["--video", "--sheet"])
def test_other_files_do_not_go_to_a_pipe(clip, untouched, capsys, option):
    assert run("analyse", clip, option, "-") == 2
    assert f"{option} cannot be written to a pipe." in capsys.readouterr().err


def test_a_clip_does_not_come_from_a_pipe(untouched, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("analyse", "-") == 2
    assert capsys.readouterr().err == (
        "A clip or a track is read from a file, not from a pipe. Save it, and give the name of the file.\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_of_few_characters_shows_the_rest_as_codes(track_file, asked, monkeypatch, encoding):
    bytes_out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(bytes_out, encoding=encoding))
    assert run("measure-track", track_file()) == 0
    assert b"Forward lean" in bytes_out.getvalue()


def test_whoever_stops_reading_ends_it_without_a_fault():
    read, write = os.pipe()
    os.close(read)
    code = subprocess.run(
        [sys.executable, "-m", "core.cli.main", "schema"], stdout=write, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(write)
    assert (code.returncode, code.stderr) == (command_line.CLOSED, b"")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["analyse", "x.mp4", "--slow-motion", "x"], "Argument --slow-motion: invalid float value: 'x'."),
        (["analyse"], "The following arguments are required: CLIP."),
        (["worker", "--processes", "0"], "0 processes can do no work. Give 1 or more."),
    ],
)
def test_a_wrong_option_is_one_plain_line(capsys, given, says):
    try:
        code = run(*given)
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    assert (code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert says in said.err


# --- sentences that say just that ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["analyse", "measure-track"])
@pytest.mark.parametrize(
    ("name", "says"), [("absent.mp4", "There is no file"), ("folder", "is a folder"), ("pipe", "is not a file")]
)
def test_what_is_no_file_is_said_so(tmp_path, untouched, capsys, command, name, says):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert run(command, tmp_path / name) == 2
    assert says in refused_plainly(capsys)


@pytest.mark.parametrize("pace", ["0:30", "0:30/km", "1:59/km", "15:01", "3:13/mi", "24:09/mi", "99:59"])
def test_a_pace_that_nobody_runs_is_told_as_it_was_given(track_file, asked, capsys, pace):
    assert run("measure-track", track_file(), "--pace", pace) == 2
    assert f"The pace {pace} cannot be right." in refused_plainly(capsys)
    assert asked == []


# --- a table, a report, a schema ------------------------------------------------------------------------------------------


def test_without_a_file_the_figures_are_printed_with_their_errors(track_file, monkeypatch, capsys):
    report = builders.report()
    monkeypatch.setattr(core.report.pipeline, "measure_track", lambda *_: report)
    assert run("measure-track", track_file()) == 0
    lines = capsys.readouterr().out.splitlines()
    texts = knowledge.load().measures
    for key, measure in report.measures.items():
        (line,) = [line for line in lines if line.startswith((f"{texts[key].name}  ", f"{texts[key].name}:"))]
        if isinstance(measure, Missing):
            assert str(measure.missing_because) in line
        else:
            assert f"{amounts.value(measure)}  {amounts.error(measure)}" in line
    assert "Stand the phone on something flat next time." in "\n".join(lines)


def test_the_table_of_strides_is_the_pages_own(track_file, asked, tmp_path):
    assert run("measure-track", track_file(), "--csv", tmp_path / "strides.csv") == 0
    assert (tmp_path / "strides.csv").read_text() == strides_csv(a_report(asked[0][1]))


@pytest.mark.parametrize("report", [builders.report(), Report.from_json(DEMO.read_text())], ids=["built", "demo"])
def test_reports_are_as_the_printed_schema_says(capsys, report):
    assert run("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    plain = json.loads(report.to_json())
    validator.validate(plain)
    for name in plain.keys() - {
        "schema",
        "mean_stride",
        "hand_frames",
        "by_hand",
        "other_leg",
    }:  # parts that were added since
        assert not validator.is_valid({key: value for key, value in plain.items() if key != name}), name
    assert not validator.is_valid({**plain, "more": 1})
    assert not validator.is_valid({**plain, "facing": "up"})


# --- one of several runners -----------------------------------------------------------------------------------------------

BOXES = ((0.6, 0.2, 0.9, 0.9), (0.1, 0.2, 0.3, 0.8))


@pytest.fixture
def two_run(monkeypatch):
    """An analysis that finds two runners, and measures whoever is meant; what it was asked for."""
    meant = []

    def analyse(clip, answers, *, progress):
        meant.append(answers.runner_at)
        if answers.runner_at is None:
            raise Refused(
                "one_runner", message("Two run."), message("Say who."), Choices(runners=BOXES, faces=BOXES, time_s=1.5)
            )
        return SimpleNamespace(report=a_report(answers))

    monkeypatch.setattr(core.report.pipeline, "analyse", analyse)
    return meant


def test_of_several_runners_it_says_how_to_name_one(clip, two_run, out, capsys):
    assert run("analyse", clip, "--json", out) == 2
    assert "--runner 1 is furthest left, --runner 2 furthest right" in refused_plainly(capsys)
    assert refusal(out)["key"] == "one_runner"
    assert refusal(out)["choices"] == {"runners": [list(BOXES[1]), list(BOXES[0])], "time_s": 1.5}


@pytest.mark.parametrize(("number", "place"), [(1, (0.2, 0.5, 1.5)), (2, (0.75, 0.55, 1.5))])
def test_runners_are_counted_from_the_left(clip, two_run, out, number, place):
    assert run("analyse", clip, "--json", out, "--runner", number) == 0
    assert two_run == [None, pytest.approx(place)]


@pytest.mark.parametrize("number", [0, -1, 3])
def test_a_runner_who_is_not_there_is_refused(clip, two_run, out, capsys, number):
    assert run("analyse", clip, "--json", out, "--runner", number) == 2
    refused_plainly(capsys)


def test_where_one_runs_alone_there_is_no_second(clip, monkeypatch, capsys):
    monkeypatch.setattr(
        core.report.pipeline, "analyse", lambda _, answers, **__: SimpleNamespace(report=a_report(answers))
    )
    assert run("analyse", clip, "--runner", 1) == 0
    capsys.readouterr()
    assert run("analyse", clip, "--runner", 2) == 2
    assert "only one runner" in refused_plainly(capsys)


def test_purge_says_what_it_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    with Store.open(Settings.from_environment(), clock=lambda: now_utc() - timedelta(days=2)) as store:
        store.add(Answers())
    assert run("purge") == 0
    assert capsys.readouterr().out.startswith("Removed 1 jobs, 0 clips")


def test_purge_removes_links_whose_time_is_over(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    with Store.open(Settings.from_environment()) as store:
        token = store.add(Answers())
        claims.finish(store, claims.claim(store, key_of(token)).key, a_report(Answers()))
        Shares(store.engine, lambda: now_utc() - timedelta(days=8)).make(token, life=timedelta(days=7))
        assert run("purge") == 0
        assert capsys.readouterr().out.endswith("and 1 links.\n")
        assert store.job(token).report is not None


def test_serve_runs_streamlit_with_its_options(monkeypatch):
    ran = []
    monkeypatch.setattr("os.execv", lambda program, arguments: ran.append((program, arguments)))
    run("serve", "--server.port", "8600")
    script = str(command_line.ROOT / "streamlit_app.py")
    expected = [sys.executable, "-m", "streamlit", "run", script, "--server.port", "8600"]
    assert ran == [(sys.executable, expected)]


def test_serve_without_the_pages_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command_line, "ROOT", tmp_path)
    assert run("serve") == 2
    assert "not installed" in capsys.readouterr().err


def test_help_does_not_wait_for_the_analysis_to_load():
    code = (
        "import sys, contextlib; from core.cli.main import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "sys.exit(bool({'cv2', 'av', 'mediapipe', 'scipy', 'sqlalchemy', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=command_line.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "measure-track" in done.stdout


def test_it_states_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--version"])
    assert ended.value.code == 0
    told = capsys.readouterr().out.strip()
    assert (
        told
        == f"stride-check {tomllib.loads((command_line.ROOT / 'pyproject.toml').read_text())['project']['version']}"
    )


@pytest.mark.parametrize("size", ["1080", "x", "1x1", "1080*1920"])
def test_what_is_no_size_is_said_so(track_file, capsys, size):
    with pytest.raises(SystemExit):
        run("measure-track", track_file(), "--size", size)
    assert "no size" in capsys.readouterr().err


def test_a_track_in_another_format_writes_a_sheet_and_files_for_other_programs(drawn, tmp_path, capsys):
    from tests.core.test_exchange import as_openpose

    _, track = drawn(fps_hz=120.0)
    folder = as_openpose(track, tmp_path / "frames")
    options = [
        "--format",
        "openpose",
        "--fps",
        "120",
        "--motion",
        tmp_path / "motion",
        "--sheet",
        tmp_path / "sheet.pdf",
    ]
    assert run("measure-track", folder, *options) == 0
    assert "Forward lean" in capsys.readouterr().out
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert {"markers.trc", "angles.mot", "events.csv"} <= {path.name for path in (tmp_path / "motion").iterdir()}


@pytest.mark.parametrize("fps", ["0", "5000"])
def test_a_frame_rate_that_no_video_has_is_refused(track_file, capsys, fps):
    assert run("measure-track", track_file(), "--format", "trc", "--fps", fps) == 2
    assert "frames per second" in capsys.readouterr().err
