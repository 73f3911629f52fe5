"""Personal calendars"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("session", "talk"):
        self_of = sa.Column("self_of", sa.String(), nullable=False, server_default="")
        op.add_column(table, self_of)
    calendar = sa.Column("calendar", sa.String(), nullable=False, server_default="")
    op.add_column("browser_session", calendar)
    op.create_table(
        "feed_key",
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("per", sa.String(), nullable=False),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("with_link", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("turned", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_feed_key_registrant_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_feed_key_event_id")
        ),
        sa.PrimaryKeyConstraint("registrant_id", name=op.f("pk_feed_key")),
    )
    op.create_index("ix_feed_key_digest", "feed_key", ["digest"], unique=True)
    op.create_index("ix_feed_key_event_id", "feed_key", ["event_id"], unique=False)

    op.create_table(
        "part",
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("talk_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_part_registrant_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_part_event_id")
        ),
        sa.PrimaryKeyConstraint(
            "registrant_id", "session_id", "talk_id", name=op.f("pk_part")
        ),
    )
    op.create_index("ix_part_event_id", "part", ["event_id"], unique=False)
    _note_present_parts()


def _note_present_parts() -> None:
    """Who chairs or speaks by now is to be told when that ends."""
    names = ("registrant_id", "event_id", "session_id", "talk_id", "role", "source")
    grant = sa.table("role_grant", *map(sa.column, names))
    part = sa.table(
        "part",
        *map(sa.column, ("registrant_id", "session_id", "talk_id", "event_id")),
        sa.column("turns", sa.Integer()),
        sa.column("since", sa.DateTime(timezone=True)),
        sa.column("ended", sa.Boolean()),
    )
    chairs = (grant.c.role == "chair") & grant.c.session_id.is_not(None)
    speaks = (grant.c.role == "speaker") & grant.c.talk_id.is_not(None)
    present = (
        sa.select(
            grant.c.registrant_id,
            sa.case((chairs, grant.c.session_id), else_=""),
            sa.case((speaks, grant.c.talk_id), else_=""),
            grant.c.event_id,
            sa.literal(0, sa.Integer()),
            sa.func.current_timestamp(),
            sa.false(),
        )
        .where(chairs | speaks, grant.c.source != "default")
        .distinct()
    )
    op.execute(part.insert().from_select([one.name for one in part.c], present))


def downgrade() -> None:
    op.drop_index("ix_part_event_id", "part")
    op.drop_table("part")
    op.drop_index("ix_feed_key_event_id", "feed_key")
    op.drop_index("ix_feed_key_digest", "feed_key")
    op.drop_table("feed_key")
    op.drop_column("browser_session", "calendar")
    for table in ("talk", "session"):
        op.drop_column(table, "self_of")
