"""The checks of a clip in pictures: right next to wrong, for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.errors import CheckKey
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import QualityCheck
from pages.components import frame
from view.drawing import filming_scenes, runner


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A picture of right and one of wrong, and the description of each."""

    right: filming_scenes.Scene
    right_says: str
    wrong: filming_scenes.Scene
    wrong_says: str


def _pair(right: filming_scenes.Scene, right_says: str, wrong: filming_scenes.Scene, wrong_says: str) -> Pair:
    return Pair(right=right, right_says=right_says, wrong=wrong, wrong_says=wrong_says)


def _speed(says: str, good: bool, palette: runner.Palette) -> str:
    return filming_scenes.speed(_(says), good, palette)


PICTURES: dict[CheckKey, Pair] = {
    "readable_file": _pair(
        partial(filming_scenes.file, True), marked("Yes: the video itself, as your camera saved it."),
        partial(filming_scenes.file, False), marked("No: a photo, a link, or half a file."),
    ),
    "file_size": _pair(
        partial(filming_scenes.size, True), marked("Yes: ten seconds, in 1080p."),
        partial(filming_scenes.size, False), marked("No: a long clip, or one in 4K."),
    ),
    "length": _pair(
        partial(filming_scenes.timer, "0:10", True), marked("Yes: about ten seconds of running."),
        partial(filming_scenes.timer, "0:01", False), marked("No: only a step or two."),
    ),
    "one_runner": _pair(
        filming_scenes.whole, marked("Yes: one runner, alone."),
        filming_scenes.two, marked("No: two runners, or a mirror."),
    ),
    "upright": _pair(
        filming_scenes.whole, marked("Yes: the picture is upright."),
        filming_scenes.upside_down, marked("No: upside down, or on its side."),
    ),
    "whole_body": _pair(
        filming_scenes.whole, marked("Yes: head to feet, most of the height."),
        filming_scenes.cropped, marked("No: feet or head cut off."),
    ),
    "side_on": _pair(
        partial(filming_scenes.plan, True), marked("Yes: square to the running line, 3 to 5 m away."),
        partial(filming_scenes.plan, False), marked("No: at a slant. Angles come out wrong."),
    ),
    "running_not_walking": _pair(
        filming_scenes.flying, marked("Yes: running. Both feet leave the ground."),
        filming_scenes.walking, marked("No: walking. One foot is always down."),
    ),
    "true_speed": _pair(
        partial(_speed, marked("4× slower"), True), marked("Yes: tell us how slow the clip plays."),
        partial(_speed, marked("speed ?"), False), marked("No: slow motion that we do not know of."),
    ),
    "enough_strides": _pair(
        partial(filming_scenes.strides, 6), marked("Yes: six strides or more in the picture."),
        partial(filming_scenes.strides, 1), marked("No: past the phone in one stride."),
    ),
    "frame_rate": _pair(
        partial(filming_scenes.frames, 60), marked("Yes: 60 frames a second or more."),
        partial(filming_scenes.frames, 20), marked("No: few frames. The moment of landing is lost."),
    ),
    "steady_camera": _pair(
        filming_scenes.hip_height, marked("Yes: the phone on a stand or a bag."),
        filming_scenes.shaken, marked("No: a hand that shakes."),
    ),
    "level": _pair(
        filming_scenes.hip_height, marked("Yes: level, at the height of the hip."),
        filming_scenes.tilted, marked("No: tilted. Lean would come out wrong."),
    ),
    "sharp_enough": _pair(
        filming_scenes.whole, marked("Yes: sharp, in focus."),
        filming_scenes.blurred, marked("No: blurred. Wipe the lens, find more light."),
    ),
    "clear_enough": _pair(
        filming_scenes.bright, marked("Yes: bright, and the clip as your camera saved it."),
        filming_scenes.coarse, marked("No: dark, grainy, or a copy of a copy."),
    ),
    "big_enough": _pair(
        filming_scenes.whole, marked("Yes: near: most of the picture's height."),
        filming_scenes.far, marked("No: too far away, too small."),
    ),
    "light_contrast": _pair(
        filming_scenes.bright, marked("Yes: daylight on the side that we see."),
        filming_scenes.dark, marked("No: too dark, or light behind you."),
    ),
    "legs_told_apart": _pair(
        filming_scenes.whole, marked("Yes: bare legs, or socks of two colours."),
        filming_scenes.alike, marked("No: two legs that look alike."),
    ),
    "no_cuts": _pair(
        partial(filming_scenes.film, False), marked("Yes: one take, from start to end."),
        partial(filming_scenes.film, True), marked("No: scenes that were cut together."),
    ),
    "plausible": _pair(
        filming_scenes.whole, marked("Yes: one runner, with nothing in front of the legs."),
        filming_scenes.hidden, marked("No: legs hidden behind something or somebody."),
    ),
}  # fmt: skip
"""Right and wrong for each of `core.model.report.CHECKS`."""


def picture(key: CheckKey) -> None:
    """Show right next to wrong for a check, each in words too.

    Parameters
    ----------
    key : CheckKey
        One of `core.model.report.CHECKS`; no more than once on a page.
    """
    pair = PICTURES[key]
    with st.container(key=f"drawn-{key}"):
        left, beside = st.columns(2, wrap=False)
    with left:
        frame.picture(pair.right, _(pair.right_says), key=f"{key}-right", caption=_(pair.right_says))
    with beside:
        frame.picture(pair.wrong, _(pair.wrong_says), key=f"{key}-wrong", caption=_(pair.wrong_says))


def warning(check: QualityCheck) -> None:
    """Show a check's warning: what was found, what helps, and the picture behind a tap."""
    st.warning(str(check.advice or "") or None, title=str(check.what), icon=":material/info:")
    with st.expander(_("See how to film it next time")):
        picture(check.key)
