"""Errors cross from one process to another as they were."""

from __future__ import annotations

import copy
import pickle

import pytest

from core import errors
from core.jobs import submission

CHOICES = errors.Choices(slow_motion=(4.0, 2.0))
ERRORS = [
    errors.BadAnswer("The pace cannot be read.", "Write it like 5:30."),
    errors.NotFound("There is no report.", "It may have been deleted."),
    errors.SetUpError("The model is missing.", "Build it."),
    submission.QueueFull("Many wait.", "Try again."),
    errors.Refused("side_on", "It is from the front.", "Film from the side."),
    errors.Refused("true_speed", "Slow motion?", "Say so.", CHOICES),
    errors.NoSpace("The disk is full.", "Delete something."),
    errors.AnalysisStopped("length", "It took too long.", "Send less."),
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

    assert all_kinds(errors.StrideCheckError) == {type(error) for error in ERRORS} | {errors.StrideCheckError}
