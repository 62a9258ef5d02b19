"""Sentences that reports of earlier versions hold and today's do not: here they keep their translations.

This module can go `core.storage.lives.REPORT_LIFE` after the last server that wrote such reports has stopped.
"""

from __future__ import annotations

from core.i18n.translate import marked

FORMER = (
    marked("The legs are hidden for much of the clip."),
    marked("This figure needs your height and your pace."),
    marked("This figure needs your pace."),
    marked("The picture seems tilted by about {tilt:.0f} degrees, give or take {error:.0f}, and every angle with it."),
    marked("The coach's mark"),
    marked("any effort"),
    marked("Your trunk leans {figure} {direction}. That is within the coach's mark for {when}, {mark}."),
    marked(
        "Your trunk leans {figure} {direction}. The coach's mark for {when} is {mark}, and the error reaches over its "
        "edge, so this is too close to call."
    ),
    marked(
        "Your trunk leans {figure} {direction}. The coach's mark for {when} is {mark}, so you run more upright than that."
    ),
    marked(
        "Your trunk leans {figure} {direction}. The coach's mark for {when} is {mark}, so you lean further than that."
    ),
    marked(
        "The coach gives about 5 degrees for a relaxed run and about 10 for an aggressive one. We space the efforts "
        "evenly between and allow 2.5 degrees either way."
    ),
    marked("24 recreational runners at 3.4 m/s"),
    marked(
        "No study supports 5 to 10 degrees as a target. Recreational runners average 7.3 degrees, and elite runners are "
        "nearly 4 degrees more upright. More lean eases the load on the knee-cap and asks more of the hips. A lean near "
        "8 degrees cost 8 % more energy in one study."
    ),
    marked("your pace"),
    marked("marathon pace (you gave no pace)"),
    marked("At its furthest your thigh is {figure} {direction}. That meets the coach's mark for {when}, {mark}."),
    marked(
        "At its furthest your thigh is {figure} {direction}. The coach's mark for {when} is {mark}, and the error "
        "reaches over it, so this is too close to call."
    ),
    marked(
        "At its furthest your thigh is {figure} {direction}. The coach's 18 degrees are for marathon pace and move with "
        "pace. That needs a pace that the lab data reaches, so we only describe this figure."
    ),
    marked(
        "At its furthest your thigh is {figure} {direction}. The coach's mark for {when} is {mark}, so you are under it."
    ),
    marked(
        "The coach gives 18 degrees or more at marathon pace, and more at a faster pace. We move it with your pace along "
        "the slope of lab data, from 18 at 6:22 per km."
    ),
    marked("Runners in open lab data at your pace"),
    marked(
        "The coach does not say between which lines he measured his 18 degrees. As the thigh against upright, it is "
        "about average at 6:22 per km. With a known pace the mark moves along that average, so about half of ordinary "
        "runners are under it. More extension is not shown to be better, and a low figure alone means little."
    ),
    marked(
        "Your trunk is bent {figure} {direction} from the line of your leg. That is close to the one line that the coach "
        "asks for, {mark}."
    ),
    marked(
        "Your trunk is bent {figure} {direction} from the line of your leg. The coach asks for one line, {mark}, and the "
        "error reaches over that, so this is too close to call."
    ),
    marked(
        "Your trunk is bent {figure} {direction} from the line of your leg. The coach asks for one line, {mark}, so more "
        "of your lean comes from the hips."
    ),
    marked("The coach wants trunk and leg in one line, and gives no number. We allow 5 degrees."),
    marked(
        "You take {figure}. Runners in studies take {mark} at your pace, and the error reaches over an edge of that, so "
        "this is too close to call."
    ),
    marked(
        "You take {figure}. What is usual moves with pace. That needs a pace that the lab data reaches, so we only "
        "describe this figure."
    ),
    marked(
        "There is no coach's mark. We hold your cadence beside the range of studies at your pace. No figure for height "
        "was read, so height does not move it."
    ),
    marked(
        "There is no rule of 180. Elite runners in a 100 km race ranged from about 160 to 210, and cadence had nothing "
        "to do with their place. Taller runners tend to take fewer steps. Cadence says little about energy cost."
    ),
    marked("Your calf is suddenly swollen or red."),
    marked("Set the camera to 60 pictures a second or more."),
    marked("{rate_hz:.0f} pictures a second are too few."),
    marked("{rate_hz:.0f} pictures a second are enough for most figures, not for the instant of contact."),
    marked("{rate_hz:.0f} pictures a second."),
    marked(
        "At {rate_hz:.0f} pictures a second the instant of contact falls between two pictures. "
        "Film with 60 or more pictures a second, better 120."
    ),
    marked("Comparing the two legs needs 60 or more pictures a second."),
)
"""Sentences that were made from the knowledge of former versions, or that checks said then."""
