"""Rooms at their providers"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "room", sa.Column("fallback", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "room_place",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_room_place_room_id")
        ),
        sa.PrimaryKeyConstraint("room_id", "connection", name=op.f("pk_room_place")),
    )
    op.create_index(
        "ix_room_place_connection_reference",
        "room_place",
        ["connection", "reference"],
    )
    op.create_table(
        "room_guest",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_room_guest_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_room_guest_registrant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "room_id", "connection", "registrant_id", name=op.f("pk_room_guest")
        ),
    )
    op.create_index("ix_room_guest_registrant_id", "room_guest", ["registrant_id"])


def downgrade() -> None:
    op.drop_table("room_guest")
    op.drop_table("room_place")
    op.drop_column("room", "fallback")
