"""The checks of a clip in pictures: right beside wrong, for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.model import QualityCheck
from pages.components import frame, scenes


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A picture of right and one of wrong, and what each shows."""

    right: scenes.Scene
    right_says: str
    wrong: scenes.Scene
    wrong_says: str


def _pair(right: scenes.Scene, right_says: str, wrong: scenes.Scene, wrong_says: str) -> Pair:
    return Pair(right=right, right_says=f"Yes: {right_says}", wrong=wrong, wrong_says=f"No: {wrong_says}")


PICTURES: dict[str, Pair] = {
    "readable_file": _pair(
        partial(scenes.file, True), "the video itself, as your camera saved it.",
        partial(scenes.file, False), "a photo, a link, or half a file.",
    ),
    "file_size": _pair(
        partial(scenes.size, True), "ten seconds, in 1080p.",
        partial(scenes.size, False), "a long clip, or one in 4K.",
    ),
    "length": _pair(
        partial(scenes.timer, "0:10", True), "about ten seconds of running.",
        partial(scenes.timer, "0:01", False), "only a step or two.",
    ),
    "one_runner": _pair(
        scenes.whole, "one runner, alone.",
        scenes.two, "two runners, or a mirror.",
    ),
    "whole_body": _pair(
        scenes.whole, "head to feet, most of the height.",
        scenes.cropped, "feet or head cut off.",
    ),
    "side_on": _pair(
        partial(scenes.plan, True), "square to the running line, 3 to 5 m away.",
        partial(scenes.plan, False), "at a slant. Angles come out wrong.",
    ),
    "running_not_walking": _pair(
        scenes.flying, "running. Both feet leave the ground.",
        scenes.walking, "walking. One foot is always down.",
    ),
    "true_speed": _pair(
        partial(scenes.speed, "4× slower", True), "tell us how slow the clip plays.",
        partial(scenes.speed, "speed ?", False), "slow motion that we do not know of.",
    ),
    "enough_strides": _pair(
        partial(scenes.strides, 6), "six strides or more in the picture.",
        partial(scenes.strides, 1), "past the phone in one stride.",
    ),
    "frame_rate": _pair(
        partial(scenes.frames, 60), "60 frames a second or more.",
        partial(scenes.frames, 20), "few frames. The moment of landing is lost.",
    ),
    "steady_camera": _pair(
        scenes.hip_height, "the phone on a stand or a bag.",
        scenes.shaken, "a hand that shakes.",
    ),
    "level": _pair(
        scenes.hip_height, "level, at the height of the hip.",
        scenes.tilted, "tilted. Lean would come out wrong.",
    ),
    "sharp_enough": _pair(
        scenes.whole, "sharp, in focus.",
        scenes.blurred, "blurred. Wipe the lens, find more light.",
    ),
    "big_enough": _pair(
        scenes.whole, "near: most of the picture's height.",
        scenes.far, "too far away, too small.",
    ),
    "light_contrast": _pair(
        scenes.bright, "daylight on the side that we see.",
        scenes.dark, "too dark, or light behind you.",
    ),
    "legs_told_apart": _pair(
        scenes.whole, "bare legs, or socks of two colours.",
        scenes.alike, "two legs that look alike.",
    ),
    "no_cuts": _pair(
        partial(scenes.film, False), "one take, from start to end.",
        partial(scenes.film, True), "scenes that were cut together.",
    ),
}  # fmt: skip
"""Right and wrong for each of `core.model.CHECKS`."""


def picture(key: str) -> None:
    """Show right beside wrong for a check, each in words too.

    Parameters
    ----------
    key : str
        One of `core.model.CHECKS`; at most once on a page.
    """
    pair = PICTURES[key]
    with st.container(key=f"drawn-{key}"):
        left, beside = st.columns(2, wrap=False)
    with left:
        frame.picture(pair.right, pair.right_says, key=f"{key}-right", caption=pair.right_says)
    with beside:
        frame.picture(pair.wrong, pair.wrong_says, key=f"{key}-wrong", caption=pair.wrong_says)


def warning(check: QualityCheck) -> None:
    """Show a check that warns: what was seen, what helps, and, a tap away, the picture of it."""
    st.warning(check.advice or None, title=check.what, icon=":material/info:")
    with st.expander("See how to film it next time"):
        picture(check.key)
