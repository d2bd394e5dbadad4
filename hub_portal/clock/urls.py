"""Addresses of long work, under /jobs/."""

from django.urls import path

from hub_portal.clock import views

app_name = "clock"

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:job_id>/", views.job, name="job"),
]
