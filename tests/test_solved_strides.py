"""A stride that was solved before is the same to the last digit, and is not solved again."""

from __future__ import annotations

import pytest

from simulation import Stride
from simulation.solver import solve
from tests.solved_strides import kept_in


def test_a_kept_stride_is_the_solved_one(tmp_path):
    made = []

    def counted(stride):
        made.append(stride)
        return solve(stride)

    first, again = (kept_in(tmp_path, counted)(Stride()) for _ in range(2))
    assert first == again == solve(Stride())
    assert made == [Stride()]


def test_what_has_no_motion_is_refused_each_time(tmp_path):
    for _ in range(2):
        with pytest.raises(ValueError, match="comes out"):
            kept_in(tmp_path, lambda stride: solve.__wrapped__(Stride(speed_mps=2.5, extension_deg=60)))(Stride())
