"""The command line, `stride-check`. It is a program: `core.cli.main` starts it, and nothing imports it."""

from __future__ import annotations

__all__: list[str] = []
