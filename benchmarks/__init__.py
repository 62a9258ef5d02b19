"""The figures we hold ourselves to: `uv run python -m benchmarks.accuracy.three_truths` and its kin."""
