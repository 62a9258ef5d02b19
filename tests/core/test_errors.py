"""Errors cross from one process to another as they were."""

from __future__ import annotations

import copy
import pickle

import pytest

from core import errors
from core.i18n.message import message
from core.jobs import submission

CHOICES = errors.Choices(slow_motion=(4.0, 2.0))
ERRORS = [
    errors.BadAnswer(message("The pace cannot be read."), message("Write it like 5:30.")),
    errors.NotFound(message("There is no report."), message("It may have been deleted.")),
    errors.SetUpError(message("The model is missing."), message("Build it.")),
    submission.QueueFull("Many wait.", "Try again."),
    errors.Refused("side_on", message("It is from the front."), message("Film from the side.")),
    errors.Refused("true_speed", message("Slow motion?"), message("Say so."), CHOICES),
    errors.NoSpace(message("The disk is full."), message("Delete something.")),
    errors.AnalysisStopped("length", message("It took too long."), message("Send less.")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copy", "pickle"])
def test_an_error_can_be_copied_and_sent(error, way):
    again = way(error)
    assert type(again) is type(error)
    assert (str(again), again.__dict__) == (str(error), error.__dict__)


def test_every_error_is_tried():
    def all_kinds(kind):
        return {kind}.union(*map(all_kinds, kind.__subclasses__()))

    ours = {kind for kind in all_kinds(errors.StrideCheckError) if kind.__module__.startswith("core.")}
    assert ours == {type(error) for error in ERRORS} | {errors.StrideCheckError}
