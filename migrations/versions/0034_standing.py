"""Seen when it stands still: alarms of every kind, when time acts next, and what two administrators do together.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ROWS = ("cases", "inquiries", "meetings", "oversight", "reports", "solutions")

KEY_MAY_MOVE = """
CREATE OR REPLACE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.key_id = OLD.key_id AND NEW.case_no = OLD.case_no
       AND OLD.destroyed_at IS NULL AND (NEW.wrapped IS NULL) = (NEW.destroyed_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.case_no <> OLD.case_no
       AND (NEW.key_id, NEW.algorithm, NEW.ring_key, NEW.wrapped, NEW.made_at, NEW.destroyed_at)
           IS NOT DISTINCT FROM (OLD.key_id, OLD.algorithm, OLD.ring_key, OLD.wrapped, OLD.made_at, OLD.destroyed_at)
       AND NOT EXISTS (SELECT 1 FROM cases WHERE case_no = NEW.case_no)
       AND NOT EXISTS (SELECT 1 FROM registrations WHERE case_no = OLD.case_no)
       AND EXISTS (SELECT 1 FROM registrations WHERE case_no = NEW.case_no) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '案件数据密钥只能重新包裹或销毁，不能改动或删除';
END $$
"""
"""A key also moves with its registration, before there is a case, to the number that the registration gets instead."""


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.execute(KEY_MAY_MOVE)
    for table in ROWS:
        op.add_column(table, _instant("wakes_at", nullable=True))
        where = sa.text("wakes_at IS NOT NULL")
        op.create_index(f"{table}_wakes", table, ["wakes_at"], postgresql_where=where)
    op.drop_table("alarms")
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("ledger_kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        _instant("since"),
        _instant("raised_at"),
        _instant("settled_at", nullable=True),
        sa.Column("mended_by", sa.String(), nullable=True),
    )
    still = sa.text("settled_at IS NULL")
    op.create_index("alarms_open", "alarms", ["ledger", "kind"], unique=True, postgresql_where=still)
    op.create_index("alarms_raised", "alarms", ["raised_at"])
    op.drop_table("calendar_proposals")
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("said", JSONB(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        _instant("asked_at"),
        sa.Column("settled_by", sa.String(), nullable=True),
        _instant("settled_at", nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        _instant("done_at", nullable=True),
        sa.Column("told", sa.String(), nullable=False),
    )
    op.create_index("proposals_waiting", "proposals", ["asked_at"], postgresql_where=sa.text("done_at IS NULL"))


def downgrade() -> None:
    raise NotImplementedError("release 1 begins above this")
