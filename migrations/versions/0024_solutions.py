"""The register of solutions, and amended laws; applying a solution is found by its number.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "solution_entries",
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
        "solutions",
        sa.Column("case_no", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("of_case", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("state", JSONB(), nullable=False),
    )
    op.create_index("solutions_district", "solutions", ["district", "stage"])
    op.create_index("solutions_case", "solutions", ["of_case"])
    op.create_table(
        "amended_bases",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON solution_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("CREATE INDEX entries_applied ON entries ((detail ->> 'solution_id')) WHERE action = 'solution_applied'")


def downgrade() -> None:
    op.execute("DROP INDEX entries_applied")
    for table in ("amended_bases", "solutions", "solution_entries"):
        op.drop_table(table)
