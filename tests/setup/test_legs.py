"""Each leg of `./test` runs on the engines it names."""

import os

from django.conf import settings
from django.db import connection

ENGINES = {"sqlite": ("sqlite", "filesystem"), "postgresql": ("postgresql", "redis")}


def test_the_leg_runs_on_the_engines_it_names():
    leg = os.environ.get("PORTAL_LEG", "sqlite")

    found = connection.vendor, settings.CELERY_BROKER_URL.split(":")[0]

    assert found == ENGINES[leg]
