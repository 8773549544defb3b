from importlib import import_module

from django.apps.registry import Apps as StateApps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

locked = import_module("headwater.rooms.engage.migrations.0002_locked_predictions")


def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away on SQLite, which writes a table anew to add a column and loses them on the way."""
    if schema_editor.connection.vendor == "sqlite":
        for name, *_rest in locked.RULES:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS engage_{name}")


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add them again."""
    if schema_editor.connection.vendor == "sqlite":
        locked.protect(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("decide", "0001_initial"),
        ("engage", "0004_briefing_forecasts"),
        ("people", "0004_safety_officer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.RemoveConstraint(
            model_name="forecast",
            name="forecast_is_range",
        ),
        migrations.AddField(
            model_name="briefingcopy",
            name="handed_on_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="discovery",
            name="guests",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="forecast",
            name="error",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="likely",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="source",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="forecast",
            name="sure",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="briefingcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_on_at", None),
                    models.Q(("sent_at__isnull", False), ("sponsor__isnull", False)),
                    _connector="OR",
                ),
                name="briefing_copy_handed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="discovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("guests", 0), ("is_anonymous", True), _connector="OR"),
                name="discovery_guests_of_anonymous",
            ),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", ""), _negated=True),
                    ("high__gt", models.F("low")),
                    models.Q(
                        ("sure__range", (50, 95)),
                        models.Q(("direction__isnull", False), ("sure", None)),
                        _connector="OR",
                    ),
                ),
                name="forecast_is_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("error", None), ("likely", None), ("source", "")),
                    models.Q(
                        models.Q(("source", ""), _negated=True),
                        ("direction", None),
                        ("error__gt", 0),
                        ("likely__isnull", False),
                        ("outcome__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="forecast_of_effect_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("owner", "source"),
                name="forecast_once_a_source",
            ),
        ),
        migrations.RunPython(protect, lift),
    ]
