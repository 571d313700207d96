"""Cases that another district took over are found by when it did; one index of two that were the same goes.

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
    op.execute("DROP INDEX IF EXISTS entries_applied")


def downgrade() -> None:
    op.execute("CREATE INDEX entries_applied ON entries ((detail ->> 'solution_id')) WHERE action = 'solution_applied'")
    op.drop_index("entries_received", "entries")
