"""Where courses and bookings are."""

from django.urls import path

from cpd.views import (
    asking,
    booking,
    courses,
    demand,
    messages,
    my_bookings,
    needs,
    own_bookings,
    school_tickets,
    ticket_changes,
    tickets,
    waiting,
)

app_name = "cpd"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/tell-me/", demand.tell_me, name="tell_me"),
    path("courses/<slug:slug>/<int:cohort_id>/calendar.ics", courses.calendar, name="calendar"),
    path("courses/<slug:slug>/<int:cohort_id>/book/", booking.book, name="book"),
    path("courses/<slug:slug>/<int:cohort_id>/ask/", asking.ask, name="ask"),
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
    path("my/tickets/", school_tickets.colleagues_tickets, name="colleagues_tickets"),
    path("my/tickets/<int:place_id>/", school_tickets.colleagues_ticket, name="colleagues_ticket"),
    # the fixed addresses stand before the one that takes a code
    path("ticket/", tickets.enter, name="ticket"),
    path("ticket/yours/", tickets.landing, name="ticket_landing"),
    path("ticket/prove/", tickets.prove, name="ticket_prove"),
    path("ticket/dates/<int:cohort_id>/", tickets.check, name="ticket_check"),
    path("ticket/place/", tickets.place, name="ticket_place"),
    path("ticket/place/course.ics", tickets.place_calendar, name="ticket_calendar"),
    path("ticket/place/place.pdf", tickets.place_document, name="ticket_document"),
    path("ticket/place/give-back/", ticket_changes.give_back, name="ticket_give_back"),
    path("ticket/address/", ticket_changes.address, name="ticket_address"),
    path("ticket/leave/", tickets.leave, name="ticket_leave"),
    path("ticket/<str:code>/", tickets.ticket_link, name="ticket_link"),
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
