import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learn", "0001_initial"),
        ("listen", "0005_services"),
        ("people", "0003_tokens"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="AloneRound",
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
                ("own", models.JSONField()),
                ("own_at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("from_date", models.DateField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), ("from_date__isnull", False), _connector="OR"),
                        name="alone_try_has_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("is_own", models.BooleanField(default=False)),
                ("period", models.CharField(blank=True, max_length=100)),
                ("words", models.JSONField(default=dict)),
                ("links", models.JSONField(default=list)),
                ("same_survey", models.JSONField(default=list)),
                ("complete", models.JSONField(default=list)),
                ("unknowns", models.JSONField(default=list)),
                ("sources", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_own", True)), fields=("is_own",), name="chain_of_the_organisation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainStation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("study", models.CharField(blank=True, max_length=60)),
                ("labels", models.JSONField(default=dict)),
                (
                    "lens",
                    models.CharField(
                        choices=[
                            ("lx", "Being led"),
                            ("ex", "Working here"),
                            ("service", "Serving each other"),
                            ("cx", "Being served"),
                            ("result", "Results"),
                        ],
                        max_length=10,
                    ),
                ),
                ("higher_is_better", models.BooleanField(default=True)),
                ("words", models.JSONField(default=dict)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                (
                    "chain",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learn.chain"),
                ),
            ],
            options={
                "ordering": ["place", "pk"],
                "constraints": [models.UniqueConstraint(fields=("chain", "key"), name="station_once_a_chain")],
            },
        ),
        migrations.CreateModel(
            name="ContactReading",
            fields=[
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="listen.study",
                    ),
                ),
                ("touchpoint", models.CharField(blank=True, max_length=200)),
                ("rating", models.CharField(max_length=200)),
                ("relation", models.CharField(max_length=200)),
                ("bad_to", models.FloatField()),
                ("good_from", models.FloatField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("good_from__gt", models.F("bad_to"))), name="contact_bad_below_good"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JourneyVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("journey", models.SlugField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("what", models.CharField(max_length=60)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("journey", "number"), name="journey_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="journey_number_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("mapping", models.JSONField(default=dict)),
                ("recipe", models.CharField(blank=True, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "Dry run"),
                            ("applied", "Applied"),
                            ("undone", "Undone"),
                            ("dropped", "Dropped"),
                        ],
                        default="checked",
                        max_length=8,
                    ),
                ),
                ("summary", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("uploaded_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "chain",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learn.chain"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True), ("content__isnull", False), _connector="OR"
                        ),
                        name="applied_figures_are_kept",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedView",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=7)),
                ("query", models.JSONField(default=dict)),
                ("title", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("withheld", models.JSONField(default=list)),
                ("given_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("form_key", models.UUIDField(unique=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit__isnull", False), ("user", None)),
                            models.Q(("unit", None), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="shared_view_one_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("heat", "levels", "score", "compare"))),
                        name="shared_view_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedViewLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_at", models.DateTimeField()),
                (
                    "shared",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learn.sharedview"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shared", "user"), name="shared_view_look_once")],
            },
        ),
        migrations.CreateModel(
            name="SurpriseNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("unit_key", models.CharField(max_length=400)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("conduct", "A matter of conduct"),
                            ("drop", "A real drop"),
                            ("gap", "A widening gap"),
                            ("levels", "A widening gap between levels"),
                            ("response", "Fewer answer"),
                            ("silence", "Silence"),
                        ],
                        max_length=8,
                    ),
                ),
                ("signs", models.JSONField(default=list)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("clearness", models.FloatField(default=0.0)),
                ("noted_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["closed_at", "noted_at"], name="surprise_note_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("wave", "unit_key", "kind"), name="surprise_note_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SurpriseCopy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("responsible", "You lead this unit"),
                            ("vacant", "The post of its leader is vacant, or its leader cannot be reached"),
                            ("closed", "The unit is no longer there"),
                            ("above", "You lead above it"),
                            ("independent", "You are named for matters of conduct"),
                        ],
                        max_length=11,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("visible_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("held_until", models.DateField(null=True)),
                ("is_digest", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("word", models.CharField(blank=True, default="", max_length=280)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learn.surprisenote"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "visible_at"], name="surprise_copy_of_user"),
                    models.Index(fields=["started_at"], name="surprise_copy_waiting"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("note", "user"), name="surprise_copy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("started_at", None), ("visible_at__isnull", False), _connector="OR"),
                        name="surprise_told_is_visible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_at", None), ("seen_at__isnull", False), _connector="OR"),
                        name="surprise_answered_is_seen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurpriseRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quiet_from", models.TimeField(default=datetime.time(18, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                ("quiet_weekend", models.BooleanField(default=True)),
                ("weekly_minutes", models.PositiveSmallIntegerField(default=30)),
                ("low_response", models.PositiveSmallIntegerField(default=30)),
                (
                    "independent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("low_response__lte", 100)), name="surprise_rate_is_percent"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeBookVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(null=True, unique=True)),
                ("basis", models.PositiveIntegerField(default=0)),
                ("content", models.JSONField()),
                ("edits", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1), condition=models.Q(("applied_at", None)), name="theme_book_one_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at", None), ("number", None)),
                            models.Q(("applied_at__isnull", False), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="theme_book_number_when_applied",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AloneStudy",
            fields=[
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="listen.study",
                    ),
                ),
                ("moment", models.CharField(max_length=60)),
                ("behaviours", models.JSONField()),
                ("shared_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "made_at"], name="alone_of_person")],
            },
        ),
        migrations.CreateModel(
            name="BenchmarkChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=80)),
                ("chosen_at", models.DateTimeField()),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.study"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["study", "chosen_at"], name="benchmark_choice_of")],
            },
        ),
        migrations.CreateModel(
            name="BenchmarkVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=60)),
                ("version", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("checked", "Dry run"), ("kept", "Kept")], default="checked", max_length=7
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=500)),
                ("licence", models.CharField(max_length=300)),
                ("year", models.CharField(max_length=40)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("tables", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "version"), name="benchmark_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "checked"), ("version", None)),
                            models.Q(("state", "kept"), ("version__isnull", False)),
                            _connector="OR",
                        ),
                        name="benchmark_kept_has_number",
                    ),
                ],
            },
        ),
    ]
