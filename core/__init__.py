"""Stride Check's library: from a side-on clip of a runner to a report. It knows nothing of Streamlit or Plotly."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The program's folder."""
