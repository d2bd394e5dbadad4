"""The Celery app. Tasks are found in each app's `tasks.py` and named "app.verb", as `ring` does."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub_portal.settings")

app = Celery("hub_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
