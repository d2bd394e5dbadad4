"""The addresses of mail: where a provider calls."""

from django.urls import path

from hub_portal.mail import views

app_name = "mail"

urlpatterns = [
    path("mailgun/", views.mailgun, name="mailgun"),
]
