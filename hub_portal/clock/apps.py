"""The clock: once-only keys, heartbeats, jobs and the tick."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "hub_portal.clock"
    label = "clock"
    verbose_name = "Clock"
