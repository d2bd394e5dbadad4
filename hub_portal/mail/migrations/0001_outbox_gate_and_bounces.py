"""The outbox, its gate and leases, suppressions and the mailbox for bounces."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("mail", "0001_outbox_and_gate"),
        ("mail", "0002_one_mail_gate"),
        ("mail", "0003_bodies_held_back_and_stopped"),
        ("mail", "0004_one_index_for_each_search_of_mails"),
        ("mail", "0005_a_mailbox_for_bounces"),
    ]

    initial = True

    dependencies = [
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("html", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("emptied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "held_back_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="held back since"),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="stopped for good"),
                ),
            ],
            options={
                "verbose_name_plural": "bodies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_back_at", None), ("stopped_at", None), _connector="OR"
                        ),
                        name="body_stopped_is_not_held_back_too",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("emptied_at", None),
                            models.Q(("html", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="body_emptied_has_no_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttachmentContent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "attachment content",
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
                (
                    "suppressed_for",
                    models.CharField(
                        choices=[
                            ("bulk", "newsletters and letters to many"),
                            ("everything", "every mail"),
                        ],
                        default="bulk",
                        max_length=10,
                        verbose_name="kept from it",
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
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
                        condition=models.Q(("lifted_at", None)),
                        fields=("address",),
                        name="suppression_one_in_force_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address", django.db.models.functions.text.Lower("address"))
                        ),
                        name="suppression_address_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="suppression_lifted_by_somebody_at_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailGate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "closed_for",
                    models.CharField(
                        choices=[
                            ("nothing", "open"),
                            ("bulk", "closed for newsletters and letters to many"),
                            ("all_but_sign_in", "closed for all but sign-in codes"),
                            ("everything", "closed for every mail"),
                        ],
                        default="nothing",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("trouble_until", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, max_length=500)),
                ("troubles_in_a_row", models.PositiveSmallIntegerField(default=0)),
                (
                    "messages_per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="What your mail server allows. Empty: as fast as it takes them.",
                        null=True,
                        verbose_name="most messages a minute",
                    ),
                ),
                ("may_send", models.FloatField(default=0, editable=False)),
                ("counted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "days_bodies_are_kept",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="days the words of a mail are kept"
                    ),
                ),
            ],
            options={
                "verbose_name": "mail gate",
                "verbose_name_plural": "mail gate",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="mail_gate_is_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed_at", None), ("changed_by", None)),
                            models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="mail_gate_changed_by_somebody_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("messages_per_minute", None),
                            ("messages_per_minute__gt", 0),
                            _connector="OR",
                        ),
                        name="mail_gate_lets_something_through_each_minute",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BounceMailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numbering", models.PositiveBigIntegerField(default=0)),
                ("read_up_to", models.PositiveBigIntegerField(default=0)),
                (
                    "tried_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last opened"),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="last read")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "its mail server cannot be reached"),
                            (
                                "untrusted",
                                "its mail server cannot prove who it is (its certificate)",
                            ),
                            ("not_let_in", "its mail server refuses the name or the password"),
                            ("no_folder", "it has no folder of that name"),
                            (
                                "nonsense",
                                "its mail server answers what the portal does not understand",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="bounce_mailbox_is_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=60)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "sign-in"),
                            (1, "ordinary"),
                            (2, "newsletters and letters to many"),
                        ],
                        default=1,
                    ),
                ),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("subject", models.CharField(max_length=250)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="mail.body",
                    ),
                ),
                ("replacements", models.JSONField(blank=True, default=dict)),
                ("sealed", models.TextField(blank=True)),
                ("sealed_names", models.JSONField(blank=True, default=list)),
                ("about", models.CharField(blank=True, max_length=80)),
                ("reply_to", models.EmailField(blank=True, max_length=254)),
                ("headers", models.JSONField(blank=True, default=dict)),
                ("message_id", models.CharField(max_length=200, verbose_name="Message-ID")),
                ("created_at", models.DateTimeField(verbose_name="written")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "about to be sent"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("stopped", "stopped by the hub"),
                            ("expired", "expired before it could go"),
                            ("untrue", "not sent: no longer true"),
                            ("suppressed", "not sent: address suppressed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("holder", models.CharField(blank=True, max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("doubts", models.PositiveSmallIntegerField(default=0)),
                (
                    "answer",
                    models.CharField(blank=True, max_length=500, verbose_name="last answer"),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bounced", "the address does not take mail"),
                            ("refused", "the mail server refused this message"),
                            ("gave_up", "the mail server asked to wait too often"),
                            ("in_doubt", "sent twice without an answer: it may have arrived"),
                            ("unready", "the portal could not prepare it"),
                        ],
                        max_length=10,
                        verbose_name="why it failed",
                    ),
                ),
                ("attachments_made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent or ended"),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(fields=["kind"], name="delivery_kind"),
                    models.Index(fields=["to"], name="delivery_to"),
                    models.Index(fields=["about"], name="delivery_about"),
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["priority", "not_before", "id"],
                        name="delivery_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("claimed", "sending"))),
                        fields=["lease_until"],
                        name="delivery_held",
                    ),
                    models.Index(
                        condition=models.Q(("status", "failed")),
                        fields=["finished_at"],
                        name="delivery_failed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dedupe_key",), name="delivery_one_per_dedupe_key"
                    ),
                    models.UniqueConstraint(
                        fields=("message_id",), name="delivery_one_per_message_id"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_until__isnull", False),
                                ("status__in", ("claimed", "sending")),
                                models.Q(("holder", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status__in", ("claimed", "sending")), _negated=True),
                                ("holder", ""),
                                ("lease_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_has_a_holder_while_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at", None),
                                ("status__in", ("waiting", "claimed", "sending")),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ("waiting", "claimed", "sending")), _negated=True
                                ),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_finished_at_is_set_when_finished",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("waiting", "claimed", "sending")),
                            ("sealed", ""),
                            _connector="OR",
                        ),
                        name="delivery_keeps_no_secret_once_finished",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "failed"), models.Q(("failure", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("status", "failed"), _negated=True), ("failure", "")
                            ),
                            _connector="OR",
                        ),
                        name="delivery_failed_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unlucky_attempts",
                        to="mail.delivery",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("verdict", models.CharField(max_length=20)),
                ("answer", models.CharField(max_length=500)),
            ],
            options={
                "verbose_name": "attempt",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="mail.delivery",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=120)),
                ("size", models.PositiveIntegerField()),
                (
                    "content",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="mail.attachmentcontent",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("delivery", "position"), name="attachment_one_per_place_in_a_mail"
                    )
                ],
            },
        ),
    ]
