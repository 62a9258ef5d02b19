"""Run a benchmark by its name: `uv run python -m benchmarks NAME`, with the options of that benchmark (`--help` lists them)."""

from __future__ import annotations

import runpy
import sys

MODULES = {
    "accuracy": "benchmarks.accuracy.three_truths",
    "quality": "benchmarks.accuracy.quality",
    "degraded": "benchmarks.accuracy.degraded",
    "shrinking": "benchmarks.accuracy.shrunk",
    "pose-modes": "benchmarks.accuracy.pose_modes",
    "advice": "benchmarks.advice",
    "sides": "benchmarks.accuracy.sides",
    "trend": "benchmarks.accuracy.trend",
    "speed": "benchmarks.speed.analysis",
    "pages": "benchmarks.speed.pages",
    "sending": "benchmarks.speed.sending",
    "scaling": "benchmarks.speed.scaling",
    "capacity": "benchmarks.speed.capacity",
    "chaos": "benchmarks.soak.chaos",
    "fuzz": "benchmarks.soak.fuzz",
    "load": "benchmarks.soak.load",
    "attack": "benchmarks.soak.attack",
}
"""The module of each benchmark."""


def main() -> None:
    """Run the benchmark that the first argument names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in MODULES:
        sys.exit(f"{(__doc__ or '').strip()}\n\nNAME is one of: {', '.join(MODULES)}.")
    sys.argv[1:2] = []
    runpy.run_module(MODULES[name], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
