"""Decided once (一次决定): entries keep their format, their signed command and what they changed; commands are kept.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ENTRIES = (
    "entries",
    "inquiry_entries",
    "meeting_entries",
    "oversight_entries",
    "report_entries",
    "solution_entries",
)


def upgrade() -> None:
    for table in ENTRIES:
        op.add_column(table, sa.Column("v", sa.Integer(), server_default="1", nullable=False))
        op.add_column(table, sa.Column("command", sa.String(), server_default="", nullable=False))
        op.add_column(table, sa.Column("change", JSONB(), server_default="{}", nullable=False))
    op.create_table(
        "commands",
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("signed", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("ledger", "id"),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commands"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("commands")
    for table in ENTRIES:
        for column in ("change", "command", "v"):
            op.drop_column(table, column)
