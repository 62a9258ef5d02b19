"""The kind of a file by its first bytes, whatever its name; whether it is complete; and where phones note slow motion.

This module loads quickly: pages pass these values to the browser, which checks a file before it is sent.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.i18n.message import Message
from core.i18n.message import message as _

CAPTURED_HZ = "com.android.capture.fps"
"""Android's cameras note how many frames per second they took."""

FULL_RATE_INTENT = "com.apple.quicktime.full-frame-rate-playback-intent"
"""iPhones note 0 if a clip was filmed for slow motion, but not at which rate."""

IPHONE_HZ = (240.0, 120.0)
"""Frames per second of the iPhone's slow motion, likeliest first."""

LEAST_SLOWER, MOST_SLOWER = 1.5, 32.0
"""The accepted range of a noted slow-motion factor.

A smaller factor comes from a camera that took fewer frames in the dark; no phone has a larger one.
"""

SIGN_BYTES = 512
"""Number of bytes at the start of a file that identify its kind."""

Sign = tuple[tuple[int, bytes], ...]
"""Byte strings that a file has, each at its offset."""


NO_WORDS = Message("")


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file.

    Attributes
    ----------
    signs : tuple of Sign
        A file of this kind matches one of them.
    reader : str
        FFmpeg's name for the reader; empty if the kind is not supported. All of these readers open no other file or address;
        FFmpeg's own guess would also accept playlists, image sequences and scripts.
    what, advice : Message
        The message for a file that is not supported.
    """

    signs: tuple[Sign, ...]
    reader: str = ""
    what: Message = NO_WORDS
    advice: Message = NO_WORDS


def _either(*starts: bytes, at: int = 0) -> tuple[Sign, ...]:
    """Return the signs of a kind that has one of these byte strings at an offset."""
    return tuple(((at, start),) for start in starts)


_PHOTO_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_NEWER = _("Save it as MP4 (H.264) with a video app, and choose that file.")

KINDS: tuple[FileKind, ...] = (
    FileKind(
        signs=(
            *_either(b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*"),
            *_either(*(b"ftyp" + brand for brand in _PHOTO_BRANDS), at=4),
            ((0, b"RIFF"), (8, b"WEBP")),
        ),
        what=_("This is a photo, not a video."),
        advice=_(
            "Choose a video. A Live Photo becomes one in the iPhone's Photos app: tap the three dots, then Save as Video."
        ),
    ),
    FileKind(
        signs=_either(b"GIF8"),
        what=_("This is a GIF animation, not a video."),
        advice=_("Choose the video that it was made from, as the camera saved it."),
    ),
    FileKind(
        signs=(
            *_either(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"fLaC", b"#!AMR"),
            *_either(*(b"ftyp" + brand for brand in _SOUND_BRANDS), at=4),
            ((0, b"RIFF"), (8, b"WAVE")),
        ),
        what=_("This is a sound recording, not a video."),
        advice=_("Choose the video itself, as your camera saved it."),
    ),
    FileKind(
        signs=_either(b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b\x08"),
        what=_("This is an archive or a document, not a video."),
        advice=_("If the video is in it, unpack it first and choose the video."),
    ),
    FileKind(
        signs=_either(b"%PDF", b"\xd0\xcf\x11\xe0"),
        what=_("This is a document, not a video."),
        advice=_("Choose the video itself, as your camera saved it."),
    ),
    FileKind(
        signs=_either(b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML", b"<?xml"),
        what=_("This is a web page, not a video."),
        advice=_("Open the page, save the video itself, and choose that file."),
    ),
    FileKind(signs=_either(b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", at=4), reader="mov"),
    FileKind(signs=_either(b"\x1aE\xdf\xa3"), reader="matroska"),
    FileKind(signs=(((0, b"RIFF"), (8, b"AVI ")),), reader="avi"),
    FileKind(signs=_either(b"\0\0\x01\xba"), reader="mpeg"),
    FileKind(signs=_either(b"0&\xb2u\x8ef\xcf\x11"), reader="asf"),
    FileKind(signs=_either(b"FLV\x01"), reader="flv"),
    FileKind(signs=_either(b"\x1f\x07\0"), reader="dv"),
    FileKind(signs=(((0, b"G"), (188, b"G")), ((4, b"G"), (196, b"G"))), reader="mpegts"),
    FileKind(
        signs=_either(b"OggS"), what=_("This is an Ogg file, which cannot be read here."), advice=_NEWER
    ),
    FileKind(
        signs=_either(b".RMF"), what=_("This is a RealMedia file, which cannot be read here."), advice=_NEWER
    ),
    FileKind(
        signs=_either(b"\x06\x0e+4"), what=_("This is an MXF file, which cannot be read here."), advice=_NEWER
    ),
    FileKind(
        signs=_either(b"\0\0\x01\xb3", b"\0\0\0\x01"),
        what=_("This is a video stream without its file: it carries no times."),
        advice=_NEWER,
    ),
)  # fmt: skip


def kind_of(start: bytes) -> FileKind | None:
    """Return the kind of a file by its first `SIGN_BYTES`, or None if it is unknown."""
    for kind in KINDS:
        if any(all(start.startswith(sign, at) for at, sign in signs) for signs in kind.signs):
            return kind
    return None


def arrived_whole(file: BinaryIO) -> bool:
    """Return whether a file is as long as it states; a file that states no length counts as complete.

    An interrupted download, or a recording that was never finished, lacks its end.
    """
    n_bytes = file.seek(0, 2)
    file.seek(0)
    kind = kind_of(file.read(SIGN_BYTES))
    if kind is None or kind.reader not in _ENDS:
        return True
    return all(end <= n_bytes for end in _ENDS[kind.reader](file))


def _boxes_end(file: BinaryIO) -> Iterator[float]:
    """Yield where the parts of an MP4 end; every file needs an index, which may be the last part."""
    at, indexed = 0, False
    file.seek(0)
    while len(head := file.read(16)) >= 8:
        size, name = struct.unpack(">I4s", head[:8])
        if size == 1:
            size = int.from_bytes(head[8:])
        indexed |= name in (b"moov", b"moof")
        if size < 8 or not name.isalnum():  # it runs to the end of the file, or other data was appended
            break
        at += size
        if name in (b"moov", b"mdat", b"moof"):
            yield at
        file.seek(at)
    if not indexed:
        yield math.inf


def _segment_ends(file: BinaryIO) -> Iterator[float]:
    """Yield where the segment of a Matroska file ends; a live recording does not state it."""
    at = 0
    for _element in range(2):  # the file's header, then all the rest
        file.seek(at)
        head = file.read(12)
        if len(head) < 12 or not head[4]:
            yield math.inf
            return
        width = 9 - head[4].bit_length()
        size, unknown = int.from_bytes(head[4 : 4 + width]) - (1 << 7 * width), (1 << 7 * width) - 1
        if size == unknown:
            return
        at += 4 + width + size
    yield at


def _riff_ends(file: BinaryIO) -> Iterator[float]:
    """Yield where an AVI ends."""
    file.seek(4)
    yield 8 + int.from_bytes(file.read(4), "little")


def _asf_ends(file: BinaryIO) -> Iterator[float]:
    """Yield where the header and the data of a Windows Media file end."""
    file.seek(16)
    at = int.from_bytes(file.read(8), "little")
    yield at
    file.seek(min(at, 1 << 40) + 16)
    yield at + int.from_bytes(file.read(8), "little")


_ENDS = {"mov": _boxes_end, "matroska": _segment_ends, "avi": _riff_ends, "asf": _asf_ends}
