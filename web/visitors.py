"""Telling visitors apart without knowing them, and how often each may ask."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping

_SALT = secrets.token_bytes(16)  # of this run of the server: nothing that is kept leads back to an address

_MOST_NAMES = 10_000


def name_of(headers: Mapping[str, str], peer: str | None) -> str:
    """Return a name for whoever asks, the same for as long as the server runs; an address cannot be found from it.

    Parameters
    ----------
    headers : mapping
        Of the request, in lower case. `x-forwarded-for` counts only where `STRIDE_PROXIES` says how many proxies of ours
        stand before the server: anybody can write the entries before theirs.
    peer : str or None
        The address at the other end of the connection.
    """
    proxies = int(os.environ.get("STRIDE_PROXIES", "0"))
    said = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    address = said[-proxies] if 0 < proxies <= len(said) else peer or ""
    return hashlib.blake2b(_network_of(address).encode(), key=_SALT, digest_size=12).hexdigest()


def _network_of(address: str) -> str:
    """Return the address; of IPv6 the network only, since one household has all addresses of a /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


class Limit:
    """At most so many of something within a while, for each name.

    Parameters
    ----------
    most : int
        How many.
    within_s : float
        In how many seconds.
    clock : callable
        Returns seconds that never go back.
    """

    def __init__(self, most: int, within_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within_s, self._clock = most, within_s, clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> bool:
        """Note one more of this name; False where it has had its share, which is not noted."""
        with self._lock:
            seen = self._recent(name)
            if len(seen) >= self._most:
                return False
            seen.append(self._clock())
            return True

    def spent(self, name: str) -> bool:
        """Whether this name has had its share."""
        with self._lock:
            return len(self._recent(name)) >= self._most

    def _recent(self, name: str) -> deque[float]:
        seen = self._seen.setdefault(name, deque())
        self._seen.move_to_end(name)
        while len(self._seen) > _MOST_NAMES:  # those not seen for longest are forgotten: memory has an end
            self._seen.popitem(last=False)
        while seen and seen[0] <= self._clock() - self._within_s:
            seen.popleft()
        return seen
