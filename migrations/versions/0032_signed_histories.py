"""Signed histories (归档签名): what the archive keeps is signed, with all that is said of it, when it is kept.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("histories", sa.Column("signature", sa.String(), nullable=False))


def downgrade() -> None:
    op.drop_column("histories", "signature")
