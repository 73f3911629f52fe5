"""Templates are ready before anybody asks for a page."""

from orchestrator.pages import render
from orchestrator.web.reader import LANGUAGES


async def test_templates_are_compiled_before_they_are_needed(monkeypatch):
    monkeypatch.setattr(render, "_SECONDS_BETWEEN_TEMPLATES", 0)
    await render.compile_templates()

    for language in LANGUAGES:
        environment = render._environment(language)
        # Compiling anything now would fail.
        monkeypatch.setattr(environment, "compile", None)
        assert all(
            environment.get_template(name) for name in environment.list_templates()
        )
