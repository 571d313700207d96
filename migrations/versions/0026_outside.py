"""Records of before, and scores of others.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_records",
        sa.Column("district", sa.String(), primary_key=True),
        sa.Column("file_sha256", sa.String(), primary_key=True),
        sa.Column("row", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("source_no", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("applicant", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("old_records_day", "old_records", ["district", "registered_on"])
    op.create_table(
        "outside_scores",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("out_of", sa.Float(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("outside_scores_month", "outside_scores", ["district", "month"])


def downgrade() -> None:
    op.drop_table("outside_scores")
    op.drop_table("old_records")
