"""Signed histories (归档签名): what the archive keeps is signed, with all that is said of it, when it is kept.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("histories", sa.Column("signature", sa.String(), nullable=False))


def downgrade() -> None:
    op.drop_column("histories", "signature")
