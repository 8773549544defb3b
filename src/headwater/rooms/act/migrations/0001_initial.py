import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("listen", "0005_services"),
        ("people", "0004_safety_officer"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Establishment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("company_name", models.CharField(blank=True, max_length=100)),
                ("ein", models.CharField(blank=True, max_length=9)),
                ("street", models.CharField(max_length=100)),
                ("city", models.CharField(max_length=100)),
                ("state", models.CharField(max_length=2)),
                ("zip", models.CharField(max_length=9)),
                ("naics", models.CharField(max_length=6)),
                ("industry", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[("1", "no government"), ("2", "state government"), ("3", "local government")],
                        default="1",
                        max_length=1,
                    ),
                ),
                ("most_people", models.PositiveIntegerField()),
                ("authority", models.CharField(max_length=40)),
                ("zone", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit",), name="establishment_of_unit"),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="establishment_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("injury", "injury"), ("near_miss", "near miss"), ("threat", "threat")], max_length=9
                    ),
                ),
                ("happened_date", models.DateField()),
                ("happened_at", models.DateTimeField(null=True)),
                ("happened_zone", models.CharField(max_length=64)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("what", models.TextField(blank=True, max_length=2000)),
                ("is_anonymous", models.BooleanField()),
                ("reporter_name", models.CharField(blank=True, max_length=200)),
                ("reporter_contact", models.CharField(blank=True, max_length=200)),
                ("injured_words", models.CharField(blank=True, max_length=200)),
                ("reported_at", models.DateTimeField()),
                ("receipt_hash", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "meeting",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "yes, please"), ("not_yet", "not yet"), ("no", "rather not")],
                        max_length=7,
                    ),
                ),
                ("meeting_at", models.DateTimeField(null=True)),
                (
                    "meeting_waits",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "yes, please"), ("not_yet", "not yet"), ("no", "rather not")],
                        max_length=7,
                    ),
                ),
                ("meeting_waits_at", models.DateTimeField(null=True)),
                ("told_text", models.TextField(blank=True, max_length=1000)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(choices=[("open", "open"), ("closed", "closed")], default="open", max_length=6),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("is_audited", models.BooleanField(default=False)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "injured",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "reported_at"], name="incident_open"),
                    models.Index(fields=["unit", "happened_date"], name="incident_of_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_anonymous", False),
                            models.Q(("reporter", None), ("reporter_contact", ""), ("reporter_name", "")),
                            _connector="OR",
                        ),
                        name="incident_anonymous_names_nobody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="incident_closed_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at", None), ("opened_by", None)),
                            models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="incident_opened_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("told_at", None), models.Q(("told_text", ""), _negated=True), _connector="OR"
                        ),
                        name="incident_told_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("sentence", models.CharField(max_length=300)),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("direction", "a direction"),
                            ("discovery", "a Discovery"),
                            ("visit", "a visit"),
                            ("theme", "a theme of comments"),
                            ("incident", "an incident"),
                            ("own", "your own idea"),
                        ],
                        default="own",
                        max_length=9,
                    ),
                ),
                ("source_id", models.CharField(blank=True, default="", max_length=200)),
                ("source_title", models.CharField(blank=True, default="", max_length=300)),
                ("study", models.CharField(blank=True, default="", max_length=200)),
                ("wave", models.CharField(blank=True, default="", max_length=200)),
                ("score", models.CharField(blank=True, default="", max_length=200)),
                ("evidence", models.JSONField(null=True)),
                ("forecast_low", models.FloatField(null=True)),
                ("forecast_likely", models.FloatField(null=True)),
                ("forecast_high", models.FloatField(null=True)),
                ("first_step", models.CharField(max_length=300)),
                ("first_step_date", models.DateField()),
                ("due_date", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("done", "done"), ("dropped", "dropped")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
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
                "indexes": [
                    models.Index(fields=["owner", "state"], name="commitment_of_owner"),
                    models.Index(fields=["unit", "state"], name="commitment_of_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sentence", ""), _negated=True), models.Q(("first_step", ""), _negated=True)
                        ),
                        name="commitment_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_date__gte", models.F("first_step_date"))),
                        name="commitment_step_comes_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evidence__isnull", True), ("score", ""), ("study", ""), ("wave", "")),
                            models.Q(
                                models.Q(("study", ""), _negated=True),
                                models.Q(("wave", ""), _negated=True),
                                models.Q(("score", ""), _negated=True),
                                ("evidence__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="commitment_score_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("forecast_high", None), ("forecast_likely", None), ("forecast_low", None)),
                            models.Q(
                                ("forecast_likely__lte", models.F("forecast_high")),
                                ("forecast_low__lte", models.F("forecast_likely")),
                                models.Q(("score", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="commitment_forecast_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("reason", ""), ("state", "open")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ["done", "dropped"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="commitment_ends_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_kind", "discovery")),
                        fields=("source_id",),
                        name="commitment_discovery_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.UUIDField(unique=True)),
                (
                    "going",
                    models.CharField(
                        choices=[("well", "Going well"), ("stuck", "Stuck"), ("done", "Done")], max_length=5
                    ),
                ),
                ("line", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField()),
                ("by_mail", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.commitment"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["commitment", "at"], name="checkin_of")],
            },
        ),
        migrations.CreateModel(
            name="InjuryCase",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("job_title", models.CharField(blank=True, max_length=255)),
                ("happened_date", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("answers", models.JSONField(default=dict)),
                ("is_recordable", models.BooleanField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("death", "death"),
                            ("days_away", "days away from work"),
                            ("restricted", "restricted work or transfer"),
                            ("other", "other recordable case"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "illness",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("injury", "injury"),
                            ("skin_disorder", "skin disorder"),
                            ("respiratory", "respiratory condition"),
                            ("poisoning", "poisoning"),
                            ("hearing_loss", "hearing loss"),
                            ("other_illness", "other illness"),
                        ],
                        max_length=13,
                    ),
                ),
                ("is_private", models.BooleanField(default=False)),
                ("despite", models.CharField(blank=True, max_length=500)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.establishment"
                    ),
                ),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.incident"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["is_recordable", "happened_date"], name="injury_case_counted")],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "year", "number"), name="injury_case_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("is_recordable", None)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("is_recordable__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="injury_case_decided_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_recordable", True),
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("illness", ""), _negated=True),
                            ),
                            models.Q(
                                ("outcome", ""),
                                models.Q(("is_recordable", False), ("is_recordable", None), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="injury_case_recordable_has_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", None), ("year", None)),
                            models.Q(("number__isnull", False), ("year__isnull", False)),
                            _connector="OR",
                        ),
                        name="injury_case_number_of_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EstablishmentYear",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("certified_by", models.CharField(blank=True, max_length=200)),
                ("certified_title", models.CharField(blank=True, max_length=200)),
                ("certified_phone", models.CharField(blank=True, max_length=40)),
                ("certified_date", models.DateField(null=True)),
                ("posted_date", models.DateField(null=True)),
                ("taken_down_date", models.DateField(null=True)),
                ("change_reason", models.CharField(blank=True, max_length=100)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.establishment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "year"), name="establishment_year_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_down_date", None),
                            ("taken_down_date__gte", models.F("posted_date")),
                            _connector="OR",
                        ),
                        name="posted_before_down",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("certified_date", None), models.Q(("certified_by", ""), _negated=True), _connector="OR"
                        ),
                        name="certified_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("left", "the owner left"),
                            ("closed", "the unit was dissolved"),
                            ("back", "handed back"),
                        ],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.commitment"
                    ),
                ),
                (
                    "from_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_person", models.F("to_person")), _negated=True),
                            models.Q(("from_unit", models.F("to_unit")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_moves",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthLook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("page", "opened the page of your health data"),
                            ("written", "wrote or changed your health data"),
                            ("log", "made the log of the year (form 300)"),
                            ("report", "made the report of the case (form 301)"),
                            ("upload", "made the file for the authority"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.injurycase"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "at"], name="health_looks")],
            },
        ),
        migrations.CreateModel(
            name="HelpAsk",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=300)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("by_date", models.DateField()),
                ("asked_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes, I will"), ("no", "Not this time"), ("given", "Given")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("words", models.CharField(blank=True, default="", max_length=300)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.commitment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("what", ""), _negated=True), ("minutes__gte", 1)),
                        name="help_says_what",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("commitment", "asked"),
                        name="help_open_once_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoursFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("rows", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("checked", "dry run"), ("applied", "brought in"), ("dropped", "dropped")],
                        default="checked",
                        max_length=7,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HoursWorked",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("month", models.PositiveSmallIntegerField()),
                ("hours", models.DecimalField(decimal_places=2, max_digits=12)),
                ("people", models.DecimalField(decimal_places=2, max_digits=10)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
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
                "indexes": [models.Index(fields=["year", "month"], name="hours_by_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year", "month"), name="hours_once"),
                    models.CheckConstraint(condition=models.Q(("month__range", (1, 12))), name="hours_month"),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 0), ("people__gte", 0)), name="hours_from_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours", 0), ("people__gt", 0), _connector="OR"), name="hours_by_people"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentDuty",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("know", "know within the hour"),
                            ("meet", "meet the injured person"),
                            ("repeat", "do the same task"),
                            ("fix", "what was fixed"),
                            ("tell", "tell everybody"),
                        ],
                        max_length=6,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("kept_at", models.DateTimeField(null=True)),
                ("words", models.TextField(blank=True, max_length=1000)),
                ("visit", models.UUIDField(null=True)),
                ("commitment", models.UUIDField(null=True)),
                ("excused_at", models.DateTimeField(null=True)),
                ("excuse", models.CharField(blank=True, max_length=500)),
                (
                    "excused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.incident"),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "key"), name="incident_duty_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kept_at", None), ("excused_at", None), _connector="OR"),
                        name="incident_duty_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("excused_at", None), models.Q(("excuse", ""), _negated=True), _connector="OR"
                        ),
                        name="incident_duty_excuse",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentMessage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                ("visible_at", models.DateTimeField()),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("is_audited", models.BooleanField(default=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.incident"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["incident", "at"], name="incident_messages")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="incident_message_says"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("reported", "reported"),
                            ("no_mail", "mail did not arrive"),
                            ("unopened", "not opened within the hour"),
                            ("to_meet", "asks whether to meet"),
                            ("question", "a question"),
                            ("told", "told to all"),
                        ],
                        max_length=8,
                    ),
                ),
                ("subject_id", models.UUIDField(default=uuid.uuid4)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("token", models.CharField(max_length=32, unique=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("is_bounced", models.BooleanField(default=False)),
                ("is_given_up", models.BooleanField(default=False)),
                (
                    "incident",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.incident"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="incident_notice_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "reason", "subject_id", "address"), name="incident_notice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentOpening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.incident"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("incident", "by"), name="incident_opened_once")],
            },
        ),
        migrations.CreateModel(
            name="IncidentPoster",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=16, unique=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
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
            ],
        ),
        migrations.CreateModel(
            name="IndustryRate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=300)),
                ("trir", models.FloatField(null=True)),
                ("dart", models.FloatField(null=True)),
                ("ltifr", models.FloatField(null=True)),
                ("chosen_at", models.DateTimeField()),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="industry_has_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("trir", None), ("trir__gte", 0), _connector="OR"),
                            models.Q(("dart", None), ("dart__gte", 0), _connector="OR"),
                            models.Q(("ltifr", None), ("ltifr__gte", 0), _connector="OR"),
                        ),
                        name="industry_from_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObstacleClock",
            fields=[
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("stops", "work stops, or somebody may be hurt"),
                            ("slows", "work takes clearly longer"),
                            ("nuisance", "a nuisance every day"),
                            ("confirm", ""),
                        ],
                        max_length=8,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("days__range", (1, 180))), name="obstacle_clock_days")
                ],
            },
        ),
        migrations.CreateModel(
            name="ObstacleGroup",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
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
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="obstacle_group_named"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Obstacle",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "raised_on",
                    models.CharField(
                        choices=[
                            ("visit", "on a visit"),
                            ("link", "in the app"),
                            ("qr", "by a poster"),
                            ("comment", "from comments"),
                        ],
                        max_length=7,
                    ),
                ),
                ("what", models.TextField(max_length=1000)),
                ("to_customers", models.TextField(blank=True, max_length=500)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("stops", "work stops, or somebody may be hurt"),
                            ("slows", "work takes clearly longer"),
                            ("nuisance", "a nuisance every day"),
                        ],
                        default="slows",
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("raised_date", models.DateField()),
                ("is_anonymous", models.BooleanField(default=False)),
                ("receipt", models.CharField(blank=True, max_length=64)),
                ("study", models.CharField(blank=True, max_length=200)),
                ("wave", models.CharField(blank=True, max_length=200)),
                ("theme", models.CharField(blank=True, max_length=200)),
                ("theme_words", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("answered", "answered, waits for whoever raised it"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("due_date", models.DateField()),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "answer_kind",
                    models.CharField(
                        blank=True,
                        choices=[("cleared", "cleared"), ("declined", "will not be done, with the reason")],
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=1000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("first_answered_date", models.DateField(null=True)),
                (
                    "reply",
                    models.CharField(
                        blank=True, choices=[("confirmed", "confirmed"), ("not_yet", "not_yet")], max_length=9
                    ),
                ),
                ("reply_words", models.CharField(blank=True, max_length=500)),
                ("reply_from", models.DateTimeField(null=True)),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "whoever raised it confirmed"),
                            ("upwards", "a leader further up closed it after a silence"),
                        ],
                        max_length=9,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_date", models.DateField(null=True)),
                ("is_audited", models.BooleanField(default=False)),
                (
                    "from_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "serving_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.obstaclegroup"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "due_date"], name="obstacle_state_due"),
                    models.Index(fields=["serving_unit", "state"], name="obstacle_serving"),
                    models.Index(fields=["from_unit", "state"], name="obstacle_from"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("what", ""), _negated=True), name="obstacle_says_what"),
                    models.CheckConstraint(
                        condition=models.Q(("is_anonymous", False), ("raised_by", None), _connector="OR"),
                        name="obstacle_anonymous_nobody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("receipt", ""), _negated=True),
                        fields=("receipt",),
                        name="obstacle_receipt_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                ("answered_at__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answer_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="obstacle_answered_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at", None),
                                ("closed_date", None),
                                ("closing", ""),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_date__isnull", False),
                                ("state", "closed"),
                                models.Q(("closing", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="obstacle_closed_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_date", None), ("closed_date__gte", models.F("raised_date")), _connector="OR"
                        ),
                        name="obstacle_closed_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reply", ""), ("reply_from", None)),
                            models.Q(models.Q(("reply", ""), _negated=True), ("reply_from__isnull", False)),
                            _connector="OR",
                        ),
                        name="obstacle_reply_from",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObstaclePoster",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(default=1)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObstacleStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("raised", "raised"),
                            ("handed", "handed over"),
                            ("answered", "answered"),
                            ("confirmed", "confirmed"),
                            ("not_yet", "still in the way"),
                            ("escalated", "went to the next leader up"),
                            ("reminded", "the top leader was reminded"),
                            ("closed_up", "closed after a silence"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("raiser", "whoever raised it"),
                            ("service", "the service"),
                            ("clock", "the clock"),
                            ("lead", "who looks after obstacles"),
                        ],
                        max_length=7,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "obstacle",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.obstacle"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("obstacle", "number"), name="obstacle_step_order")],
            },
        ),
        migrations.CreateModel(
            name="SafetyMeeting",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("week_date", models.DateField(unique=True)),
                (
                    "state",
                    models.CharField(choices=[("draft", "draft"), ("held", "was held")], default="draft", max_length=5),
                ),
                ("agenda", models.JSONField(default=list)),
                ("notes", models.TextField(blank=True, max_length=4000)),
                ("made_at", models.DateTimeField()),
                ("held_at", models.DateTimeField(null=True)),
                (
                    "held_by",
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
                            models.Q(("held_at", None), ("held_by", None), ("state", "draft")),
                            models.Q(("held_at__isnull", False), ("held_by__isnull", False), ("state", "held")),
                            _connector="OR",
                        ),
                        name="safety_meeting_held_by",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingPresence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.safetymeeting"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "person"), name="safety_meeting_present_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=500)),
                ("due_date", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_words", models.CharField(blank=True, max_length=500)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.safetymeeting"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["done_at", "due_date"], name="safety_decisions_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="safety_decision_says"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="safety_decision_done_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SafetyRule",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("authority", models.CharField(max_length=40)),
                ("event", models.CharField(max_length=10)),
                ("hours", models.PositiveSmallIntegerField(null=True)),
                ("days", models.PositiveSmallIntegerField(null=True)),
                ("how", models.CharField(blank=True, max_length=300)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "event"), name="safety_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days", None), ("hours__gt", 0)),
                            models.Q(("days__gt", 0), ("hours", None)),
                            _connector="OR",
                        ),
                        name="safety_rule_one_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("link", models.CharField(max_length=43, unique=True)),
                ("edition", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mailed_to", models.PositiveIntegerField(default=0)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("wave", "unit"), name="told_once_a_unit"),
                    models.UniqueConstraint(
                        condition=models.Q(("unit", None)), fields=("wave",), name="told_once_whole"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToldStatement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("heard", "What we heard"),
                            ("done", "What we do"),
                            ("not", "What we will not do, and why"),
                        ],
                        max_length=5,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("words", models.JSONField()),
                ("why", models.JSONField(blank=True, default=dict)),
                ("evidence", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "commitment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.commitment"
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.told"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("told", "place"), name="told_statement_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "not"), _negated=True),
                            models.Q(("why", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="told_not_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("starts", models.TimeField(null=True)),
                ("minutes", models.PositiveSmallIntegerField(default=90)),
                (
                    "shift",
                    models.CharField(
                        choices=[("day", "day"), ("evening", "evening"), ("night", "night"), ("weekend", "weekend")],
                        default="day",
                        max_length=7,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=160)),
                ("task", models.CharField(blank=True, max_length=300)),
                ("staff", models.PositiveIntegerField(default=0)),
                ("incident_id", models.UUIDField(null=True)),
                ("study", models.CharField(blank=True, max_length=200)),
                ("wave", models.CharField(blank=True, max_length=200)),
                ("score", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("done", "made, feedback owed"),
                            ("closed", "closed, they were told"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_date", models.DateField(null=True)),
                ("minutes_spent", models.PositiveSmallIntegerField(null=True)),
                ("met", models.PositiveIntegerField(null=True)),
                ("feedback", models.TextField(blank=True, max_length=2000)),
                ("feedback_due_date", models.DateField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                (
                    "leader",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "planned_by",
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
                "indexes": [
                    models.Index(fields=["state", "day"], name="visit_state_day"),
                    models.Index(fields=["unit", "day"], name="visit_unit_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("done", "closed")), _negated=True),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_date__isnull", False),
                                ("feedback_due_date__isnull", False),
                                ("met__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visit_done_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("closed_at__isnull", False), models.Q(("feedback", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="visit_closed_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancel_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_cancelled_why",
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__range", (5, 960))), name="visit_minutes"),
                ],
            },
        ),
        migrations.AddField(
            model_name="obstacle",
            name="visit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.visit"
            ),
        ),
        migrations.CreateModel(
            name="VisitNote",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(choices=[("note", "note"), ("moment", "moment with a customer")], max_length=6),
                ),
                ("words", models.TextField(max_length=1000)),
                ("noted_at", models.DateTimeField()),
                (
                    "visit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.visit"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="visit_note_says")
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitPhoto",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("caption", models.CharField(blank=True, max_length=160)),
                ("sealed", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("consent_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.visit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitProgramme",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
                ("starts_date", models.DateField()),
                ("due_date", models.DateField(null=True)),
                ("goal_percent", models.PositiveSmallIntegerField(default=60)),
                ("study", models.CharField(blank=True, max_length=200)),
                ("wave", models.CharField(blank=True, max_length=200)),
                ("score", models.CharField(blank=True, max_length=200)),
                ("forecast_low", models.FloatField(null=True)),
                ("forecast_likely", models.FloatField(null=True)),
                ("forecast_high", models.FloatField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="visit_programme_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goal_percent__range", (1, 100))), name="visit_programme_goal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("forecast_high", None), ("forecast_likely", None), ("forecast_low", None)),
                            models.Q(
                                ("due_date__isnull", False),
                                ("forecast_high__gte", models.F("forecast_likely")),
                                ("forecast_likely__gte", models.F("forecast_low")),
                                ("forecast_low__isnull", False),
                                models.Q(("study", ""), _negated=True),
                                models.Q(("wave", ""), _negated=True),
                                models.Q(("score", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_programme_forecast_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="visit",
            name="programme",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.visitprogramme"
            ),
        ),
        migrations.CreateModel(
            name="VisitProgrammeUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("evidence", models.JSONField(null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.visitprogramme"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "unit"), name="visit_programme_unit_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseHealth",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="act.injurycase",
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseClock",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("death", "death"),
                            ("inpatient", "stay in hospital as an in-patient"),
                            ("amputation", "amputation"),
                            ("eye", "loss of an eye"),
                            ("log", "entry in the log"),
                        ],
                        max_length=10,
                    ),
                ),
                ("authority", models.CharField(max_length=40)),
                ("how", models.CharField(blank=True, max_length=300)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("knew_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                ("due_at", models.DateTimeField()),
                ("last_date", models.DateField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("not_owed", models.CharField(blank=True, max_length=300)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.injurycase"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["done_at", "due_at"], name="case_clock_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "event"), name="case_clock_once"),
                    models.CheckConstraint(
                        condition=models.Q(("not_owed", ""), ("done_at", None), _connector="OR"),
                        name="case_clock_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_clock_done_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("knew_at"))), name="case_clock_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseSpell",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("away", "away from work"), ("restricted", "restricted work or transfer")],
                        max_length=10,
                    ),
                ),
                ("from_date", models.DateField()),
                ("until_date", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="act.injurycase"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "kind", "from_date"), name="case_spell_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_date", None), ("until_date__gte", models.F("from_date")), _connector="OR"
                        ),
                        name="case_spell_forward",
                    ),
                ],
            },
        ),
    ]
