"""Raised hands"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("raised", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_hand_room_id")),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_hand_registrant_id")
        ),
        sa.PrimaryKeyConstraint("room_id", "registrant_id", name=op.f("pk_hand")),
    )
    op.create_index("ix_hand_registrant_id", "hand", ["registrant_id"])


def downgrade() -> None:
    op.drop_table("hand")
