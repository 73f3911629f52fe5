"""Rooms to be ended at their providers"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "room_ending",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("closed", moment, nullable=True),
        sa.Column("due", moment, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_room_ending_room_id")
        ),
        sa.PrimaryKeyConstraint("room_id", "connection", name=op.f("pk_room_ending")),
    )
    op.create_index("ix_room_ending_due", "room_ending", ["due"])


def downgrade() -> None:
    op.drop_table("room_ending")
