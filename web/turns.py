"""Sharing scarce capacity: a steady pace for each visitor, and turns at running a page's script."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable


class Pace:
    """Returns how long to wait, so that bursts continue at a steady pace (generic cell rate algorithm).

    Parameters
    ----------
    burst : int
        How many pass without delay after a pause.
    per_s : float
        How many pass per second after that.
    clock : callable
        Returns seconds that never go back.
    """

    def __init__(self, burst: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_s, self._each_s, self._clock = burst / per_s, 1 / per_s, clock
        self._due_s: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, name: str) -> float:
        """Count one more for this name, and return after how many seconds it can proceed."""
        now_s = self._clock()
        while self._due_s and next(iter(self._due_s.values())) <= now_s:  # fully recovered, and so like a new name
            self._due_s.popitem(last=False)
        due_s = max(self._due_s.pop(name, now_s), now_s) + self._each_s
        self._due_s[name] = due_s
        return max(0.0, due_s - now_s - self._rest_s)


class Turns:
    """Lets a few run at the same time: each name up to its share, and waiting names in turn.

    Parameters
    ----------
    most_of_one, most : int
        How many run at the same time, for one name and in total.
    """

    def __init__(self, most_of_one: int, most: int) -> None:
        self._most_of_one, self._most = most_of_one, most
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, name: str) -> None:
        """Wait for a turn; `give_back` ends it."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(name, deque()).append(mine)
        self._let_go_on()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # the turn came just after the waiter had given up
                self.give_back(name)
            raise

    def give_back(self, name: str) -> None:
        """End a turn."""
        self._running[name] -= 1
        if not self._running[name]:
            del self._running[name]
        self._let_go_on()

    def _let_go_on(self) -> None:
        for name in list(self._waiting):
            if self._running.total() >= self._most:
                return
            queue = self._waiting[name]
            while queue and queue[0].done():  # the waiter has left
                queue.popleft()
            if queue and self._running[name] < self._most_of_one:
                queue.popleft().set_result(None)
                self._running[name] += 1
                self._waiting.move_to_end(name)
            if not queue:
                del self._waiting[name]
