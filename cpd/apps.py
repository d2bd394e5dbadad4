"""Programmes, cohorts and booking."""

from django.apps import AppConfig


class CpdConfig(AppConfig):
    name = "cpd"
    verbose_name = "Courses and booking"
