"""The portal's addresses and, beside them, the sample pages."""

from django.urls import include, path

from tests.interface import sample_pages

urlpatterns = [
    path("samples/home/", sample_pages.home),
    path("samples/courses/", sample_pages.courses),
    path("samples/course/", sample_pages.course),
    path("samples/question/", sample_pages.question),
    path("samples/check/", sample_pages.check),
    path("samples/done/", sample_pages.done),
    path("samples/credits/", sample_pages.credits_page),
    path("samples/bookings/", sample_pages.bookings),
    path("samples/calendar/", sample_pages.calendar),
    path("samples/frame/", sample_pages.registered),
    path("samples/broken/", sample_pages.broken),
    path("samples/falls-over/", sample_pages.falls_over),
    path("", include("hub_portal.urls")),
]
