"""Where courses and bookings are."""

from django.urls import path

from cpd.views import booking, courses, demand, my_bookings, waiting

app_name = "cpd"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/tell-me/", demand.tell_me, name="tell_me"),
    path("courses/<slug:slug>/<int:cohort_id>/calendar.ics", courses.calendar, name="calendar"),
    path("courses/<slug:slug>/<int:cohort_id>/book/", booking.book, name="book"),
    path("courses/<slug:slug>/<int:cohort_id>/check/", booking.check, name="check"),
    path(
        "courses/<slug:slug>/<int:cohort_id>/done/<int:request_id>/",
        booking.booked,
        name="booked",
    ),
    path("courses/<slug:slug>/<int:cohort_id>/wait/", waiting.wait, name="wait"),
    path("my/waiting/<int:entry_id>/", waiting.waiting, name="waiting"),
    path("my/waiting/<int:entry_id>/leave/", waiting.leave, name="leave_waiting"),
    path("my/bookings/", my_bookings.bookings, name="bookings"),
    path("my/bookings/bookings.<str:form>", my_bookings.export, name="export_bookings"),
    path("my/bookings/<int:booking_id>/", my_bookings.booking, name="booking"),
    path("my/bookings/<int:booking_id>/cancel/", my_bookings.cancel, name="cancel_booking"),
    path(
        "my/bookings/<int:booking_id>/delegate/",
        my_bookings.change_delegate,
        name="change_delegate",
    ),
]
