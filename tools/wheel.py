"""What is in a wheel: the app as it lies here, in one folder, so that each file finds the others.

A `.pth` file puts that folder on Python's path. An editable installation holds none of it: it points here.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "stride_check"
PARTS = (
    ".streamlit/config.toml",
    "assets",
    "benchmarks/results/accuracy.json",
    "core",
    "home.py",
    "pages",
    "static",
    "streamlit_app.py",
    "view",
    "web",
)


class Parts(BuildHookInterface):  # type: ignore[misc]  # hatchling is only installed for a build
    """Tells the builder what to take."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the parts, unless the installation is an editable one."""
        if version == "standard":
            build_data["force_include"].update({part: f"{FOLDER}/{part}" for part in PARTS})
            build_data["force_include"][f"deploy/{FOLDER}.pth"] = f"{FOLDER}.pth"
