"""HTTP face of what stands beside the rundowns."""

from aiohttp import web

from orchestrator.stage.beside.service import Beside
from orchestrator.stage.messages.routes import MESSAGES
from orchestrator.stage.messages.routes import routes as messages
from orchestrator.stage.questions.routes import QUESTIONS
from orchestrator.stage.questions.routes import routes as questions
from orchestrator.stage.readiness.routes import SPEAKERS
from orchestrator.stage.readiness.routes import routes as readiness

routes = (*questions, *messages, *readiness)


def share(app: web.Application, beside: Beside) -> None:
    """Give the handlers what they work with."""
    app[QUESTIONS] = beside.questions
    app[MESSAGES] = beside.messages
    app[SPEAKERS] = beside.speakers
