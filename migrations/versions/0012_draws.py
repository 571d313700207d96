"""Draws of look-backs.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_back_draws",
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("district", "month"),
    )
    op.create_index("entries_archived", "entries", ["at"], postgresql_where=sa.text("action = 'archived'"))


def downgrade() -> None:
    op.drop_index("entries_archived", "entries")
    op.drop_table("look_back_draws")
