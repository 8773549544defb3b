"""A new table, rendered alone while migrations run."""

from __future__ import annotations

from django.db.migrations.state import ModelState, ProjectState

_add_model = ProjectState.add_model


def render_new_models_alone() -> None:
    """Let Django render a model that a migration creates without rendering every model it points at once more.

    Nothing points at a model before it is there, so the others stay as they are. Over hundreds of tables with keys to
    persons and units that takes a third of the time, on each start in a new folder and each run of the tests; the
    tables come out the same (`tests/rooms/test_quick_migrations.py`). Calling it twice changes nothing.
    """
    ProjectState.add_model = _add_alone  # type: ignore[method-assign,assignment]


def _add_alone(state: ProjectState, model_state: ModelState) -> None:
    apps = state.__dict__.pop("apps", None)
    try:
        _add_model(state, model_state)
    finally:
        if apps is not None:
            state.__dict__["apps"] = apps
    if apps is not None:
        apps.render_multiple([model_state])
