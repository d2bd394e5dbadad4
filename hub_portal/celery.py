"""The Celery app. Tasks are found in each app's `tasks.py` and named "app.verb", as `ring` does."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub_portal.settings")

app = Celery("hub_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_to_work_unsafely(**_: Any) -> None:
    """Worker and beat start only where the web process may."""
    from hub_portal.startup import refuse_to_serve_unsafely

    try:
        refuse_to_serve_unsafely()
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))  # Celery logs what a receiver raises, and goes on
