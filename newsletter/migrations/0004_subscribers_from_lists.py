"""Who came from a list the hub sent in, and how they agreed before the portal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0003_pictures_of_texts"),
        ("newsletter", "0003_one_mail_for_each_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="subscription",
            options={"verbose_name": "subscriber"},
        ),
        migrations.AddField(
            model_name="subscription",
            name="agreed_how",
            field=models.CharField(blank=True, max_length=200, verbose_name="how they agreed"),
        ),
        migrations.AddField(
            model_name="subscription",
            name="agreed_on",
            field=models.DateField(blank=True, null=True, verbose_name="agreed on"),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="began_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="subscribed since"),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="began_how",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="subscription",
            name="ended_how",
            field=models.CharField(
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
        migrations.CreateModel(
            name="SubscriberImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
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
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "list of subscribers",
                "verbose_name_plural": "lists of subscribers",
            },
        ),
        migrations.AddField(
            model_name="subscription",
            name="from_list",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="newsletter.subscriberimport",
                verbose_name="brought by the list",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("began_how", "list"), _negated=True),
                    models.Q(
                        ("from_list__isnull", False), models.Q(("agreed_how", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="subscription_from_a_list_says_how_they_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("saved_at__isnull", True), ("discarded_at__isnull", True), _connector="OR"
                ),
                name="subscriber_import_saved_or_put_aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("saved_at", None), models.Q(("agreed_how", ""), _negated=True), _connector="OR"
                ),
                name="subscriber_import_saved_says_how_they_agreed",
            ),
        ),
    ]
