"""What an owner marked by hand, kept in the report of the result."""

from __future__ import annotations

from dataclasses import replace

from core.model.hand_check import ByHand
from core.storage.corrections import correct_report
from core.storage.store import Store


def keep(store: Store, token: str, by_hand: ByHand | None) -> None:
    """Keep marks in a result's report, instead of earlier ones; None removes them. Nothing else in the report changes.

    Raises
    ------
    NotFound
        If there is no such result.
    """
    correct_report(store, token, lambda report: replace(report, by_hand=by_hand))
