"""Recordings"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "recording",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("noted", moment, nullable=False),
        sa.Column("started", moment, nullable=True),
        sa.Column("ended", moment, nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("due", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_recording_room_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_recording_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint(
            "connection", "reference", name=op.f("uq_recording_connection_reference")
        ),
    )
    for column in ("room_id", "due"):
        op.create_index(f"ix_recording_{column}", "recording", [column])
    op.create_table(
        "recording_turn",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("due", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_recording_turn_room_id")
        ),
        sa.PrimaryKeyConstraint(
            "room_id", "connection", name=op.f("pk_recording_turn")
        ),
    )


def downgrade() -> None:
    op.drop_table("recording_turn")
    op.drop_table("recording")
