"""The baseline (基线): every table as the first release that is kept has it.

What was before is not understood any more; from here on each release adds migrations and changes none. Append-only
tables, the numbering of events and the waking of followers are the database's own: `0001_baseline.sql` has them.

Revision ID: 0001
Revises:
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("基线之前没有版本：请从备份恢复")
