"""The stage: what chairs do while a session is on"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "slot",
        sa.Column("skipped", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "rundown",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refused", MOMENT, nullable=True),
        sa.Column("lengths", JSON, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_rundown_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_rundown_event_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_rundown")),
    )
    op.create_index(op.f("ix_rundown_event_id"), "rundown", ["event_id"])
    op.create_table(
        "rundown_action",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", JSON, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("other_session", sa.String(), nullable=True),
        sa.Column("other_version", sa.Integer(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("undone", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_rundown_action_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_rundown_action_registrant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "version", name=op.f("pk_rundown_action")
        ),
        sa.UniqueConstraint(
            "session_id", "key", name=op.f("uq_rundown_action_session_id_key")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_outbox_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_event_id"), "outbox", ["event_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_event_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("rundown_action")
    op.drop_index(op.f("ix_rundown_event_id"), table_name="rundown")
    op.drop_table("rundown")
    op.drop_column("slot", "skipped")
