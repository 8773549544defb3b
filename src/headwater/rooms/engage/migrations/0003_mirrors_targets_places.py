import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decide", "0001_initial"),
        ("engage", "0002_locked_predictions"),
        ("listen", "0005_services"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiscoveryPlace",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "discovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discovery"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MirrorExercise",
            fields=[
                (
                    "wave",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="listen.wave",
                    ),
                ),
                ("exercise", models.CharField(max_length=40)),
                ("is_done", models.BooleanField()),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("exercise", ""), _negated=True), name="mirror_names_exercise"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="forecast",
            name="direction",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.direction"
            ),
        ),
        migrations.AddField(
            model_name="forecast",
            name="outcome_high",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="outcome_low",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="outcome_wave",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.UniqueConstraint(fields=("owner", "direction"), name="forecast_once_a_direction"),
        ),
    ]
