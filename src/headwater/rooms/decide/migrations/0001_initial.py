import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_tokens"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("sponsor", "Sponsor"),
                            ("lead", "Leads the team"),
                            ("analyst", "Reads the scores"),
                            ("voice", "Voice of customers"),
                            ("partner", "Partner in a unit"),
                            ("committee", "Committee member"),
                        ],
                        max_length=9,
                    ),
                ),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("person",), name="team_member_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rater", None), models.Q(("rater", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="team_rater_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("hours", "Hours a month"), ("count", "Activities")], default="hours", max_length=5
                    ),
                ),
                ("most", models.PositiveSmallIntegerField(default=60)),
            ],
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("purpose", models.TextField(max_length=1000)),
                ("responsibilities", models.TextField(max_length=3000)),
                ("due_date", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("scoring", "Assessors score alone"),
                            ("together", "Assessors meet"),
                            ("decided", "Decided"),
                            ("stopped", "Stopped"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("agreement", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("reasons", models.TextField(blank=True, default="", max_length=3000)),
                ("begun_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("all_in_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "decided"), _negated=True),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="appointment_decided_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["scoring", "together"]), _negated=True),
                            ("opened_at__isnull", False),
                            _connector="OR",
                        ),
                        name="appointment_opened_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentAssessor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("conflicts", models.JSONField(default=dict)),
                ("own_conflict", models.CharField(blank=True, default="", max_length=500)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("excused_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.appointment"
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
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "user"), name="appointment_assessor_once"),
                    models.CheckConstraint(
                        condition=models.Q(("excused_at", None), ("submitted_at", None), _connector="OR"),
                        name="appointment_excused_not_submitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("competency", models.CharField(max_length=40)),
                ("level", models.PositiveSmallIntegerField()),
                ("weight", models.PositiveSmallIntegerField(default=1)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.appointment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "competency"), name="appointment_need_once"),
                    models.CheckConstraint(condition=models.Q(("level__lte", 4)), name="appointment_need_level"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1), ("weight__lte", 5)), name="appointment_need_weight"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("letter", models.CharField(max_length=4)),
                ("name", models.CharField(blank=True, default="", max_length=300)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("applied", "applied"),
                            ("asked", "was asked"),
                            ("named", "was named by somebody"),
                            ("agency", "came through an agency"),
                        ],
                        max_length=8,
                    ),
                ),
                ("consent_date", models.DateField()),
                ("notes", models.TextField(blank=True, default="", max_length=2000)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("chosen", "chosen"),
                            ("declined", "declined"),
                            ("withdrew", "withdrew"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("feedback", models.TextField(blank=True, default="", max_length=2000)),
                ("feedback_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.appointment"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "letter"), name="applicant_letter_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("appointment", "person"),
                        name="applicant_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "chosen")),
                        fields=("appointment",),
                        name="applicant_one_is_chosen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(("email", ""), ("feedback", ""), ("name", ""), ("notes", ""), ("person", None)),
                            _connector="OR",
                        ),
                        name="applicant_erased_is_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("erased_at", None), ("name", ""), _negated=True),
                        name="applicant_has_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateConsensus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("competency", models.CharField(max_length=40)),
                ("score", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=600)),
                ("saved_at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.candidate"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("candidate", "competency"), name="applicant_consensus_once"),
                    models.CheckConstraint(condition=models.Q(("score__lte", 4)), name="applicant_consensus_level"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("competency", models.CharField(max_length=40)),
                ("score", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=600)),
                ("saved_at", models.DateTimeField()),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.appointmentassessor"
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.candidate"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessor", "candidate", "competency"), name="applicant_score_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("score__lte", 4)), name="applicant_score_level"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectionCandidate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("score", "Score"), ("stop", "Stop")], max_length=5)),
                (
                    "source",
                    models.CharField(
                        choices=[("board", "Board"), ("finding", "Finding"), ("hand", "Hand"), ("gap", "Gap")],
                        max_length=7,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("why", models.TextField(blank=True, max_length=1000)),
                ("study", models.CharField(blank=True, max_length=200)),
                ("score", models.CharField(blank=True, max_length=200)),
                ("hours_low", models.PositiveIntegerField(null=True)),
                ("hours_high", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("chosen", "Chosen"), ("aside", "Aside")],
                        default="open",
                        max_length=6,
                    ),
                ),
                ("aside_why", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "hours_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "score"), ("state", "open")),
                        fields=("unit", "study", "score"),
                        name="candidate_score_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "stop"), ("state", "open")),
                        fields=("unit", "title"),
                        name="candidate_stop_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "score"),
                                models.Q(("study", ""), _negated=True),
                                models.Q(("score", ""), _negated=True),
                                ("hours_high", None),
                                ("hours_low", None),
                            ),
                            models.Q(
                                ("hours_by__isnull", False),
                                ("kind", "stop"),
                                ("score", ""),
                                ("study", ""),
                                ("hours_high__gte", models.F("hours_low")),
                                ("hours_low__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="candidate_is_one_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "aside"), _negated=True),
                            models.Q(("aside_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="candidate_aside_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Direction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
                ("why", models.TextField(max_length=1000)),
                ("more_why", models.CharField(blank=True, max_length=500)),
                ("evidence", models.JSONField(null=True)),
                ("expected", models.JSONField(null=True)),
                ("inputs_hash", models.CharField(blank=True, max_length=80)),
                ("start", models.FloatField(null=True)),
                ("target", models.FloatField(null=True)),
                ("smallest", models.FloatField(null=True)),
                ("hours_low", models.PositiveIntegerField(null=True)),
                ("hours_high", models.PositiveIntegerField(null=True)),
                ("target_date", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("going", "Going"),
                            ("changed", "Changed"),
                            ("stopped", "Stopped"),
                            ("finished", "Finished"),
                        ],
                        default="going",
                        max_length=8,
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "chosen_by",
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
                    "supersedes",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.direction"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.directioncandidate"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "going")),
                        fields=("candidate",),
                        name="direction_stands_once_a_candidate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("evidence__isnull", False),
                                ("hours_low", None),
                                ("smallest__gt", 0),
                                ("start__isnull", False),
                                ("target__isnull", False),
                            ),
                            models.Q(
                                ("evidence__isnull", True),
                                ("hours_low__isnull", False),
                                ("smallest", None),
                                ("start", None),
                                ("target", None),
                            ),
                            _connector="OR",
                        ),
                        name="direction_is_one_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("why", ""), _negated=True)
                        ),
                        name="direction_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateRating",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("effort", models.PositiveSmallIntegerField()),
                ("readiness", models.PositiveSmallIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("rated_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.directioncandidate"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("candidate", "by"), name="rating_once_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(("effort__range", (1, 5)), ("readiness__range", (1, 5))),
                        name="rating_from_one_to_five",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectionStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("going", "Going"),
                            ("changed", "Changed"),
                            ("stopped", "Stopped"),
                            ("finished", "Finished"),
                        ],
                        max_length=8,
                    ),
                ),
                ("why", models.TextField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.direction"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="direction_step_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
                ("why", models.TextField(max_length=1000)),
                ("by_date", models.DateField(null=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("title"), condition=models.Q(("retired_at", None)), name="goal_title_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("why", ""), _negated=True)
                        ),
                        name="goal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectionReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("due_date", models.DateField()),
                ("held_at", models.DateTimeField()),
                ("evidence", models.JSONField(null=True)),
                ("hours", models.PositiveIntegerField(null=True)),
                (
                    "decision",
                    models.CharField(
                        choices=[("go_on", "Go On"), ("change", "Change"), ("stop", "Stop"), ("finish", "Finish")],
                        max_length=6,
                    ),
                ),
                ("why", models.TextField(max_length=1000)),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.direction"
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.goal"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("direction", "due_date"), name="direction_review_once"),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="direction_review_says_why"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="direction",
            name="goal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.goal"),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("content", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_name", models.CharField(blank=True, default="", max_length=200)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at", None), ("signed_at", None), _connector="OR"),
                        name="mandate_withdrawn_unsigned",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MaturityAssessment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("library", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("evidence", "Evidence is gathered"),
                            ("scoring", "Assessors score alone"),
                            ("together", "Assessors meet"),
                            ("validating", "Waits to be validated"),
                            ("done", "Validated"),
                            ("stopped", "Stopped"),
                        ],
                        default="evidence",
                        max_length=10,
                    ),
                ),
                ("complete_from", models.PositiveSmallIntegerField(default=3)),
                ("bands", models.JSONField()),
                ("due_date", models.DateField()),
                ("word", models.CharField(blank=True, default="", max_length=1000)),
                ("agreement", models.JSONField(default=dict)),
                ("outcome", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("all_in_at", models.DateTimeField(null=True)),
                ("validated_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
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
                    "validator",
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
                            models.Q(("state", "done"), _negated=True), ("validated_at__isnull", False), _connector="OR"
                        ),
                        name="maturity_done_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("complete_from__gte", 1), ("complete_from__lte", 4)),
                        name="maturity_complete_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaturityAssessor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("is_external", models.BooleanField(default=False)),
                ("engaged_until_date", models.DateField(null=True)),
                ("declared_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("excused_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.maturityassessment"
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
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "user"), name="maturity_assessor_once"),
                    models.CheckConstraint(
                        condition=models.Q(("excused_at", None), ("submitted_at", None), _connector="OR"),
                        name="maturity_excused_not_submitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_external", False),
                            ("submitted_at", None),
                            ("declared_at__isnull", False),
                            _connector="OR",
                        ),
                        name="maturity_external_declared",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaturityEvidence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("practice", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("file", "file"), ("link", "link"), ("finding", "released score")], max_length=7
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("link", models.CharField(blank=True, default="", max_length=1000)),
                ("file_name", models.CharField(blank=True, default="", max_length=200)),
                ("media_type", models.CharField(blank=True, default="", max_length=120)),
                ("content", models.BinaryField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("finding", models.JSONField(default=dict)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.maturityassessment"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["assessment", "practice"], name="maturity_evidence_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", False), ("kind", "file"), ("link", "")),
                            models.Q(("content", None), ("kind", "link"), models.Q(("link", ""), _negated=True)),
                            models.Q(("content", None), ("kind", "finding"), ("link", "")),
                            _connector="OR",
                        ),
                        name="maturity_evidence_is_its_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("digest", ""), _negated=True),
                        fields=("assessment", "practice", "digest"),
                        name="maturity_evidence_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberExperience",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="decide.teammember",
                    ),
                ),
                ("functions", models.JSONField(default=list)),
                ("lenses", models.JSONField(default=list)),
                (
                    "front_line",
                    models.CharField(
                        choices=[("never", "Never"), ("earlier", "Earlier"), ("now", "Now")], max_length=7
                    ),
                ),
                ("years_here", models.PositiveSmallIntegerField()),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("years_here__lt", 80)), name="years_possible")
                ],
            },
        ),
        migrations.CreateModel(
            name="CompetencyRating",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("competency", models.CharField(max_length=13)),
                (
                    "by",
                    models.CharField(choices=[("own", "Own rating"), ("other", "Rating by one other")], max_length=5),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("rated_at", models.DateTimeField()),
                (
                    "rated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.teammember"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "competency", "by"), name="rating_once"),
                    models.CheckConstraint(condition=models.Q(("level__lte", 4)), name="rating_level"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("what", models.TextField(max_length=2000)),
                ("evidence", models.JSONField(null=True)),
                ("shared_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "shared_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("unit", "title"), name="practice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeConsensus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("practice", models.CharField(max_length=60)),
                ("score", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=600)),
                ("saved_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.maturityassessment"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "practice"), name="maturity_consensus_once"),
                    models.CheckConstraint(condition=models.Q(("score__lte", 4)), name="maturity_consensus_level"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("practice", models.CharField(max_length=60)),
                ("score", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=600)),
                ("saved_at", models.DateTimeField()),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.maturityassessor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessor", "practice"), name="maturity_score_once"),
                    models.CheckConstraint(condition=models.Q(("score__lte", 4)), name="maturity_score_level"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeUse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("before", models.JSONField(null=True)),
                ("adopted_at", models.DateTimeField()),
                ("outcome", models.TextField(blank=True, default="", max_length=2000)),
                ("outcome_at", models.DateTimeField(null=True)),
                (
                    "adopted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.practice"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("practice", "unit"), name="practice_use_once")],
            },
        ),
        migrations.CreateModel(
            name="Responsibility",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.CharField(blank=True, default="", max_length=40)),
                ("text", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.teammember"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("key", ""), _negated=True), ("member__isnull", False)),
                        fields=("member", "key"),
                        name="duty_once_member",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("key", ""), _negated=True), ("member", None)),
                        fields=("key",),
                        name="duty_once_team",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StructureDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "structure",
                    models.CharField(
                        choices=[
                            ("centralised", "Centralised"),
                            ("decentralised", "Decentralised"),
                            ("hybrid", "Hybrid"),
                            ("committee", "Committee"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "advised",
                    models.CharField(
                        choices=[
                            ("centralised", "Centralised"),
                            ("decentralised", "Decentralised"),
                            ("hybrid", "Hybrid"),
                            ("committee", "Committee"),
                        ],
                        max_length=13,
                    ),
                ),
                ("situation", models.JSONField()),
                ("reason", models.CharField(max_length=1000)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("structure__in", ["centralised", "decentralised", "hybrid", "committee"])),
                        name="structure_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="structure_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamActivity",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.CharField(blank=True, default="", max_length=40)),
                ("title", models.CharField(max_length=160)),
                ("hours", models.PositiveSmallIntegerField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("key",), name="activity_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("budget", "Budget"),
                            ("decision", "Decision rights"),
                            ("data", "Access to data"),
                            ("tools", "Tools"),
                            ("time", "Time"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, default="", max_length=200)),
                ("is_given", models.BooleanField(default=False)),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.teamactivity"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("activity", "kind"), name="right_once")],
            },
        ),
        migrations.CreateModel(
            name="ActivityLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "letter",
                    models.CharField(
                        choices=[
                            ("R", "R: does it"),
                            ("A", "A: answers for it"),
                            ("AR", "AR: does it and answers for it"),
                            ("C", "C: is asked before"),
                            ("I", "I: is told after"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.teammember"
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decide.teamactivity"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("activity", "member"), name="letter_once")],
            },
        ),
        migrations.CreateModel(
            name="VisionVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("title", models.CharField(max_length=160)),
                ("sections", models.JSONField()),
                ("made_at", models.DateTimeField()),
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
                        condition=models.Q(("number__gte", 1), models.Q(("title", ""), _negated=True)),
                        name="vision_number_from_one",
                    )
                ],
            },
        ),
    ]
