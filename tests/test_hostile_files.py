"""No file harms the server: each ends in a report or a named refusal, opens nothing else, and leaves nothing behind."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys

import pytest

from benchmarks.soak import fuzz, hostile
from benchmarks.soak.hostile import packets
from core.errors import Refused
from core.paths import ROOT
from core.video.container import check_size
from core.video.reader import LONGEST_S, frames, read_header


@pytest.fixture(scope="module")
def files():
    """The functions that make the files, by name."""
    return dict(hostile.corpus())


@pytest.fixture
def clip(tmp_path):
    def write(content):
        path = tmp_path / "clip"
        path.write_bytes(content)
        return path

    return write


def outcome(path):
    """Return how many pictures were read, or the check that refused the file."""
    try:
        read_header(path)
        return sum(1 for _ in frames(path, lines=120))
    except Refused as refused:
        return refused.key if str(refused.what) and str(refused.advice) else "says nothing"


HARMFUL = {
    "says it lasts 3 hours": 17,
    "lasts 3 hours": "length",
    "no time passes": "readable_file",
    "time scale of nothing": "length",
    "four billion samples": "readable_file",
    "0 pictures a second": 17,
    "16k x 16k in the pictures": "readable_file",
    "25,000 pictures": "length",
    "16 x 16": "readable_file",
    "one picture": "length",
    "all at one time": "readable_file",
    "a million pictures a second": "readable_file",
    "before the start of time": 40,
    "sound only": "readable_file",
    "forty tracks": "readable_file",
    "locked": "readable_file",
    "mp4 then html": 17,
    "html then mp4": "readable_file",
    "html in a free box": "readable_file",
    "a jpeg": "readable_file",
    "a heic": "readable_file",
    "playlist": "readable_file",
    "list of files": "readable_file",
    "session description": "readable_file",
    "manifest": "readable_file",
    "zeros": "readable_file",
    "deep boxes": "readable_file",
}


@pytest.mark.parametrize(("name", "expected"), HARMFUL.items(), ids=HARMFUL)
def test_a_file_made_to_do_harm_is_named(files, clip, name, expected):
    assert outcome(clip(files[name]())) == expected


def test_the_corpus_is_as_large_as_it_says_and_all_its_files_differ(files):
    assert len(files) == hostile.N_FILES >= 500
    good = {f"{suffix} {codec}" for suffix, codec in hostile.KINDS}  # the others alone are many enough
    assert len({make() for name, make in files.items() if name not in good}) >= 500


@pytest.mark.parametrize("n_files", [100, pytest.param(hostile.N_FILES, marks=pytest.mark.sweep)])
def test_every_broken_file_is_read_or_refused_by_name(files, clip, n_files):
    """Much of the corpus through the reader alone, which is quick; `benchmarks.soak.fuzz` sends it through the worker."""
    some = random.Random(3).sample(sorted(files), n_files)
    ends = {outcome(clip(files[name]())) for name in some}
    assert {end for end in ends if isinstance(end, str)} <= {"readable_file", "length", "file_size"}
    assert any(isinstance(end, int) for end in ends)


def test_pictures_too_large_are_refused_before_they_are_decoded(clip):
    """FFmpeg itself turns away what its decoders must not open; what it lets through is held against the same limit."""
    assert outcome(clip(packets("matroska", 3, 3000, size=4160))) in ("file_size", "readable_file")
    assert outcome(clip(packets("matroska", 3, 3000, size=1040))) == 3
    with pytest.raises(Refused) as refused:
        check_size(4097, 4096)
    assert refused.value.key == "file_size"


def test_what_a_header_claims_counts_for_nothing(files, clip):
    lies = read_header(clip(files["says it lasts 3 hours"]()))
    assert lies.duration_s < LONGEST_S
    assert lies.n_frames == 17


def test_a_clip_whose_times_jump_far_ahead_is_refused(clip):
    path = clip(packets("matroska", 30, 90_000 * 4))
    with pytest.raises(Refused) as refused:
        list(frames(path))
    assert refused.value.key == "length"


@pytest.mark.parametrize("playlist", ["#EXTM3U\n#EXTINF:9,\n{}\n", "ffconcat version 1.0\nfile '{}'\n"])
def test_a_file_that_names_an_address_opens_no_connection(clip, playlist):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/clip.mp4"
        assert outcome(clip(playlist.format(address).encode())) == "readable_file"
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_file_that_names_another_file_does_not_show_it(files, clip, tmp_path):
    """A track whose data lies in another file, as QuickTime allows: FFmpeg would read that file if it were let."""
    whole = files["mp4 then html"]()
    (tmp_path / "other.mp4").write_bytes(whole)
    outside = whole.replace(b"url \x00\x00\x00\x01", b"alis\x00\x00\x00\x00")
    assert outside != whole
    assert outcome(clip(outside)) in (17, "readable_file")  # its own pictures, or none


@pytest.mark.pose
def test_a_sample_of_the_corpus_leaves_the_worker_alive_and_no_file_behind():
    # In a process of its own: the peak memory is that of all children a process has had, and a browser is a large child.
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak.fuzz"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(run.stdout)
    assert found["files"] >= fuzz.SAMPLE
    assert found["without_an_end"] == []
    assert found["files_left"] == 0
    assert found["same_worker_throughout"]
    assert found["peak_memory_mb"] < found["memory_limit_mb"]
