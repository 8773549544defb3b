"""The database itself refuses to change or delete audit entries."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER house_audit_no_{verb} BEFORE {VERB} ON house_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION house_audit_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END; $$ LANGUAGE plpgsql;
"""
POSTGRESQL = """
CREATE TRIGGER house_audit_no_{verb} BEFORE {VERB} ON house_auditentry
FOR EACH ROW EXECUTE FUNCTION house_audit_refuse();
"""


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the triggers."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for verb in ("update", "delete"):
        text = POSTGRESQL if vendor == "postgresql" else SQLITE
        schema_editor.execute(text.format(verb=verb, VERB=verb.upper()))


class Migration(migrations.Migration):
    """Triggers on the audit trail."""

    dependencies = [("house", "0001_initial")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
