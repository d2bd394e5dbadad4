"""Evaluations: forms, who is asked, and what they answer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cpd", "0017_registers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvaluatedCohort",
            fields=[],
            options={
                "verbose_name": "evaluation",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("cpd.cohort",),
        ),
        migrations.CreateModel(
            name="EvaluationForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "moment",
                    models.CharField(
                        choices=[("after", "After the last session"), ("later", "A term later")],
                        default="after",
                        max_length=10,
                        verbose_name="asked",
                    ),
                ),
                (
                    "introduction",
                    models.CharField(
                        blank=True,
                        help_text="A sentence or two above the questions.",
                        max_length=300,
                    ),
                ),
                (
                    "is_in_use",
                    models.BooleanField(default=False, editable=False, verbose_name="in use"),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_forms",
                        to="cpd.programmekind",
                        verbose_name="for a kind of programme",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_forms",
                        to="cpd.programme",
                        verbose_name="for one programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "evaluation form",
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[("after", "After the last session"), ("later", "A term later")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("link_version", models.PositiveIntegerField(default=1)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("may_quote", models.BooleanField(default=False, verbose_name="may be quoted")),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to="cpd.booking",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="cpd.evaluationform",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EvaluationQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("words", models.CharField(max_length=200, verbose_name="question or statement")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rating", "By five ratings"), ("words", "In their own words")],
                        default="rating",
                        max_length=10,
                        verbose_name="answered",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="cpd.evaluationform",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
            },
        ),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Not at all"),
                            (2, "A little"),
                            (3, "Partly"),
                            (4, "Mostly"),
                            (5, "Fully"),
                        ],
                        null=True,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="cpd.evaluation",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="cpd.evaluationquestion",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
            },
        ),
        migrations.AddConstraint(
            model_name="evaluationform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__isnull", True), ("programme__isnull", True), _connector="OR"
                ),
                name="evaluation_form_is_for_one_or_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("moment", "after"),
                    ("kind__isnull", False),
                    ("programme__isnull", False),
                    _connector="OR",
                ),
                name="evaluation_form_later_is_for_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationform",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_in_use", True), ("programme__isnull", False)),
                fields=("programme", "moment"),
                name="evaluation_form_in_use_once_per_programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationform",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_in_use", True), ("kind__isnull", False)),
                fields=("kind", "moment"),
                name="evaluation_form_in_use_once_per_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationform",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("is_in_use", True), ("kind__isnull", True), ("programme__isnull", True)
                ),
                fields=("moment",),
                name="evaluation_form_in_use_once_for_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(
                fields=("cohort", "person", "moment"), name="evaluation_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", False), ("may_quote", False), _connector="OR"
                ),
                name="evaluation_quoted_is_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationanswer",
            constraint=models.UniqueConstraint(
                fields=("evaluation", "question"), name="answer_once_per_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rating__in", [1, 2, 3, 4, 5]), ("words", "")),
                    models.Q(("rating__isnull", True), models.Q(("words", ""), _negated=True)),
                    _connector="OR",
                ),
                name="answer_is_a_rating_or_words",
            ),
        ),
    ]
