"""Work on a thread of its own, while its caller does something else."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

FEW = 4
"""Items made ahead: of one alone, who takes them often waits for the next."""


@contextlib.contextmanager
def one_thread() -> Iterator[ThreadPoolExecutor]:
    """Yield a thread to do work on; what it has not begun when the caller leaves stays undone."""
    thread = ThreadPoolExecutor(1)
    try:
        yield thread
    finally:
        thread.shutdown(cancel_futures=True)


def ahead(items: Iterator[T], n: int = FEW) -> Iterator[T]:
    """Yield what an iterator yields, the next `n` made meanwhile; nothing of it may be None."""
    with one_thread() as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(n))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, items, None))
            yield item
