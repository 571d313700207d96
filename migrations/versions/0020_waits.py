"""A case's row says what waits for whom, and its state knows its papers and files: rows are made anew from the ledger.

Revision ID: 0020
Revises: 0019
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from models.case import Case
from models.ledger import Entry
from models.row import case_row

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OPEN = "stage NOT IN ('archived', 'declined', 'withdrawn')"


def upgrade() -> None:
    op.add_column("cases", sa.Column("waits", JSONB(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for (case_no,) in connection.execute(sa.text("SELECT case_no FROM cases ORDER BY case_no")).all():
        found = connection.execute(sa.text("SELECT * FROM entries WHERE case_no = :no ORDER BY seq"), {"no": case_no})
        case = Case.from_entries(case_no, [Entry(**row._mapping) for row in found])
        said = {
            "no": case_no,
            "state": case.state.model_dump_json(exclude_defaults=True),
            "waits": json.dumps(case_row(case)["waits"], ensure_ascii=False),
        }
        made = "UPDATE cases SET state = CAST(:state AS jsonb), waits = CAST(:waits AS jsonb) WHERE case_no = :no"
        connection.execute(sa.text(made), said)
    op.alter_column("cases", "waits", server_default=None)
    op.create_index("cases_waits", "cases", ["waits"], postgresql_using="gin")
    op.create_index("cases_open_due", "cases", ["due_at"], postgresql_where=sa.text(OPEN))


def downgrade() -> None:
    op.drop_index("cases_open_due", "cases")
    op.drop_index("cases_waits", "cases")
    op.drop_column("cases", "waits")
