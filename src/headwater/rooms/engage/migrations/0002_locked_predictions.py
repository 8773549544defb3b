"""The database itself refuses to change a prediction, to add one after the reveal, or to change what is foreseen."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OVER = """EXISTS (
    SELECT 1 FROM engage_discoveryparticipant p JOIN engage_discovery d ON d.id = p.discovery_id
    WHERE p.id = NEW.participant_id
    AND (p.locked_at IS NOT NULL OR p.revealed_at IS NOT NULL OR p.erased_at IS NOT NULL OR d.revealed_at IS NOT NULL
         OR d.opened_at IS NULL OR d.closed_at IS NOT NULL)
)"""
STANDS = """NOT EXISTS (
    SELECT 1 FROM engage_discoveryparticipant p WHERE p.id = OLD.participant_id AND p.erased_at IS NOT NULL
)"""
OPENED = "EXISTS (SELECT 1 FROM engage_discovery d WHERE d.id = OLD.discovery_id AND d.opened_at IS NOT NULL)"
KEPT = ("locked_at", "revealed_at", "erased_at", "concluded_at")
UNDONE = " OR ".join(f"(OLD.{name} IS NOT NULL AND NEW.{name} {{differs}} OLD.{name})" for name in KEPT)
LATE = "(OLD.locked_at IS NULL AND NEW.locked_at IS NOT NULL AND OLD.revealed_at IS NOT NULL)"
REOPENED = " OR ".join(
    f"(OLD.{name} IS NOT NULL AND NEW.{name} {{differs}} OLD.{name})" for name in ("opened_at", "revealed_at")
)

RULES = (
    ("prediction_change", "engage_discoveryprediction", "UPDATE", "", "a prediction is never changed"),
    ("prediction_late", "engage_discoveryprediction", "INSERT", OVER, "a prediction is made before the reveal, once"),
    ("prediction_gone", "engage_discoveryprediction", "DELETE", STANDS, "a prediction stays"),
    ("self_change", "engage_discoveryselfview", "UPDATE", "", "a self-rating is never changed"),
    ("self_late", "engage_discoveryselfview", "INSERT", OVER, "a self-rating is made with the prediction, once"),
    ("self_gone", "engage_discoveryselfview", "DELETE", STANDS, "a self-rating stays"),
    ("question_change", "engage_discoveryquestion", "UPDATE", OPENED, "what is foreseen does not change"),
    ("question_gone", "engage_discoveryquestion", "DELETE", OPENED, "what is foreseen does not change"),
    ("participant_undone", "engage_discoveryparticipant", "UPDATE", f"{UNDONE} OR {LATE}", "a lock is never undone"),
    ("discovery_undone", "engage_discovery", "UPDATE", REOPENED, "a reveal is never undone"),
)


def _sqlite(name: str, table: str, verb: str, condition: str, message: str) -> str:
    when = f"WHEN {condition.format(differs='IS NOT')} " if condition else ""
    return f"CREATE TRIGGER engage_{name} BEFORE {verb} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END;"


def _postgresql(name: str, table: str, verb: str, condition: str, message: str) -> str:
    test = condition.format(differs="IS DISTINCT FROM") or "true"
    row = "OLD" if verb == "DELETE" else "NEW"
    return f"""
CREATE FUNCTION engage_{name}_refuse() RETURNS trigger AS $$
BEGIN IF {test} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {row}; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER engage_{name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION engage_{name}_refuse();
"""


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the triggers."""
    write = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for rule in RULES:
        schema_editor.execute(write(*rule))


class Migration(migrations.Migration):
    """Triggers on predictions and on what they are of."""

    dependencies = [("engage", "0001_initial")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
