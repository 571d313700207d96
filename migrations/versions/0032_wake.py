"""跟随进程的唤醒: who waits for entries or for their numbers is woken, and need not ask again and again.

Revision ID: 0032
Revises: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# As in 0002, and then whoever numbers entries is woken. A transaction that writes many wakes once.
ANNOUNCE = """
CREATE OR REPLACE FUNCTION announce_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO outbox (case_no, seq, district)
    SELECT case_no, written.seq, district FROM written LEFT JOIN cases USING (case_no) ORDER BY case_no, written.seq;
    IF FOUND THEN PERFORM pg_notify('followers', 'entries'); END IF;
    RETURN NULL;
END $$
"""
SILENT = ANNOUNCE.replace("    IF FOUND THEN PERFORM pg_notify('followers', 'entries'); END IF;\n", "")
TELL = """
CREATE FUNCTION tell_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM numbered) THEN PERFORM pg_notify('events', ''); END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER tell AFTER INSERT ON events REFERENCING NEW TABLE AS numbered
FOR EACH STATEMENT EXECUTE FUNCTION tell_events()
"""


def upgrade() -> None:
    op.execute(ANNOUNCE)
    op.execute(TELL)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER tell ON events")
    op.execute("DROP FUNCTION tell_events()")
    op.execute(SILENT)
