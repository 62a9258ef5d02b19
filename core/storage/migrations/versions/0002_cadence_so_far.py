"""The cadence of a runner while the clip is still being read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("jobs", sa.Column("cadence_spm", sa.Float))


def downgrade() -> None:
    """Remove the column, with its data."""
    op.drop_column("jobs", "cadence_spm")
