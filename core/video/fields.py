"""Interlaced frames, as camcorders store them: the odd lines and the even ones were filmed one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import av
import av.error
import av.filter


def without_combs(frames: Iterable[av.video.frame.VideoFrame]) -> Iterator[av.video.frame.VideoFrame]:
    """Yield frames that show one moment each.

    Of an interlaced frame, the field that was filmed first is kept, and its missing lines are interpolated (FFmpeg's bwdif). As
    stored, every moving limb would be there twice, 17 to 20 ms apart. The frames' times and number do not change.
    """
    graph: av.filter.Graph | None = None
    shape: tuple[int, int, str] | None = None
    for frame in frames:
        if graph is not None and shape != _shape(frame):
            yield from _pulled(graph, None)
            graph = None
        if graph is None and not frame.interlaced_frame:
            yield frame
            continue
        graph, shape = graph or _first_fields(frame), _shape(frame)
        yield from _pulled(graph, frame)
    if graph is not None:
        yield from _pulled(graph, None)


def _shape(frame: av.video.frame.VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name


def _first_fields(frame: av.video.frame.VideoFrame) -> av.filter.Graph:
    """Return a graph for frames like this one, which leaves those that are not interlaced as they are."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(
        source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
    ).configure()
    return graph


def _pulled(graph: av.filter.Graph, frame: av.video.frame.VideoFrame | None) -> Iterator[av.video.frame.VideoFrame]:
    """Give a graph its next frame, or None after the last, and yield what it has ready."""
    graph.vpush(frame)
    while True:
        try:
            yield graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
