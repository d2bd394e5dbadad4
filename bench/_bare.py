"""The floor of the benchmarks through HTTP: Django as `startproject` makes it, and nothing else.

Served by the same gunicorn on the same database. `/confirm/` does the statements of a real
confirmation one after the other, without the portal's thoughts between them; `/list/` is a list
view of twenty rows.
"""

import json
import os
import secrets
from pathlib import Path

import django
from django.conf import settings

from bench._script import Words, note_made, put_together
from hub_portal.settings.engines import database

STATEMENTS_FILE = "BENCH_STATEMENTS"

LIST = """<!doctype html><html lang="en"><head><title>Courses</title></head><body><h1>Courses</h1>
<table>{% for cohort in object_list %}<tr><td><a href="/courses/{{ cohort.programme.slug }}/">
{{ cohort.programme.title }}</a></td><td>{{ cohort.starts_at|date }}</td><td>{{ cohort.venue }}</td>
<td>{{ cohort.price }}</td><td>{{ cohort.capacity }}</td></tr>{% endfor %}</table>
{{ page_obj.number }} of {{ page_obj.paginator.num_pages }}</body></html>"""


def configure() -> None:
    """What `startproject` writes, with our database connected as the portal connects it."""
    middleware = (
        "security.SecurityMiddleware",
        "common.CommonMiddleware",
        "csrf.CsrfViewMiddleware",
        "clickjacking.XFrameOptionsMiddleware",
    )
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY=secrets.token_hex(32),
        DATABASES={"default": database()},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            *(f"django.middleware.{name}" for name in middleware),
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        TIME_ZONE="Europe/London",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [("django.template.loaders.locmem.Loader", {"list.html": LIST})],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                },
            }
        ],
    )
    django.setup()


configure()

# ruff: noqa: E402 models and views need Django set up
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import ListView


class Programme(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "cpd_programme"


class Cohort(models.Model):
    programme = models.ForeignKey(Programme, models.DO_NOTHING)
    starts_at = models.DateTimeField()
    venue = models.TextField()
    price = models.IntegerField()
    capacity = models.IntegerField()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "cpd_cohort"


class Courses(ListView):  # type: ignore[type-arg]
    queryset = Cohort.objects.select_related("programme").order_by("starts_at")
    paginate_by = 20
    template_name = "list.html"


def read_statements() -> dict[str, list[Words]]:
    """By school: the statements of a confirmation, taken apart."""
    given = os.environ.get(STATEMENTS_FILE)
    return json.loads(Path(given).read_text(encoding="utf-8")) if given else {}


STATEMENTS = read_statements()


@csrf_exempt
def confirm(request: HttpRequest) -> HttpResponse:
    """The statements of one school's confirmation, for another cohort and delegate."""
    names = {name: request.POST[name] for name in ("cohort", "delegate", "slug")}
    names["key"] = secrets.token_hex(32)
    made: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        for words in STATEMENTS[request.POST["school"]]:
            cursor.execute(put_together(words, names, made))
            if cursor.description:
                rows = cursor.fetchall()
                if words[0].startswith("INSERT"):
                    note_made(rows, made)
    return HttpResponseRedirect("/done/")


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("healthz", healthz),
    path("confirm/", confirm),
    path("list/", Courses.as_view()),
]
application = get_wsgi_application()
