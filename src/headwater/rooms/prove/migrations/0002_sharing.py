import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prove", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BroughtSummary",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("key", models.CharField(max_length=64)),
                ("edition", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("label", models.CharField(blank=True, default="", max_length=120)),
                ("is_invented", models.BooleanField()),
                ("brought_at", models.DateTimeField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "edition"), name="brought_summary_once")],
            },
        ),
        migrations.CreateModel(
            name="SharedSummary",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("edition", models.PositiveIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField()),
                ("effects", models.JSONField()),
                ("shared_at", models.DateTimeField()),
                (
                    "shared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("edition__gte", 1)), name="shared_summary_edition")
                ],
            },
        ),
    ]
