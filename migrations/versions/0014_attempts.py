"""Attempts are counted by account and by address: each with an index of its own.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, column, action in (("sign_ins", "actor", "sign_in"), ("codes", "address", "query_code")):
        where = sa.text(f"action = '{action}'")
        op.create_index(f"access_log_{name}", "access_log", [column, "at"], postgresql_where=where)


def downgrade() -> None:
    for name in ("sign_ins", "codes"):
        op.drop_index(f"access_log_{name}", "access_log")
