"""Where a stored file is asked for."""

from django.urls import path

from hub_portal.files import views

urlpatterns = [path("<str:name>/", views.stored_file, name="stored_file")]
