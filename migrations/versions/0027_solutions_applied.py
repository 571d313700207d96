"""What became of a solution is found by its number, not by reading every entry.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX entries_solutions ON entries ((detail->>'solution_id')) WHERE action = 'solution_applied'")


def downgrade() -> None:
    op.drop_index("entries_solutions", "entries")
