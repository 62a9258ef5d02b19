"""Charts of measures, forces and joint angles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from view.charts import comparison, force_by_pace, gauge, joint_angles, maps, muscle_forces
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="comparison force_by_pace gauge joint_angles maps muscle_forces",
    )

__all__ = ["comparison", "force_by_pace", "gauge", "joint_angles", "maps", "muscle_forces"]
