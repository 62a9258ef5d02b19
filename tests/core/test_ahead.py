"""Work on a thread of its own: in order, with its errors, and at an end when its caller is."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from core.video.prefetch import FEW, ahead


def test_everything_comes_in_its_order():
    assert list(ahead(iter(range(1, 6)))) == [1, 2, 3, 4, 5]
    assert list(ahead(iter(()))) == []


def test_the_next_is_made_while_the_caller_has_this_one():
    begun = [threading.Event() for _ in range(3)]

    def made():
        for number in range(3):
            begun[number].set()
            yield number

    coming = ahead(made())
    for number in range(2):
        assert next(coming) == number
        assert begun[number + 1].wait(5)


def test_what_breaks_is_told_where_it_is_missed():
    def breaks():
        yield 1
        raise OSError("no more")

    coming = ahead(breaks())
    assert next(coming) == 1
    with pytest.raises(OSError, match="no more"):
        next(coming)


def test_who_leaves_ends_it():
    made = []
    before = threading.active_count()
    for number in ahead(made.append(n) or n for n in count(1)):
        if number == 3:
            break
    assert threading.active_count() == before
    assert made == list(range(1, len(made) + 1))
    assert 3 <= len(made) <= 3 + FEW
