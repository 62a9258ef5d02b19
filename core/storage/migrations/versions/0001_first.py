"""All tables, and the columns and indexes that tables of earlier versions lack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TABLES = sa.MetaData()

sa.Table(
    "jobs",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, unique=True, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("keep_video", sa.Boolean, nullable=False),
    sa.Column("answers", sa.String, nullable=False),
    sa.Column("report", sa.String),
    sa.Column("refusal", sa.String),
    sa.Column("visitor", sa.String),
    sa.Column("turn", sa.Integer),
    sa.Column("upload_bytes", sa.Integer),
    sa.Column("from_s", sa.Float),
    sa.Column("to_s", sa.Float),
    sa.Column("holder", sa.String),
    sa.Column("leased_until_s", sa.Float),
    sa.Column("created_s", sa.Float, nullable=False),
    sa.Column("started_s", sa.Float),
    sa.Column("finished_s", sa.Float),
    sa.Column("expires_s", sa.Float, nullable=False, index=True),
    sqlite_autoincrement=True,
)
sa.Table(
    "shares",
    _TABLES,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("job", sa.String, sa.ForeignKey("jobs.key", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("salt", sa.String, nullable=False),
    sa.Column("runner", sa.String, nullable=False),
    sa.Column("created_s", sa.Float, nullable=False),
    sa.Column("expires_s", sa.Float),
    sa.Column("revoked_s", sa.Float),
)
sa.Table(
    "clock",
    _TABLES,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("due_s", sa.Float, nullable=False),
)
sa.Table(
    "tallies",
    _TABLES,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("label", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
)


def upgrade() -> None:
    """Create whatever is missing; earlier versions did not record a schema number."""
    connection = op.get_bind()
    before = set(sa.inspect(connection).get_table_names())
    _TABLES.create_all(connection)
    for table in _TABLES.sorted_tables:
        if table.name in before:
            there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            for column in table.columns:
                if column.name not in there:
                    op.add_column(table.name, sa.Column(column.name, column.type))
            for index in table.indexes:
                index.create(connection, checkfirst=True)
