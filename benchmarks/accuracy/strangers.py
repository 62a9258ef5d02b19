"""Files as strangers send them: each is built at run time, analysed, and held against what must come of it.

The rows are in `strangers_files` (how a file is stored), `strangers_time` (passes, slow motion, clips that play backwards) and
`strangers_bodies` (orientation, light, heavy compression). `benchmarks.accuracy.quality` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import av.filter

from core.errors import Refused, StrideCheckError
from core.model.measures import MeasureKey, value_of
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse

SHARED_CLIPS = ROOT.parent / "shared" / "clips"


@dataclass(frozen=True, kw_only=True)
class StrangerRow:
    """One kind of file, and what must come of it.

    Attributes
    ----------
    number : int
        The row of the list of kinds; several clips may share one.
    name : str
        What was done to the clip, in a few words.
    build : callable
        Writes the file into a folder and returns its path; what it is judged against may be measured from the same folder.
    judge : callable
        Given the report or the error, returns why that is wrong; an empty string if it is right.
    answers : Answers
        What the runner says about the clip.
    shared : bool
        Whether the file is made from a clip in ../shared, which may be absent.
    """

    number: int
    name: str
    build: Callable[[Path], Path]
    judge: Callable[[Report | StrideCheckError], str]
    answers: Answers = field(default_factory=Answers)
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class StrangerResult:
    """What came of one row; `wrong` is empty if it is what was asked."""

    number: int
    name: str
    got: str
    wrong: str


def try_row(row: StrangerRow, folder: Path) -> StrangerResult:
    """Build a row's file, analyse it, and judge what came of it."""
    try:
        found: Report | StrideCheckError = analyse(row.build(folder), row.answers).report
    except StrideCheckError as error:
        found = error
    return StrangerResult(number=row.number, name=row.name, got=_said(found), wrong=row.judge(found))


def _said(found: Report | StrideCheckError) -> str:
    if isinstance(found, StrideCheckError):
        return f"{found.key if isinstance(found, Refused) else type(found).__name__}: {found.what}"
    keys: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension", "cadence")
    return ", ".join(f"{key} {value_of(found.measures[key])}" for key in keys)


def all_rows() -> Iterator[StrangerRow]:
    """Yield every row that can be built here: those made from ../shared only where it is."""
    from benchmarks.accuracy import strangers_bodies, strangers_files, strangers_time

    for module in (strangers_files, strangers_time, strangers_bodies):
        yield from (row for row in module.ROWS if not row.shared or SHARED_CLIPS.is_dir())


def table(results: list[StrangerResult]) -> str:
    """Return the results as text, one line a row."""
    lines = [f"{'row':>3} {'file':52} {'':5} what came of it"]
    for result in results:
        verdict = f"WRONG: {result.wrong} " if result.wrong else "right"
        lines.append(f"{result.number:3} {result.name[:52]:52} {verdict:5} {result.got}")
    return "\n".join(lines)


def filtered(
    source: Path,
    target: Path,
    filters: str,
    *,
    to_s: float | None = None,
    crf: int = 18,
    kb_per_s: int | None = None,
    pixel_aspect: Fraction | None = None,
) -> Path:
    """Re-encode a clip's frames through an FFmpeg filter chain, as `ffmpeg -i source -vf filters target` does.

    Parameters
    ----------
    source, target : Path
        The clip, and the file to be written; the suffix of `target` names the container.
    filters : str
        An FFmpeg filter chain, such as ``"hflip,vflip"``; commas between quotes belong to a filter's options.
    to_s : float, optional
        Where the source is cut off, in seconds.
    crf : int
        Quality of the encoder; smaller is finer.
    kb_per_s : int, optional
        Bit rate in place of a quality: what messengers and slow connections leave of a clip.
    pixel_aspect : Fraction, optional
        Width of a pixel over its height, as the file says it; square by default.
    """
    with av.open(source) as container, av.open(target, "w") as out:
        stream = container.streams.video[0]
        graph = av.filter.Graph()
        chain = [graph.add_buffer(template=stream)]
        for part in re.findall(r"(?:'[^']*'|[^,'])+", filters):
            name, _, options = part.partition("=")
            chain.append(graph.add(name, options or None))
        chain.append(graph.add("buffersink"))
        graph.link_nodes(*chain).configure()
        written: av.video.stream.VideoStream | None = None

        def drain() -> None:
            nonlocal written
            while True:
                try:
                    frame = graph.vpull()
                except (av.error.BlockingIOError, av.error.EOFError):
                    return
                if written is None:
                    written = out.add_stream("libx264", rate=stream.average_rate)
                    written.options = {"crf": str(crf)} if kb_per_s is None else {"b": f"{kb_per_s}k"}
                    written.width, written.height, written.pix_fmt = frame.width, frame.height, "yuv420p"
                    if pixel_aspect is not None:
                        written.codec_context.sample_aspect_ratio = pixel_aspect
                    written.codec_context.time_base = frame.time_base or Fraction(1, 90_000)
                frame.pict_type = av.video.frame.PictureType.NONE
                out.mux(written.encode(frame))

        for frame in container.decode(stream):
            if to_s is not None and frame.time is not None and frame.time > to_s:
                break
            graph.vpush(frame)
            drain()
        graph.vpush(None)
        drain()
        if written is None:
            raise ValueError(f"no frame of {source} came through {filters}")
        out.mux(written.encode())
    return target
