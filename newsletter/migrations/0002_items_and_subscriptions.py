"""What stands in an issue, who receives it, and lists of subscribers."""

import django.db.models.deletion
import django.db.models.functions.text
import hub_portal.shared.rich_text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("newsletter", "0004_subscribers_from_lists"),
    ]

    dependencies = [
        ("files", "0001_stored_files_and_pictures"),
        ("newsletter", "0001_newsletters_and_issues"),
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubscriberImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "discarded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="put aside"),
                ),
                (
                    "agreed_how",
                    models.CharField(blank=True, max_length=200, verbose_name="how they agreed"),
                ),
                ("subscribed", models.PositiveIntegerField(default=0)),
                ("had_it", models.PositiveIntegerField(default=0, verbose_name="get it already")),
                (
                    "unsubscribed",
                    models.PositiveIntegerField(default=0, verbose_name="unsubscribed before"),
                ),
                ("suppressed", models.PositiveIntegerField(default=0, verbose_name="take no mail")),
                ("twice", models.PositiveIntegerField(default=0, verbose_name="stood there twice")),
            ],
            options={
                "verbose_name": "list of subscribers",
                "verbose_name_plural": "lists of subscribers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at__isnull", True),
                            ("discarded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="subscriber_import_saved_or_put_aside",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at", None),
                            models.Q(("agreed_how", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="subscriber_import_saved_says_how_they_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="newsletter.issue",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own", "own item"),
                            ("courses", "courses with places"),
                            ("full", "full courses to wait for"),
                            ("closing", "booking closes soon"),
                            ("tickets", "Fabulinus Tickets about to expire"),
                        ],
                        default="own",
                        max_length=10,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "everybody"), ("members", "member schools only")],
                        default="public",
                        max_length=10,
                        verbose_name="who may read it",
                    ),
                ),
                ("heading", models.CharField(max_length=120)),
                ("text", hub_portal.shared.rich_text.RichTextField(blank=True)),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.picture",
                    ),
                ),
                (
                    "picture_alt",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what the picture shows, in words"
                    ),
                ),
                ("frozen", models.JSONField(blank=True, null=True)),
                ("words", models.TextField(blank=True, editable=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ("courses", "full", "closing", "tickets"))),
                        fields=("issue", "kind"),
                        name="item_each_block_once_in_an_issue",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("address_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("post", "gets it for a post or an office of a member school"),
                            ("pending", "asked, not confirmed"),
                            ("subscribed", "subscribed"),
                            ("unsubscribed", "unsubscribed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("link_version", models.PositiveIntegerField(default=1, editable=False)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opt_in_mails",
                    models.PositiveSmallIntegerField(default=0, verbose_name="opt-in mails sent"),
                ),
                ("last_opt_in_on", models.DateField(blank=True, null=True)),
                (
                    "began_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="subscribed since"),
                ),
                (
                    "began_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("form", "on the subscribe page"),
                            ("own_page", "on their own page"),
                            ("one_click", "by the mail program's button"),
                            ("link", "by the link in the mail"),
                            ("hub", "by the hub"),
                            ("list", "from a list the hub sent in"),
                            ("post", "by a post or an office of a member school"),
                        ],
                        max_length=10,
                        verbose_name="how it began",
                    ),
                ),
                (
                    "from_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="newsletter.subscriberimport",
                        verbose_name="brought by the list",
                    ),
                ),
                (
                    "agreed_how",
                    models.CharField(blank=True, max_length=200, verbose_name="how they agreed"),
                ),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="agreed on")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="unsubscribed"),
                ),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("form", "on the subscribe page"),
                            ("own_page", "on their own page"),
                            ("one_click", "by the mail program's button"),
                            ("link", "by the link in the mail"),
                            ("hub", "by the hub"),
                            ("list", "from a list the hub sent in"),
                            ("post", "by a post or an office of a member school"),
                        ],
                        max_length=10,
                        verbose_name="how it ended",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscriber",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address", django.db.models.functions.text.Lower("address")),
                            models.Q(("address", ""), _negated=True),
                        ),
                        name="subscription_address_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("status", "unsubscribed")),
                            models.Q(
                                models.Q(("status", "unsubscribed"), _negated=True),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="subscription_ended_at_is_set_when_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "subscribed"), _negated=True),
                            ("began_at__isnull", False),
                            _connector="OR",
                        ),
                        name="subscription_was_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("began_how", "list"), _negated=True),
                            models.Q(
                                ("from_list__isnull", False),
                                models.Q(("agreed_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="subscription_from_a_list_says_how_they_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opt_in_mails__lte", 3)),
                        name="subscription_three_opt_in_mails_in_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="news",
                        to="schools.school",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("heading", models.CharField(max_length=120)),
                ("text", hub_portal.shared.rich_text.RichTextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "to look at"),
                            ("used", "in an issue"),
                            ("declined", "not used"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="newsletter.item",
                    ),
                ),
                ("looked_at_at", models.DateTimeField(blank=True, null=True)),
                (
                    "looked_at_by",
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
                "verbose_name": "news from schools",
                "verbose_name_plural": "news from schools",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("looked_at_at", None), ("looked_at_by", None)),
                            models.Q(
                                ("looked_at_at__isnull", False), ("looked_at_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="news_looked_at_by_somebody_at_some_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="newsletter.issue",
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received",
                        to="newsletter.subscription",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("rep", "steering group rep"),
                            ("office", "school office"),
                            ("staff", "member of staff who subscribes"),
                            ("subscriber", "subscriber"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "left_out",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unsubscribed", "unsubscribed"),
                            ("suppressed", "the address takes no mail"),
                            ("no_address", "no address on record"),
                            ("had_it", "has it already: one mail for each person"),
                        ],
                        max_length=12,
                        verbose_name="not sent because",
                    ),
                ),
            ],
        ),
    ]
