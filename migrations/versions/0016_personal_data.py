"""Keys of cases' personal data, and the pieces by which sealed narratives are found.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = """
CREATE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.key_id = OLD.key_id AND NEW.case_no = OLD.case_no
       AND OLD.destroyed_at IS NULL AND (NEW.wrapped IS NULL) = (NEW.destroyed_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '案件数据密钥只能重新包裹或销毁，不能改动或删除';
END $$
"""
"""A key is wrapped anew or destroyed, once; its row stays and tells who did it and why."""


def upgrade() -> None:
    op.create_table(
        "case_keys",
        sa.Column("key_id", sa.String(), primary_key=True),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("ring_key", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_by", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
    )
    op.create_index("case_keys_case", "case_keys", ["case_no"])
    op.execute(KEPT)
    op.execute(
        "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON case_keys FOR EACH ROW EXECUTE FUNCTION refuse_key_change()"
    )
    op.create_table(
        "case_words",
        sa.Column("case_no", sa.String(), primary_key=True),
        sa.Column("pieces", ARRAY(sa.Text()), nullable=False),
    )
    op.create_index("case_words_pieces", "case_words", ["pieces"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("case_words")
    op.drop_table("case_keys")
    op.execute("DROP FUNCTION refuse_key_change")
