"""The portal of a teaching school alliance hub; the Celery app is loaded with Django."""

from hub_portal.celery import app as celery_app

__all__ = ["celery_app"]
