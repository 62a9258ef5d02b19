"""Drawings as SVG: the runner, muscles, exercises and how to film."""
