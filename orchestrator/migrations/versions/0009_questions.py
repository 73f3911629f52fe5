"""Questions, messages and readiness"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage_epoch",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_stage_epoch")),
    )
    _questions()
    _messages()
    _readiness()


def _questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("talk_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_question_talk_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_question_registrant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    for column in ("event_id", "talk_id", "registrant_id"):
        op.create_index(f"ix_question_{column}", "question", [column])
    taken = sa.text("state = 'taken'")
    op.create_index(
        "ix_question_taken",
        "question",
        ["talk_id"],
        unique=True,
        sqlite_where=taken,
        postgresql_where=taken,
    )
    op.create_table(
        "question_vote",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_vote_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_question_vote_registrant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "question_id", "registrant_id", name=op.f("pk_question_vote")
        ),
    )
    op.create_index(
        "ix_question_vote_registrant_id", "question_vote", ["registrant_id"]
    )


def _messages() -> None:
    op.create_table(
        "stage_message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("talk_id", sa.String(), nullable=True),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("taken_back", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_stage_message_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_stage_message_talk_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_stage_message_registrant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_message")),
    )
    op.create_index("ix_stage_message_event_id", "stage_message", ["event_id"])


def _readiness() -> None:
    op.create_table(
        "readiness",
        sa.Column("talk_id", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("tested", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_readiness_talk_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_readiness_registrant_id"),
        ),
        sa.PrimaryKeyConstraint("talk_id", "registrant_id", name=op.f("pk_readiness")),
    )
    for column in ("event_id", "registrant_id"):
        op.create_index(f"ix_readiness_{column}", "readiness", [column])


def downgrade() -> None:
    op.drop_table("readiness")
    op.drop_table("stage_message")
    op.drop_table("question_vote")
    op.drop_table("question")
    op.drop_table("stage_epoch")
