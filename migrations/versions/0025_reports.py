"""The register of monthly analyses; entries are found by their time.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_entries",
        sa.Column("case_no", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("case_no", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("state", JSONB(), nullable=False),
    )
    op.create_table(
        "report_cases",
        sa.Column("district", sa.String(), primary_key=True),
        sa.Column("month", sa.String(), primary_key=True),
        sa.Column("figure", sa.String(), primary_key=True),
        sa.Column("case_nos", ARRAY(sa.Text()), nullable=False),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_index("entries_registered", "entries", ["at"], postgresql_where=sa.text("action = 'registered'"))


def downgrade() -> None:
    op.drop_index("entries_registered", "entries")
    for table in ("report_cases", "reports", "report_entries"):
        op.drop_table(table)
