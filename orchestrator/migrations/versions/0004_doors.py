"""Doors of each session"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("opens_before", "closes_after"):
        op.add_column("session", sa.Column(name, sa.Float(), nullable=True))


def downgrade() -> None:
    for name in ("closes_after", "opens_before"):
        op.drop_column("session", name)
