import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learn", "0002_findings"),
        ("listen", "0006_room_for_monthly_questions"),
        ("people", "0004_safety_officer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceMap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120, unique=True)),
                (
                    "surface",
                    models.CharField(
                        choices=[("earth", "A map: latitude and longitude"), ("plan", "A plan of our own: x and y")],
                        max_length=5,
                    ),
                ),
                ("width", models.FloatField(default=0.0)),
                ("height", models.FloatField(default=0.0)),
                ("shapes", models.JSONField(default=list)),
                ("image", models.BinaryField(null=True)),
                ("image_sha256", models.CharField(blank=True, max_length=64)),
                ("plan_name", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="UnitPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=400)),
                ("x", models.FloatField()),
                ("y", models.FloatField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="sharedview",
            name="shared_view_kind",
        ),
        migrations.AddConstraint(
            model_name="sharedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("heat", "levels", "score", "compare", "places"))),
                name="shared_view_kind",
            ),
        ),
        migrations.AddField(
            model_name="placemap",
            name="changed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="unitplace",
            name="map",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learn.placemap"),
        ),
        migrations.AddConstraint(
            model_name="placemap",
            constraint=models.CheckConstraint(
                condition=models.Q(("surface__in", ("earth", "plan"))), name="place_map_surface"
            ),
        ),
        migrations.AddConstraint(
            model_name="placemap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("height", 0), ("width", 0)),
                    models.Q(("height__gt", 0), ("width__gt", 0)),
                    _connector="OR",
                ),
                name="place_map_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitplace",
            constraint=models.UniqueConstraint(fields=("map", "unit"), name="place_of_a_unit_once_a_map"),
        ),
    ]
