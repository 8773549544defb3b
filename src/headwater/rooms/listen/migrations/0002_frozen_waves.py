"""The database itself refuses to change what a wave promised at launch, or to loosen what was made stricter."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "after launch a wave can only be made stricter"

SQLITE = f"""
CREATE TRIGGER listen_wave_frozen BEFORE UPDATE ON listen_wave
WHEN OLD.launched_at IS NOT NULL AND (
    NEW.plan IS NOT OLD.plan OR NEW.public_key IS NOT OLD.public_key OR NEW.launched_at IS NOT OLD.launched_at
    OR NEW.closes_at > OLD.closes_at OR NEW.late_until > OLD.late_until
    OR COALESCE(json_extract(NEW.stricter, '$.k'), 0) < COALESCE(json_extract(OLD.stricter, '$.k'), 0)
    OR COALESCE(json_extract(NEW.stricter, '$.comment_k'), 0) < COALESCE(json_extract(OLD.stricter, '$.comment_k'), 0)
    OR COALESCE(json_extract(NEW.stricter, '$.without_comments'), 0)
        < COALESCE(json_extract(OLD.stricter, '$.without_comments'), 0)
    OR COALESCE(json_array_length(NEW.stricter, '$.dropped_cuts'), 0)
        < COALESCE(json_array_length(OLD.stricter, '$.dropped_cuts'), 0)
)
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;
"""
POSTGRESQL = f"""
CREATE FUNCTION listen_wave_refuse() RETURNS trigger AS $$
BEGIN
    IF OLD.launched_at IS NOT NULL AND (
        NEW.plan IS DISTINCT FROM OLD.plan OR NEW.public_key IS DISTINCT FROM OLD.public_key
        OR NEW.launched_at IS DISTINCT FROM OLD.launched_at
        OR NEW.closes_at > OLD.closes_at OR NEW.late_until > OLD.late_until
        OR COALESCE((NEW.stricter->>'k')::int, 0) < COALESCE((OLD.stricter->>'k')::int, 0)
        OR COALESCE((NEW.stricter->>'comment_k')::int, 0) < COALESCE((OLD.stricter->>'comment_k')::int, 0)
        OR COALESCE((NEW.stricter->>'without_comments')::boolean, false)
            < COALESCE((OLD.stricter->>'without_comments')::boolean, false)
        OR COALESCE(jsonb_array_length(NEW.stricter->'dropped_cuts'), 0)
            < COALESCE(jsonb_array_length(OLD.stricter->'dropped_cuts'), 0)
    ) THEN
        RAISE EXCEPTION '{MESSAGE}';
    END IF;
    RETURN NEW;
END; $$ LANGUAGE plpgsql;
CREATE TRIGGER listen_wave_frozen BEFORE UPDATE ON listen_wave FOR EACH ROW EXECUTE FUNCTION listen_wave_refuse();
"""


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the trigger."""
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


class Migration(migrations.Migration):
    """A trigger on waves."""

    dependencies = [("listen", "0001_initial")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
