"""Where courses and bookings are."""

from django.urls import path

from cpd.views import booking, certificates, courses, evaluations, my_bookings, organise

app_name = "cpd"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("courses/<slug:slug>/<int:cohort_id>/calendar.ics", courses.calendar, name="calendar"),
    path("courses/<slug:slug>/<int:cohort_id>/book/", booking.book, name="book"),
    path("courses/<slug:slug>/<int:cohort_id>/check/", booking.check, name="check"),
    path(
        "courses/<slug:slug>/<int:cohort_id>/done/<int:request_id>/",
        booking.booked,
        name="booked",
    ),
    path("certificates/", certificates.verify, name="certificates"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("certificates/<str:number>/certificate.pdf", certificates.as_pdf, name="certificate_pdf"),
    path("evaluation/", evaluations.evaluation, name="evaluation"),
    path("evaluation/thanks/", evaluations.thanks, name="evaluation_thanks"),
    path("evaluation/<str:token>/", evaluations.evaluation_link, name="evaluation_link"),
    path("organise/<int:cohort_id>/evaluation/", evaluations.results, name="evaluation_results"),
    path("organise/", organise.room, name="organise"),
    path("organise/<int:cohort_id>/", organise.cohort, name="organised"),
    path(
        "organise/<int:cohort_id>/delegates.<str:form>",
        organise.delegates,
        name="organised_delegates",
    ),
    path("organise/<int:cohort_id>/venue.<str:form>", organise.venue, name="organised_venue"),
    path(
        "organise/<int:cohort_id>/register/<int:session_id>/",
        organise.register,
        name="register",
    ),
    path(
        "organise/<int:cohort_id>/register/<int:session_id>/sheet.pdf",
        organise.sheet,
        name="register_sheet",
    ),
    path(
        "organise/<int:cohort_id>/register/<int:session_id>/walk-in/",
        organise.walk_in,
        name="walk_in",
    ),
    path(
        "organise/<int:cohort_id>/register/<int:session_id>/place/<int:booking_id>/",
        organise.at_the_door,
        name="at_the_door",
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
]
