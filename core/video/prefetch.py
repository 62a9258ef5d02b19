"""Prepare items on a separate thread, while the caller works on others."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

FEW = 4
"""Items prepared ahead: with only one, the caller often waits for the next."""


@contextlib.contextmanager
def one_thread() -> Iterator[ThreadPoolExecutor]:
    """Yield an executor with one thread; on exit, work that has not started is cancelled."""
    thread = ThreadPoolExecutor(1)
    try:
        yield thread
    finally:
        thread.shutdown(cancel_futures=True)


def ahead(items: Iterator[T], n: int = FEW) -> Iterator[T]:
    """Yield an iterator's items while a thread prepares the next `n`; no item may be None."""
    with one_thread() as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(n))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, items, None))
            yield item
