"""The figures we hold ourselves to: `uv run python -m benchmarks accuracy` and its kin."""
