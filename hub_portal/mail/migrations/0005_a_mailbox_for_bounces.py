"""How far the mailbox of bounces has been read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_one_index_for_each_search_of_mails"),
    ]

    operations = [
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
    ]
