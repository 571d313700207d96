"""Duty lists, rosters, levels; drafts of solutions (名册与清单，一类事草案).

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directories",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "version"),
    )
    for name in ("drafts", "follow_up"):
        op.add_column("cases", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column("cases", name, server_default=None)
        op.create_index(f"cases_{name}", "cases", ["district"], postgresql_where=sa.text(name))


def downgrade() -> None:
    for name in ("drafts", "follow_up"):
        op.drop_index(f"cases_{name}")
        op.drop_column("cases", name)
    op.drop_table("directories")
