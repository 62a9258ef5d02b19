"""The location of the program's files."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The program's folder."""
