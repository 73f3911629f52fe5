"""Presence"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_presence_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_presence_registrant_id")
        ),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_presence")),
    )
    op.create_index(
        "ix_presence_event_id_registrant_id", "presence", ["event_id", "registrant_id"]
    )
    op.create_index(
        "ix_presence_room_id_source_at", "presence", ["room_id", "source", "at"]
    )


def downgrade() -> None:
    op.drop_index("ix_presence_room_id_source_at", "presence")
    op.drop_index("ix_presence_event_id_registrant_id", "presence")
    op.drop_table("presence")
