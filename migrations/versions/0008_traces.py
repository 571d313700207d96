"""First receivers' deputies, refusals, answers given before, seals, and where counters work from.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("first_receiver_deputy", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("cases_refused", "cases", ["refused_at"], postgresql_where=sa.text("refused_at IS NOT NULL"))
    op.create_index(
        "entries_answers",
        "entries",
        [sa.text("md5(coalesce(detail->>'text', detail->>'content'))")],
        postgresql_where=sa.text("action IN ('explained', 'replied')"),
    )
    op.create_index(
        "entries_stamps",
        "entries",
        [sa.text("(detail->>'stamp_code')")],
        postgresql_where=sa.text("action = 'accepted' AND detail ? 'stamp_code'"),
    )
    op.create_table(
        "counter_addresses",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("address", "unit"),
    )
    op.create_table(
        "deputations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deputations_principal", "deputations", ["principal"])
    op.create_index("deputations_deputy", "deputations", ["deputy"])


def downgrade() -> None:
    op.drop_table("deputations")
    op.drop_table("counter_addresses")
    op.drop_index("entries_stamps", "entries")
    op.drop_index("entries_answers", "entries")
    op.drop_column("cases", "refused_at")
    op.drop_column("cases", "first_receiver_deputy")
