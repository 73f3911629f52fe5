"""The door: leases, seats for staff, the queue, who was sent out"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FREE = sa.text("registrant_id IS NULL")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.add_column(
        "seat",
        sa.Column("staff", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("seat", sa.Column("device", sa.String(), nullable=True))
    op.add_column("seat", _moment("seen", nullable=True))
    op.create_index(
        "ix_seat_free",
        "seat",
        ["room_id", "staff", "number"],
        sqlite_where=_FREE,
        postgresql_where=_FREE,
    )
    # The few hundred seats of a room that are taken are looked through at once.
    op.drop_index("ix_seat_room_id_until", "seat")
    # Until now it was when the doors close, which the opening tells as well.
    op.execute("UPDATE seat SET until = NULL")
    op.add_column("room", sa.Column("staff_seats", sa.Integer(), nullable=True))
    op.add_column(
        "room", sa.Column("overflow", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "waiting",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("standby", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        _moment("since"),
        _moment("seen"),
        sa.Column("watching", sa.Boolean(), nullable=False),
        _of("waiting", "room_id", "room"),
        _of("waiting", "registrant_id", "registrant"),
        sa.PrimaryKeyConstraint("room_id", "registrant_id", name=op.f("pk_waiting")),
        sa.UniqueConstraint(
            "room_id", "number", name=op.f("uq_waiting_room_id_number")
        ),
    )
    op.create_table(
        "arrival",
        sa.Column("room_id", sa.String(), nullable=False),
        _moment("opens"),
        sa.Column("registrant_id", sa.String(), nullable=False),
        _moment("at"),
        _of("arrival", "room_id", "room"),
        _of("arrival", "registrant_id", "registrant"),
        sa.PrimaryKeyConstraint(
            "room_id", "opens", "registrant_id", name=op.f("pk_arrival")
        ),
    )
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        _moment("at"),
        sa.Column("why", sa.String(), nullable=False),
        _of("departure", "room_id", "room"),
        _of("departure", "registrant_id", "registrant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_index("ix_departure_room_id_at", "departure", ["room_id", "at"])
    op.create_table(
        "exclusion",
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        _moment("at"),
        _of("exclusion", "registrant_id", "registrant"),
        _of("exclusion", "by_id", "registrant"),
        sa.PrimaryKeyConstraint("registrant_id", name=op.f("pk_exclusion")),
    )
    op.create_index("ix_exclusion_event_id", "exclusion", ["event_id"])
    op.create_table(
        "occupancy",
        sa.Column("room_id", sa.String(), nullable=False),
        _moment("minute"),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        _of("occupancy", "room_id", "room"),
        sa.PrimaryKeyConstraint("room_id", "minute", name=op.f("pk_occupancy")),
    )


def downgrade() -> None:
    op.drop_table("occupancy")
    op.drop_index("ix_exclusion_event_id", "exclusion")
    op.drop_table("exclusion")
    op.drop_index("ix_departure_room_id_at", "departure")
    for table in ("departure", "arrival", "waiting"):
        op.drop_table(table)
    op.drop_column("room", "overflow")
    op.drop_column("room", "staff_seats")
    op.create_index("ix_seat_room_id_until", "seat", ["room_id", "until"])
    op.drop_index("ix_seat_free", "seat")
    for column in ("seen", "device", "staff"):
        op.drop_column("seat", column)
