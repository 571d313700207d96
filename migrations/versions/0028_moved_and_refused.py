"""Cases that moved to another district, and those in which somebody said no, are found by that; a double index goes.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("entries_received", "entries", ["at"], postgresql_where=sa.text("action = 'received'"))
    op.execute(
        "CREATE INDEX entries_said_no ON entries (case_no) WHERE action = 'explained'"
        " OR (action = 'diagnosed' AND detail ->> 'category' = 'cannot')"
        " OR (action = 'replied' AND detail ->> 'result' = 'cannot')"
    )
    op.execute("DROP INDEX IF EXISTS entries_applied")


def downgrade() -> None:
    op.execute("CREATE INDEX entries_applied ON entries ((detail ->> 'solution_id')) WHERE action = 'solution_applied'")
    op.drop_index("entries_said_no", "entries")
    op.drop_index("entries_received", "entries")
