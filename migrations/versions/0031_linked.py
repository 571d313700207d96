"""Cases that name another one are found by an index: every view of a case asks for them.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    some = sa.text("linked <> '{}'")
    op.create_index("cases_linked", "cases", ["linked"], postgresql_using="gin", postgresql_where=some)


def downgrade() -> None:
    op.drop_index("cases_linked", "cases")
