"""Distinguishing visitors without identifying them, and limiting their requests."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.types import Scope

_SALT = secrets.token_bytes(16)  # new at each start of the server: nothing that is stored leads back to an address

_MOST_NAMES = 10_000
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IDLE_S = 30.0
"""A connection without data for this long is closed: phones disappear without notice."""

WRONG_KEYS = (30, 600.0)
"""Most invalid links, tokens and upload keys for each visitor, and within how many seconds."""


def name_of(address: str) -> str:
    """Return a name for the sender of a request, the same for as long as the server runs; it does not reveal the address.

    Parameters
    ----------
    address : str
        The visitor's address; see `address_of`.

    Returns
    -------
    str
        Two parts with a dot between them: the network, see `network_of`, and the household or single address in it.
    """
    narrow, wide = _networks_of(address)
    return f"{_hashed(wide)}.{_hashed(narrow)}"


def visitor_of(scope: Scope) -> str:
    """Return the visitor's name; see `name_of`. `web.security.Proxies` has put the visitor's address in the scope."""
    return name_of((scope.get("client") or ("",))[0])


def network_of(name: str) -> str:
    """Return the part of a name that all visitors of one network share: an IPv6 /56, or a single IPv4 address."""
    return name.partition(".")[0]


def address_of(forwarded_for: str, peer: str | None, proxies: int) -> str:
    """Return the visitor's address, as seen by our outermost proxy.

    Parameters
    ----------
    forwarded_for : str
        The header `x-forwarded-for`. Anybody can write the entries before those of our proxies.
    peer : str or None
        The address at the other end of the connection.
    proxies : int
        How many proxies of ours are in front of the server.
    """
    said = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    return said[-proxies] if 0 < proxies <= len(said) else peer or ""


def _hashed(network: str) -> str:
    return hashlib.blake2b(network.encode(), key=_SALT, digest_size=8).hexdigest()


def _networks_of(address: str) -> tuple[str, str]:
    """Return the network of one visitor, and the wider one that one customer of a provider can have.

    For IPv6 these are the /64 of a household or a phone, and the /56 of which a customer can use each /64. An IPv4 address is
    both, in each of its notations: a dual-stack socket shows it as ::ffff:192.0.2.1, a translating gateway as 64:ff9b::192.0.2.1.
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address))
    except ValueError:
        return address, address
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or (ipaddress.IPv4Address(parsed.packed[12:]) if parsed in _NAT64 else None)
        if inner is None:
            narrow, wide = (ipaddress.IPv6Network((parsed.packed, bits), strict=False) for bits in (64, 56))
            return str(narrow), str(wide)
        parsed = inner
    return str(parsed), str(parsed)


def _without_port(address: str) -> str:
    """Return an address without the port or the brackets that some proxies add."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


class Limit:
    """A maximum number of events within a period, for each name.

    Parameters
    ----------
    most : int
        The maximum number.
    within_s : float
        The length of the period in seconds.
    clock : callable
        Returns seconds that never go back.
    """

    def __init__(self, most: int, within_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within_s, self._clock = most, within_s, clock
        self._seen: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, what: str = "") -> bool:
        """Count one more event for this name; return False, without counting, if its limit is reached.

        With `what`, the same thing counts only once: a page that asks for a deleted result again and again guesses nothing.
        """
        with self._lock:
            seen = self._recent(name)
            if what and any(what == before for _when, before in seen):
                return True
            if len(seen) >= self._most:
                return False
            seen.append((self._clock(), what))
            return True

    def spent(self, name: str) -> bool:
        """Return whether this name has reached its limit."""
        with self._lock:
            return len(self._recent(name)) >= self._most

    def _recent(self, name: str) -> deque[tuple[float, str]]:
        seen = self._seen.setdefault(name, deque())
        self._seen.move_to_end(name)
        while len(self._seen) > _MOST_NAMES:  # the names unseen for longest are forgotten, because memory is limited
            self._seen.popitem(last=False)
        while seen and seen[0][0] <= self._clock() - self._within_s:
            seen.popleft()
        return seen


@cache
def wrong_keys(data: Path) -> Limit:  # noqa: ARG001 - one for each data folder, which is one for each server
    """Return the server's only counter for everything that can be guessed: links, tokens and upload keys."""
    return Limit(*WRONG_KEYS)
