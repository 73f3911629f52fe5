"""What providers deliver, and when their rooms closed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "delivery",
        sa.Column("number", number, autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "connection", "key", name=op.f("uq_delivery_connection_key")
        ),
    )
    op.create_index("ix_delivery_received", "delivery", ["received"])
    for state in ("new", "aside"):
        of_state = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_delivery_{state}",
            "delivery",
            ["number"],
            sqlite_where=of_state,
            postgresql_where=of_state,
        )
    op.create_table(
        "closing",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_closing_room_id")
        ),
        sa.PrimaryKeyConstraint("room_id", "connection", "at", name=op.f("pk_closing")),
    )


def downgrade() -> None:
    op.drop_table("closing")
    op.drop_table("delivery")
