"""Where the pages under the roof are."""

from django.urls import path

from hub_portal.pages import calendar_views, my_data_views, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.overview, name="overview"),
    path("me/data/", my_data_views.my_data, name="my_data"),
    path("me/calendar/", calendar_views.own_calendar, name="own_calendar"),
    path("my/calendar/", calendar_views.school_calendar, name="school_calendar"),
    path("calendar/<str:token>.ics", calendar_views.calendar_feed, name="calendar_feed"),
]
