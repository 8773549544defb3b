import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.rooms.listen.models.studies


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_tokens"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListenSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cap_contacts", models.PositiveSmallIntegerField(default=3)),
                ("cap_days", models.PositiveSmallIntegerField(default=90)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("is_archived", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="QuestionnaireVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("version", models.CharField(max_length=20)),
                ("order", models.PositiveIntegerField()),
                ("source", models.TextField()),
                ("waiting", models.JSONField(default=dict)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("based_on", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(choices=[("draft", "Draft"), ("fixed", "Fixed")], default="draft", max_length=5),
                ),
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
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.questionnaire"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("questionnaire", "version"), name="version_once"),
                    models.UniqueConstraint(fields=("questionnaire", "order"), name="version_order_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("questionnaire",), name="version_one_draft"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionnaireEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("what", models.CharField(max_length=500)),
                ("before", models.TextField()),
                ("before_waiting", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.questionnaireversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "number"), name="edit_number_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedMapping",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200, unique=True)),
                ("format", models.CharField(max_length=40)),
                ("header", models.JSONField(default=list)),
                ("mapping", models.JSONField()),
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
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("lens", models.CharField(max_length=10)),
                (
                    "promise",
                    models.CharField(
                        choices=[
                            ("anonymous", "Anonymous"),
                            ("confidential", "Confidential"),
                            ("identified", "Identified"),
                        ],
                        default="anonymous",
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("mail", "A link for each person, by mail"),
                            ("code", "One link, with an access code for each person"),
                            ("open", "An open link, a QR code or a kiosk"),
                            ("customers", "Links for customers, with signed context"),
                        ],
                        default="mail",
                        max_length=9,
                    ),
                ),
                ("k", models.PositiveSmallIntegerField(default=5)),
                ("comment_k", models.PositiveSmallIntegerField(default=10)),
                ("languages", models.JSONField(default=list)),
                ("population", models.JSONField(default=dict)),
                ("sample_percent", models.PositiveSmallIntegerField(default=100)),
                ("cuts", models.JSONField(default=list)),
                ("tables", models.JSONField(default=headwater.rooms.listen.models.studies.every_table)),
                ("reminders", models.JSONField(default=list)),
                ("texts", models.JSONField(default=dict)),
                ("days_open", models.PositiveSmallIntegerField(default=14)),
                ("late_days", models.PositiveSmallIntegerField(default=3)),
                ("ignores_cap", models.BooleanField(default=False)),
                ("is_archived", models.BooleanField(default=False)),
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
                    models.CheckConstraint(condition=models.Q(("k__gte", 3)), name="study_smallest_group"),
                    models.CheckConstraint(
                        condition=models.Q(("comment_k__gte", models.F("k"))), name="study_comments_not_below_k"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sample_percent__gte", 1), ("sample_percent__lte", 100)),
                        name="study_sample_is_a_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StudyQuestionnaire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("library", models.CharField(blank=True, max_length=120)),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="listen.study"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="listen.questionnaireversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("study", "place"), name="study_questionnaire_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("library", ""), ("version__isnull", False)),
                            models.Q(models.Q(("library", ""), _negated=True), ("version", None)),
                            _connector="OR",
                        ),
                        name="study_questionnaire_one_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=300)),
                ("order", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("sealed", "Sealed"),
                            ("released", "Released"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("late_until", models.DateTimeField()),
                ("launched_at", models.DateTimeField(null=True)),
                ("plan", models.JSONField(null=True)),
                ("stricter", models.JSONField(default=dict)),
                ("public_key", models.BinaryField(null=True)),
                ("kiosk_units", models.JSONField(default=list)),
                ("invited", models.PositiveIntegerField(default=0)),
                ("rounds", models.PositiveSmallIntegerField(default=0)),
                ("responses", models.PositiveIntegerField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(default=dict)),
                (
                    "launched_by",
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
                "indexes": [models.Index(fields=["state", "closes_at"], name="wave_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("study", "key"), name="wave_key_once"),
                    models.UniqueConstraint(fields=("study", "order"), name="wave_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="wave_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late_until__gte", models.F("closes_at"))), name="wave_late_after_closing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "cancelled"]),
                            models.Q(("plan__isnull", False), ("public_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="wave_open_has_plan",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedResponse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("slip", models.BinaryField(max_length=32)),
                ("body", models.BinaryField()),
                ("mark", models.BinaryField(max_length=32)),
                ("is_complete", models.BooleanField(default=False)),
                (
                    "standing",
                    models.CharField(
                        choices=[("counts", "Counts"), ("quarantined", "Quarantined"), ("rejected", "Rejected")],
                        default="counts",
                        max_length=11,
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["wave", "is_complete", "standing"], name="response_standing"),
                    models.Index(fields=["wave", "mark"], name="response_mark"),
                ],
                "constraints": [models.UniqueConstraint(fields=("wave", "slip"), name="response_once")],
            },
        ),
        migrations.CreateModel(
            name="RateUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("rates", models.JSONField()),
                ("counted", models.JSONField(default=dict)),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("wave", "day"), name="rates_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BinaryField(max_length=16)),
                ("unit_key", models.CharField(max_length=400)),
                ("cuts", models.JSONField(default=dict)),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("bounced", "Bounced"),
                            ("capped", "Held back by the contact cap"),
                            ("unreachable", "No address"),
                            ("too_few", "Not asked: too few share their place"),
                        ],
                        default="waiting",
                        max_length=11,
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True)),
                ("reminders_sent", models.PositiveSmallIntegerField(default=0)),
                ("bounced_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["wave", "state"], name="invitation_state"),
                    models.Index(fields=["person", "sent_at"], name="invitation_contacts"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("wave", "person"), name="invitation_once"),
                    models.UniqueConstraint(fields=("wave", "number"), name="invitation_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("cut", models.CharField(blank=True, max_length=80)),
                ("form", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("refused_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "refused_by",
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
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("unit_key", models.CharField(max_length=400)),
                ("name", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=300)),
                ("words", models.TextField(blank=True)),
                ("asked_date", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=500)),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("mark", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("wave", "key"), name="batch_once")],
            },
        ),
        migrations.CreateModel(
            name="AccessCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slip", models.BinaryField(max_length=32)),
                ("place", models.BinaryField()),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.wave"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("wave", "slip"), name="code_once")],
            },
        ),
        migrations.CreateModel(
            name="ExportApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approved_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listen.exportrequest"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("request", "approved_by"), name="approval_once")],
            },
        ),
        migrations.CreateModel(
            name="MovingImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("survey_name", models.CharField(blank=True, max_length=200)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(max_length=64)),
                ("format", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("looking", "Being looked at"),
                            ("checking", "Dry run under way"),
                            ("checked", "Dry run"),
                            ("applying", "Being brought in"),
                            ("applied", "Brought in"),
                            ("undone", "Undone"),
                            ("dropped", "Dropped"),
                            ("failed", "Refused"),
                        ],
                        default="uploaded",
                        max_length=8,
                    ),
                ),
                ("seen", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("summary", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("losses", models.JSONField(default=list)),
                ("waves", models.JSONField(default=list)),
                ("made", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["sha256", "state"], name="moving_same_file")],
            },
        ),
    ]
