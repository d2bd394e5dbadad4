"""Where the pages under the roof are."""

from django.urls import path

from hub_portal.pages import views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.overview, name="overview"),
]
