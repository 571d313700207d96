"""事件流: every entry gets a number, and who has read how far.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A statement's entries go into the outbox with that statement; its case's row has been written by then.
ANNOUNCE = """
CREATE FUNCTION announce_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO outbox (case_no, seq, district)
    SELECT case_no, written.seq, district FROM written LEFT JOIN cases USING (case_no) ORDER BY case_no, written.seq;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER announce AFTER INSERT ON entries REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION announce_entries()
"""
# In the order of time, and of a case's entries none before its predecessor.
NUMBER_WHAT_IS_THERE = """
WITH placed AS (
    SELECT case_no, seq, max(at) OVER (PARTITION BY case_no ORDER BY seq) AS latest FROM entries
)
INSERT INTO events (number, case_no, seq, district)
SELECT row_number() OVER (ORDER BY latest, case_no, placed.seq), case_no, placed.seq, district
FROM placed LEFT JOIN cases USING (case_no)
"""


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("case_no", "seq"),
    )
    op.create_table(
        "followers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("actions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(ANNOUNCE)
    op.execute(TRIGGER)  # from here until the migration is committed nobody else can write entries
    op.execute(NUMBER_WHAT_IS_THERE)


def downgrade() -> None:
    op.execute("DROP TRIGGER announce ON entries")
    op.execute("DROP FUNCTION announce_entries()")
    for table in ("subscriptions", "followers", "events", "outbox"):
        op.drop_table(table)
