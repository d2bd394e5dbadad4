"""Where courses and bookings are."""

from django.urls import path

from cpd.views import asking, booking, courses, messages, my_bookings, needs, own_bookings

app_name = "cpd"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/<int:cohort_id>/calendar.ics", courses.calendar, name="calendar"),
    path("courses/<slug:slug>/<int:cohort_id>/book/", booking.book, name="book"),
    path("courses/<slug:slug>/<int:cohort_id>/ask/", asking.ask, name="ask"),
    path("courses/<slug:slug>/<int:cohort_id>/check/", booking.check, name="check"),
    path(
        "courses/<slug:slug>/<int:cohort_id>/done/<int:request_id>/",
        booking.booked,
        name="booked",
    ),
    path("my/bookings/", my_bookings.bookings, name="bookings"),
    path("my/bookings/bookings.<str:form>", my_bookings.export, name="export_bookings"),
    path("my/bookings/<int:booking_id>/", my_bookings.booking, name="booking"),
    path("my/bookings/<int:booking_id>/cancel/", my_bookings.cancel, name="cancel_booking"),
    path(
        "my/bookings/<int:booking_id>/delegate/",
        my_bookings.change_delegate,
        name="change_delegate",
    ),
    path("my/asked/", asking.asked_places, name="asked_places"),
    path("my/asked/<int:asked_id>/decline/", asking.decline, name="decline_ask"),
    path("me/", own_bookings.own_courses, name="own_courses"),
    path("me/asked/<int:asked_id>/take-back/", asking.take_back, name="take_ask_back"),
    path("me/bookings/<int:booking_id>/", own_bookings.own_booking, name="own_booking"),
    path("me/bookings/<int:booking_id>/apologies/", own_bookings.apologies, name="apologies"),
    path(
        "me/bookings/<int:booking_id>/coming/",
        own_bookings.coming_after_all,
        name="coming_after_all",
    ),
    path("me/needs/", needs.own_needs, name="own_needs"),
    path("needs/", needs.needs, name="needs"),
    path("needs/said/", needs.needs_said, name="needs_said"),
    path("needs/<str:token>/", needs.needs_link, name="needs_link"),
    path(
        "courses/<slug:slug>/<int:cohort_id>/needs/", needs.needs_of_course, name="needs_of_course"
    ),
    path("courses/<slug:slug>/<int:cohort_id>/message/", messages.write, name="write_to_delegates"),
]
