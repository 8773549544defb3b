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
            name="ForesightSnapshot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(unique=True)),
                ("sure", models.PositiveSmallIntegerField()),
                ("inside", models.PositiveSmallIntegerField()),
                ("distance", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="BoardPath",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                (
                    "leader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "partner",
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
                            ("partner", None), models.Q(("partner", models.F("leader")), _negated=True), _connector="OR"
                        ),
                        name="board_partner_is_other",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=20)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("read_at", models.DateTimeField()),
                (
                    "path",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.boardpath"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("path", "step"), name="board_step_once")],
            },
        ),
        migrations.CreateModel(
            name="Briefing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "goal",
                    models.CharField(
                        choices=[
                            ("aware", "raise awareness"),
                            ("change", "bring about a change"),
                            ("decision", "get a decision"),
                        ],
                        max_length=8,
                    ),
                ),
                ("message", models.CharField(max_length=160)),
                ("ask", models.CharField(blank=True, default="", max_length=300)),
                ("ask_by_date", models.DateField(null=True)),
                ("example", models.CharField(blank=True, default="", max_length=400)),
                ("scores", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "author",
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
                        condition=models.Q(("message", ""), _negated=True), name="briefing_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("goal", "aware"),
                            models.Q(models.Q(("ask", ""), _negated=True), ("ask_by_date__isnull", False)),
                            _connector="OR",
                        ),
                        name="briefing_asks_by_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("last_read_date", models.DateField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("user",), name="calendar_address_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("asked", models.TextField(max_length=1000)),
                ("asked_by", models.CharField(max_length=200)),
                ("why_leader", models.TextField(blank=True, max_length=1000)),
                ("why_organisation", models.TextField(blank=True, max_length=1000)),
                ("why_team", models.TextField(blank=True, max_length=1000)),
                ("alternative", models.TextField(blank=True, max_length=1000)),
                ("evidence", models.JSONField(default=list)),
                ("said_date", models.DateField(null=True)),
                ("said_how", models.CharField(blank=True, max_length=500)),
                ("answer", models.TextField(blank=True, max_length=1000)),
                ("outcome", models.TextField(blank=True, max_length=1000)),
                ("look_back_date", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["owner", "made_at"], name="challenge_of_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked", ""), _negated=True), models.Q(("asked_by", ""), _negated=True)
                        ),
                        name="challenge_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("said_date__isnull", False), ("answer", ""), _connector="OR"),
                        name="challenge_said_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChallengeShare",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("shared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.challenge"
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
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("challenge", "user"),
                        name="challenge_share_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Discovery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("is_team", models.BooleanField()),
                ("is_own", models.BooleanField(default=False)),
                ("is_anonymous", models.BooleanField(default=False)),
                (
                    "stage",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Prepared"),
                            (1, "Foresee"),
                            (2, "See"),
                            (3, "The reveal"),
                            (4, "Your conclusion"),
                            (5, "One commitment"),
                            (6, "Over"),
                        ],
                        default=0,
                    ),
                ),
                ("stage_at", models.DateTimeField()),
                (
                    "seeing",
                    models.CharField(
                        choices=[
                            ("comments", "Comments, masked, one at a time"),
                            ("journey", "One customer's journey, with their consent"),
                            ("composite", "A composite of released figures, step by step"),
                            ("visit", "A visit to the front line"),
                            ("nothing", "Nothing: straight to the reveal"),
                        ],
                        default="nothing",
                        max_length=9,
                    ),
                ),
                ("cards", models.JSONField(default=list)),
                ("visit_date", models.DateField(null=True)),
                ("due_date", models.DateField()),
                ("consent_date", models.DateField(null=True)),
                ("consent_words", models.CharField(blank=True, default="", max_length=300)),
                ("analyst_words", models.TextField(blank=True, default="", max_length=2000)),
                ("code_digest", models.CharField(blank=True, default="", max_length=64)),
                ("code_number", models.PositiveSmallIntegerField(default=0)),
                ("code_until", models.DateTimeField(null=True)),
                ("prepared_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("revealed_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "prepared_by",
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
                "indexes": [models.Index(fields=["prepared_by", "closed_at"], name="discovery_of_maker")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_anonymous", False), ("is_team", True), _connector="OR"),
                        name="discovery_anonymous_is_team",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_own", False), ("is_team", False), _connector="OR"),
                        name="discovery_own_is_alone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code_digest", ""),
                            models.Q(("code_until__isnull", False), ("is_team", True)),
                            _connector="OR",
                        ),
                        name="discovery_code_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seeing", "journey"), _negated=True),
                            ("consent_date__isnull", False),
                            _connector="OR",
                        ),
                        name="discovery_journey_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revealed_at", None), ("opened_at__isnull", False), _connector="OR"),
                        name="discovery_reveal_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code_digest", ""), _negated=True),
                        fields=("code_digest",),
                        name="discovery_code_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryInvitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("invited_at", models.DateTimeField()),
                (
                    "discovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discovery"
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
                "indexes": [models.Index(fields=["user"], name="discovery_invitation_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("discovery", "user"), name="discovery_invitation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryParticipant",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("token_digest", models.CharField(blank=True, default="", max_length=64)),
                ("joined_at", models.DateTimeField()),
                ("locked_at", models.DateTimeField(null=True)),
                ("is_blind", models.BooleanField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("revealed_at", models.DateTimeField(null=True)),
                ("conclusion", models.TextField(blank=True, default="", max_length=2000)),
                ("concluded_at", models.DateTimeField(null=True)),
                ("shared_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "discovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discovery"
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
                "indexes": [models.Index(fields=["user", "locked_at"], name="discovery_participant_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("discovery", "user"),
                        name="discovery_participant_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("token_digest", ""), _negated=True),
                        fields=("token_digest",),
                        name="discovery_token_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shared_at", None), ("concluded_at__isnull", False), _connector="OR"),
                        name="discovery_shared_is_concluded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user__isnull", False),
                            models.Q(("token_digest", ""), _negated=True),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                        name="discovery_participant_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("card", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=500)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discoveryparticipant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("participant", "card"), name="discovery_note_once")],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryCommitment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("sentence", models.CharField(max_length=300)),
                ("first_step", models.CharField(max_length=300)),
                ("first_step_date", models.DateField()),
                ("tells", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discoveryparticipant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DiscoveryQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("insight", "The insight"),
                            ("more", "A further score"),
                            ("customers", "What customers say"),
                            ("downstream", "What goes with it downstream"),
                            ("theme", "What people write about most"),
                        ],
                        max_length=10,
                    ),
                ),
                ("label", models.CharField(max_length=300)),
                ("truth", models.JSONField()),
                ("options", models.JSONField(default=list)),
                (
                    "discovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discovery"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("discovery", "place"), name="discovery_question_place"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "insight")), fields=("discovery",), name="discovery_one_insight"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoveryPrediction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("value", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("sure", models.PositiveSmallIntegerField(null=True)),
                ("choice", models.CharField(blank=True, default="", max_length=100)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discoveryparticipant"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discoveryquestion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("participant", "question"), name="discovery_prediction_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("high", None), ("low", None), ("value", None)),
                            models.Q(("high__gte", models.F("value")), ("low__lte", models.F("value"))),
                            _connector="OR",
                        ),
                        name="discovery_prediction_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sure", None), ("sure__lte", 100), _connector="OR"),
                        name="discovery_prediction_sure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", None), ("choice", ""), _connector="XOR"),
                        name="discovery_prediction_one_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiscoverySelfView",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("value", models.FloatField()),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.discoveryparticipant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=300)),
                ("measure", models.CharField(blank=True, max_length=40)),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("sure", models.PositiveSmallIntegerField()),
                ("due_date", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("outcome", models.FloatField(null=True)),
                ("outcome_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True),
                            ("high__gt", models.F("low")),
                            ("sure__range", (50, 95)),
                        ),
                        name="forecast_is_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", None), ("outcome_at", None)),
                            models.Q(("outcome__isnull", False), ("outcome_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="forecast_outcome_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerCopy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("lines", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shown_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("owner", models.F("shown_to")), _negated=True), name="ledger_copy_of_other"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("owner", "shown_to"), name="ledger_copy_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("to_name", models.CharField(max_length=200)),
                ("what", models.CharField(max_length=500)),
                ("due_date", models.DateField()),
                ("made_at", models.DateTimeField()),
                (
                    "own_end",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "kept"), ("late", "kept late"), ("broken", "not kept")],
                        max_length=6,
                    ),
                ),
                ("own_at", models.DateTimeField(null=True)),
                ("proof", models.CharField(blank=True, max_length=500)),
                (
                    "other_end",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "kept"), ("late", "kept late"), ("broken", "not kept")],
                        max_length=6,
                    ),
                ),
                ("other_at", models.DateTimeField(null=True)),
                ("other_words", models.CharField(blank=True, max_length=500)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to_user",
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
                            models.Q(("what", ""), _negated=True),
                            models.Q(("to_name", ""), _negated=True),
                            models.Q(
                                ("to_user", None),
                                models.Q(("to_user", models.F("owner")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="promise_of",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("own_end", ""), ("own_at__isnull", False), _connector="OR"),
                        name="promise_own_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other_end", ""),
                            models.Q(("other_at__isnull", False), ("to_user__isnull", False)),
                            _connector="OR",
                        ),
                        name="promise_other_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "Dry run"),
                            ("applied", "Brought in"),
                            ("undone", "Undone"),
                            ("dropped", "Dropped"),
                        ],
                        default="checked",
                        max_length=7,
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                ("uploaded_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160)),
                ("what", models.TextField(max_length=1000)),
                ("seen_date", models.DateField()),
                ("reported_date", models.DateField()),
                ("reported_at", models.DateTimeField()),
                ("through", models.CharField(blank=True, max_length=200)),
                ("exposure_low", models.PositiveBigIntegerField(null=True)),
                ("exposure_high", models.PositiveBigIntegerField(null=True)),
                (
                    "exposure_in",
                    models.CharField(blank=True, choices=[("money", "money"), ("days", "days of work")], max_length=5),
                ),
                ("upside", models.TextField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("watching", "watched"), ("closed", "closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("thanks", models.CharField(blank=True, max_length=500)),
                ("thanked_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "reporter",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("what", ""), _negated=True)
                        ),
                        name="risk_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seen_date__lte", models.F("reported_date"))), name="risk_seen_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("exposure_high", None), ("exposure_in", ""), ("exposure_low", None)),
                            models.Q(
                                ("exposure_high__gte", models.F("exposure_low")),
                                ("exposure_low__isnull", False),
                                models.Q(("exposure_in", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="risk_exposure_runs_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskMeasure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("study", models.CharField(max_length=200)),
                ("score", models.CharField(max_length=200)),
                ("label", models.CharField(max_length=300)),
                ("side", models.CharField(choices=[("below", "below"), ("above", "above")], max_length=5)),
                ("threshold", models.FloatField()),
                ("added_at", models.DateTimeField()),
                ("wave", models.CharField(blank=True, max_length=200)),
                ("chance", models.FloatField(null=True)),
                ("evidence", models.JSONField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.risk"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("risk", "study", "score"), name="risk_measure_once"),
                    models.CheckConstraint(
                        condition=models.Q(("chance", None), ("chance__range", (0, 1)), _connector="OR"),
                        name="risk_chance_is_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("watching", "watched"), ("closed", "closed")], max_length=8
                    ),
                ),
                ("why", models.TextField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.risk"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="risk_step_says_why")
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleAct",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "visits the front line"),
                            ("review", "opens the review"),
                            ("decision", "decides what is asked"),
                            ("talk", "talks with a team about its results"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at_date", models.DateField()),
                ("asked_date", models.DateField(null=True)),
                ("source", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("leader", "source"), name="role_act_once_a_source"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_date", None),
                            models.Q(("asked_date__lte", models.F("at_date")), ("kind", "decision")),
                            _connector="OR",
                        ),
                        name="role_act_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("proposed_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_name", models.CharField(blank=True, max_length=300)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("leader", "number"), name="role_version_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None), ("signed_at", None)),
                        fields=("leader",),
                        name="role_version_waits_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_at", None), ("dropped_at", None), _connector="OR"),
                        name="role_version_one_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleDuty",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "visits the front line"),
                            ("review", "opens the review"),
                            ("decision", "decides what is asked"),
                            ("talk", "talks with a team about its results"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField()),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("month", "times a month"),
                            ("quarter", "times a quarter"),
                            ("each", "days at most, each time"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.roleversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "kind"), name="role_duty_once_a_kind"),
                    models.CheckConstraint(condition=models.Q(("amount__range", (1, 60))), name="role_duty_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("per", "each"), _negated=True), ("kind", "decision"), _connector="OR"
                        ),
                        name="role_duty_each_decides",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stakeholder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("external_id", models.CharField(blank=True, default="", max_length=200)),
                ("name", models.CharField(blank=True, default="", max_length=300)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("role", models.CharField(blank=True, default="", max_length=200)),
                ("organisation", models.CharField(blank=True, default="", max_length=200)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("organisation", "from the organisation"),
                            ("file", "from a file"),
                            ("hand", "by hand"),
                        ],
                        max_length=12,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("external_id",),
                        name="stakeholder_external_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            models.Q(("name", ""), _negated=True),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                        name="stakeholder_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sponsorship",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("strength", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=500)),
                ("noted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.stakeholder"
                    ),
                ),
                (
                    "sponsored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.stakeholder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("sponsor", "sponsored"), name="sponsorship_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sponsor", models.F("sponsored")), _negated=True), name="sponsorship_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strength__gte", 1), ("strength__lte", 4)), name="sponsorship_strength"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="sponsorship_has_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("about", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("correct", "correction"), ("object", "objection"), ("comment", "comment")],
                        max_length=7,
                    ),
                ),
                ("words", models.CharField(max_length=1000)),
                ("form_key", models.UUIDField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "taken up"),
                            ("removed", "removed"),
                            ("stays", "stays, with the remark beside it"),
                        ],
                        default="",
                        max_length=7,
                    ),
                ),
                ("answer", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stakeholder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.stakeholder"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.registerfile"
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
                    models.UniqueConstraint(fields=("made_by", "stakeholder"), name="register_change_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "aspect",
                    models.CharField(
                        choices=[
                            ("power", "power"),
                            ("interest", "interest"),
                            ("legitimacy", "legitimacy"),
                            ("urgency", "urgency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("rated_at", models.DateTimeField()),
                (
                    "rated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "indexes": [models.Index(fields=["stakeholder", "aspect", "rated_at"], name="rating_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__lte", 4)), name="rating_in_scale"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="rating_has_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "the form they like"),
                            ("language", "language"),
                            ("drives", "what drives them"),
                            ("decides", "what they decide"),
                            ("credible", "what makes them credible to their own boss"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(max_length=1000)),
                ("basis", models.CharField(choices=[("asked", "asked"), ("assumed", "assumed")], max_length=7)),
                ("said_at", models.DateTimeField()),
                (
                    "said_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "indexes": [models.Index(fields=["stakeholder", "kind", "said_at"], name="preference_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True), name="preference_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "form"), _negated=True),
                            ("value__in", ["slides", "spreadsheet", "action_list", "one_page", "live_page"]),
                            _connector="OR",
                        ),
                        name="preference_known_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnWordRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "stakeholder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engage.stakeholder"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BriefingCopy",
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
                ("numbers", models.PositiveSmallIntegerField()),
                ("order", models.JSONField(default=list)),
                ("language", models.CharField(default="en", max_length=8)),
                ("with_example", models.BooleanField(default=False)),
                ("in_person", models.BooleanField(default=False)),
                ("thanks", models.BooleanField(default=False)),
                ("changed", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("over_reason", models.CharField(blank=True, default="", max_length=500)),
                ("evidence", models.JSONField(default=list)),
                ("level_at_sending", models.CharField(blank=True, default="", max_length=10)),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "before_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unaware", "unaware"),
                            ("resistant", "resistant"),
                            ("neutral", "neutral"),
                            ("supportive", "supportive"),
                            ("leading", "leading"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("before_sure", models.PositiveSmallIntegerField(null=True)),
                (
                    "after_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unaware", "unaware"),
                            ("resistant", "resistant"),
                            ("neutral", "neutral"),
                            ("supportive", "supportive"),
                            ("leading", "leading"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("after_sure", models.PositiveSmallIntegerField(null=True)),
                (
                    "taken_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("aware", "raise awareness"),
                            ("change", "bring about a change"),
                            ("decision", "get a decision"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No"), ("later", "Later")], default="", max_length=5
                    ),
                ),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("usefulness", models.PositiveSmallIntegerField(null=True)),
                ("rated_at", models.DateTimeField(null=True)),
                ("upward_name", models.CharField(blank=True, default="", max_length=200)),
                ("upward_message", models.CharField(blank=True, default="", max_length=160)),
                ("upward_words", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "briefing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="engage.briefing"
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="engage.briefingcopy",
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="engage.stakeholder",
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
                    models.UniqueConstraint(fields=("briefing", "stakeholder"), name="briefing_copy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("numbers__gte", 1), ("numbers__lte", 3)), name="briefing_copy_numbers"
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1)), name="briefing_copy_minutes"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_at__isnull", False),
                            models.Q(
                                ("answered_at", None), ("decision", ""), ("opened_at", None), ("usefulness", None)
                            ),
                            _connector="OR",
                        ),
                        name="briefing_copy_sent_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usefulness", None), ("usefulness__lte", 4), _connector="OR"),
                        name="briefing_copy_usefulness",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttitudeReading",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("aspect", models.CharField(choices=[("now", "now"), ("desired", "desired")], max_length=7)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("unaware", "unaware"),
                            ("resistant", "resistant"),
                            ("neutral", "neutral"),
                            ("supportive", "supportive"),
                            ("leading", "leading"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("own", "their own words"), ("check", "the two-question check"), ("judged", "judged")],
                        max_length=6,
                    ),
                ),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("read_at", models.DateTimeField()),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "indexes": [models.Index(fields=["stakeholder", "aspect", "read_at"], name="attitude_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("stakeholder", "aspect", "source_key"),
                        name="attitude_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "judged"), _negated=True),
                            models.Q(("read_by__isnull", False), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="attitude_judged_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("due_date", models.DateField()),
                ("href", models.CharField(blank=True, default="", max_length=500)),
                ("source", models.CharField(max_length=200)),
                ("over_reason", models.CharField(blank=True, default="", max_length=500)),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
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
                    "outsider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="engage.stakeholder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "due_date"], name="ask_of_person"),
                    models.Index(fields=["source"], name="ask_by_source"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", True), ("outsider__isnull", True), ("person__isnull", False)),
                            models.Q(("account__isnull", False), ("outsider__isnull", True), ("person__isnull", True)),
                            models.Q(("account__isnull", True), ("outsider__isnull", False), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="ask_of_one",
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1)), name="ask_takes_minutes"),
                    models.UniqueConstraint(fields=("person", "source"), name="ask_once_person"),
                    models.UniqueConstraint(fields=("account", "source"), name="ask_once_account"),
                    models.UniqueConstraint(fields=("outsider", "source"), name="ask_once_outsider"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("need", models.TextField(max_length=500)),
                ("by_date", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "yes"), ("no", "no, I cannot"), ("later", "yes, but later")],
                        max_length=5,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("later_date", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("thanks", models.CharField(blank=True, max_length=500)),
                ("thanked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asker", models.F("asked")), _negated=True),
                            ("minutes__gte", 1),
                            models.Q(("need", ""), _negated=True),
                        ),
                        name="support_of",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="support_answer_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "later"), _negated=True), ("later_date__isnull", False), _connector="OR"
                        ),
                        name="support_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("thanks", ""), ("thanked_at__isnull", False), _connector="OR"),
                        name="support_thanks_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UpcomingDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("decide_date", models.DateField()),
                ("noted_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("stakeholder", "title", "decide_date"),
                        name="decision_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WeeklyCap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("own", "said by themself"),
                            ("assumed", "assumed"),
                            ("house", "the rule of the house"),
                        ],
                        max_length=7,
                    ),
                ),
                ("set_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outsider",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="engage.stakeholder",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "set_by",
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
                            models.Q(
                                models.Q(
                                    models.Q(
                                        ("account__isnull", True), ("outsider__isnull", True), ("person__isnull", False)
                                    ),
                                    models.Q(
                                        ("account__isnull", False), ("outsider__isnull", True), ("person__isnull", True)
                                    ),
                                    models.Q(
                                        ("account__isnull", True), ("outsider__isnull", False), ("person__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                models.Q(("basis", "house"), _negated=True),
                            ),
                            models.Q(
                                ("account__isnull", True),
                                ("basis", "house"),
                                ("outsider__isnull", True),
                                ("person__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="cap_of_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("basis", "house")), fields=("basis",), name="cap_of_house_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__lte", 2400)), name="cap_within_a_week"),
                ],
            },
        ),
    ]
