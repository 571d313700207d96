"""The index of what was done before. Cases resolved earlier get into it as their events are followed once more.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "similar_documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
    )
    op.create_index("similar_documents_ref", "similar_documents", ["kind", "ref"], unique=True)
    op.create_table(
        "similar_terms",
        sa.Column("district", sa.String(), primary_key=True),
        sa.Column("term", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("document", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("weight", sa.Float(), nullable=False),
    )
    op.create_table(
        "similar_counts",
        sa.Column("district", sa.String(), primary_key=True),
        sa.Column("term", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("documents", sa.Integer(), nullable=False),
    )
    op.create_index("similar_terms_document", "similar_terms", ["document"])


def downgrade() -> None:
    op.drop_table("similar_counts")
    op.drop_table("similar_terms")
    op.drop_table("similar_documents")
