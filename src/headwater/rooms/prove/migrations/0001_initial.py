import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("decide", "0001_initial"),
        ("engage", "0003_mirrors_targets_places"),
        ("listen", "0005_services"),
        ("people", "0004_safety_officer"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="EffectPlan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("commitment", "Commitment"), ("visits", "Visits"), ("briefing", "Briefing")],
                        max_length=10,
                    ),
                ),
                ("action_id", models.CharField(max_length=80)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("study", models.CharField(max_length=200)),
                ("wave", models.CharField(max_length=200)),
                ("score", models.CharField(max_length=200)),
                ("low", models.FloatField()),
                ("likely", models.FloatField()),
                ("high", models.FloatField()),
                ("started_date", models.DateField()),
                ("due_date", models.DateField()),
                ("frozen", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("is_late", models.BooleanField()),
                ("registered_at", models.DateTimeField()),
                ("dropped_date", models.DateField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["study", "started_date"], name="effect_plan_of_study")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "action_id"), name="effect_plan_once"),
                    models.CheckConstraint(
                        condition=models.Q(("high__gte", models.F("likely")), ("likely__gte", models.F("low"))),
                        name="effect_plan_forecast_runs_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_date__gte", models.F("started_date"))),
                        name="effect_plan_due_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("worked", "Worked as hoped"),
                            ("less", "Moved, less than hoped"),
                            ("none", "No sign of an effect"),
                            ("harm", "Did harm"),
                            ("early", "Too early to say"),
                            ("untold", "Cannot be told"),
                        ],
                        max_length=6,
                    ),
                ),
                ("is_judging", models.BooleanField()),
                ("effect", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("se", models.FloatField(null=True)),
                ("found", models.JSONField()),
                ("along", models.JSONField(default=list)),
                ("inputs", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("opens_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.effectplan"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "wave"), name="effect_check_once_a_wave"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_judging", True)), fields=("plan",), name="effect_judged_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("effect", None), ("high", None), ("low", None), ("se", None)),
                            models.Q(
                                ("effect__gte", models.F("low")), ("high__gte", models.F("effect")), ("se__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="effect_check_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_judging", False), ("effect__isnull", False), _connector="OR"),
                        name="effect_judged_by_a_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("first_date", models.DateField()),
                ("last_date", models.DateField()),
                ("facts", models.JSONField()),
                ("inputs_hash", models.CharField(max_length=80)),
                ("note", models.TextField(blank=True, default="", max_length=1500)),
                ("made_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "first_date"), name="programme_review_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last_date__gt", models.F("first_date"))), name="programme_review_runs_on"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issued_at", None), ("issued_by", None)),
                            models.Q(("issued_at__isnull", False), ("issued_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="programme_review_issued_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewCopy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("slides", "slides"),
                            ("spreadsheet", "a spreadsheet"),
                            ("action_list", "an action list"),
                            ("one_page", "one page"),
                            ("live_page", "a live page"),
                        ],
                        max_length=11,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("language", models.CharField(default="en", max_length=8)),
                ("ask", models.CharField(blank=True, default="", max_length=300)),
                ("ask_by_date", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "goal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.goal"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.programmereview"
                    ),
                ),
                (
                    "stakeholder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.stakeholder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("review", "stakeholder"), name="review_copy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ask", ""), ("ask_by_date", None), ("goal", None)),
                            models.Q(
                                models.Q(("ask", ""), _negated=True),
                                ("ask_by_date__isnull", False),
                                ("goal__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="review_ask_serves_a_goal",
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1)), name="review_copy_minutes"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueCase",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
                ("currency", models.CharField(max_length=3)),
                ("form_key", models.UUIDField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("currency", ""), _negated=True)
                        ),
                        name="value_case_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("horizon", models.PositiveSmallIntegerField()),
                ("why", models.CharField(blank=True, default="", max_length=500)),
                ("made_at", models.DateTimeField()),
                ("presented_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(null=True)),
                ("inputs_hash", models.CharField(blank=True, default="", max_length=80)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.valuecase"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "presented_by",
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
                    models.UniqueConstraint(fields=("case", "number"), name="value_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("presented_at", None)), fields=("case",), name="value_draft_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("horizon__gte", 1), ("horizon__lte", 10), ("number__gte", 1)),
                        name="value_version_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("inputs_hash", ""),
                                ("presented_at", None),
                                ("presented_by", None),
                                ("result__isnull", True),
                            ),
                            models.Q(
                                ("presented_at__isnull", False),
                                ("presented_by__isnull", False),
                                ("result__isnull", False),
                                models.Q(("inputs_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="value_presented_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("retention", "Customers who stay"),
                            ("spending", "What customers spend"),
                            ("cost_to_serve", "Cost to serve"),
                            ("turnover", "People who leave"),
                            ("absence", "Days absent"),
                            ("injuries", "Injuries"),
                            ("failure_demand", "Contacts that need not be"),
                            ("time", "Time of the people served"),
                            ("trust", "Trust: people who take part"),
                        ],
                        max_length=14,
                    ),
                ),
                ("about", models.CharField(blank=True, default="", max_length=160)),
                ("link", models.JSONField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.valueversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "position"), name="value_line_once")],
            },
        ),
        migrations.CreateModel(
            name="ValueInput",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=20)),
                ("low", models.FloatField()),
                ("likely", models.FloatField()),
                ("high", models.FloatField()),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("pert", "PERT: least, likely, greatest"),
                            ("triangular", "triangular: least, likely, greatest"),
                            ("lognormal", "lognormal: a 90% range"),
                            ("fixed", "one figure"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=300)),
                ("source_date", models.DateField(null=True)),
                (
                    "line",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.valueline"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="prove.valueversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("line__isnull", False)),
                        fields=("line", "name"),
                        name="value_input_line_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("line", None)), fields=("version", "name"), name="value_input_case_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("likely__lte", models.F("high")), ("low__lte", models.F("likely"))),
                        name="value_input_runs_up",
                    ),
                ],
            },
        ),
    ]
