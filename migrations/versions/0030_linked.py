"""Cases that name another one are found by an index: every view of a case asks for them.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    some = sa.text("linked <> '{}'")
    op.create_index("cases_linked", "cases", ["linked"], postgresql_using="gin", postgresql_where=some)


def downgrade() -> None:
    op.drop_index("cases_linked", "cases")
