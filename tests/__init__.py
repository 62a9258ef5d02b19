"""Tests; a package by name, because a library installs a package `tests` of its own, which would be found first."""
