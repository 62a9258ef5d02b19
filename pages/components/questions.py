"""The five questions about a clip, and the consent."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Answers
from view.text import wording

CONSENT = marked(
    "This is a film of me, or of someone who agreed. I am an adult, or my parent or guardian agrees. The clip may be "
    "measured here and is then deleted."
)

CONSENT_OF_MANY = marked(
    "Everyone in these clips agreed, and so did a parent or guardian of everyone under age. The clips may be measured here and "
    "are then deleted."
)


def ask(noted: float | None = None) -> Answers:
    """Ask the five questions and return the answers.

    Parameters
    ----------
    noted : float, optional
        How many times slower than real time the clip plays according to the phone's metadata; it preselects the answer.
    """
    effort = st.pills(
        _("1. How hard were you running?"),
        tuple(wording.EFFORTS),
        default="easy",
        required=True,
        format_func=lambda key: _(wording.EFFORTS[key]),
        help=_("The coach asks for more from marathon pace on."),
    )
    surface = st.segmented_control(
        _("2. Where?"),
        tuple(wording.SURFACES),
        default="ground",
        required=True,
        format_func=lambda key: _(wording.SURFACES[key]),
    )
    slow_motion = st.segmented_control(
        _("3. Is the clip in slow motion?"),
        tuple(sorted({*wording.SLOW_MOTION, noted or 1.0})),
        default=noted or 1.0,
        required=True,
        format_func=lambda factor: _(wording.SLOW_MOTION[factor]) if factor in wording.SLOW_MOTION else f"{factor:g}×",
        help=_("How many times slower it plays. A phone's 240 frames a second saved as 30 plays 8 times slower."),
    )
    if noted:
        st.caption(_("Your phone noted in the clip how it was filmed. Change it if that is wrong."))
    sitting = st.number_input(
        _("4. Hours you sit on a usual day (optional)"), 0.0, 24.0, value=None, step=1.0, format="%.0f", placeholder="8"
    )
    height = st.number_input(
        _("5. Your height in cm (optional)"), 100.0, 230.0, value=None, step=1.0, format="%.0f", placeholder="172",
    )  # fmt: skip
    st.caption(_("Your height makes pace and centimetres sharper."))
    under_18 = st.checkbox(_("The runner is under 18"), help=_("Nothing is then compared with adults."))
    return Answers(
        effort=effort,
        surface=surface,
        slow_motion=slow_motion,
        sitting_hours=sitting,
        height_cm=height,
        under_18=under_18,
    )
