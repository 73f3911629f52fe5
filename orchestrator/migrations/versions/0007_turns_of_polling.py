"""Whose turn it is to ask a room's provider"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polled",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_polled_room_id")
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_polled")),
    )


def downgrade() -> None:
    op.drop_table("polled")
