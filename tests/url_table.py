"""What every address of the portal answers to whom. A new route needs a row here.

A row is a kind of door, and, where the route has arguments, where they come from: rows of our
school and its rep. Routes of the admin need no row: they are walked by one rule (see the test).
"""

from enum import Enum

SIGN_IN = 302
"""Nobody is signed in: on to the sign-in page."""


class Door(Enum):
    """Status for: nobody, a teacher, another school's rep, our rep, finance, hub manager."""

    PUBLIC = (200, 200, 200, 200, 200, 200)
    ENTRANCE = (200, 302, 302, 302, 302, 302)
    HALF_WAY = (302, 302, 302, 302, 302, 302)  # nothing to go on with: back to the start
    NOT_ARRIVED = (404, 404, 404, 404, 404, 404)  # no right in the session
    SIGNED_IN = (SIGN_IN, 200, 200, 200, 200, 200)
    SIGNED_IN_MOVES = (SIGN_IN, 302, 302, 302, 302, 302)
    ACTING_MOVES_ON = (SIGN_IN, 200, 302, 302, 200, 200)
    OVERVIEW = (SIGN_IN, 302, 200, 200, 302, 302)
    THE_TEACHERS = (SIGN_IN, 200, 404, 404, 404, 404)  # their own place; the course they run
    HOLDER = (SIGN_IN, 404, 404, 200, 404, 200)  # the certificate of the test is our rep's
    SCHOOLS = (SIGN_IN, 404, 200, 200, 404, 404)
    SCHOOLS_MOVES = (SIGN_IN, 404, 302, 302, 404, 404)
    OUR_SCHOOL = (SIGN_IN, 404, 404, 200, 404, 404)
    OUR_SCHOOL_BY_POST = (SIGN_IN, 404, 405, 405, 404, 404)
    ORGANISERS = (SIGN_IN, 200, 404, 404, 404, 200)  # the teacher here runs it; and the hub
    BY_POST = (SIGN_IN, 405, 405, 405, 405, 405)
    OWN_OR_THE_HUBS = (SIGN_IN, 404, 404, 200, 200, 200)
    SECOND_STEP = (SIGN_IN, 404, 404, 404, 404, 404)  # nobody in the test has one to look at
    SIGNING_OUT = (302, 200, 200, 200, 200, 200)
    ONLY_BY_POST = (405, 405, 405, 405, 405, 405)


TABLE: dict[str, Door] = {
    # ---- signing in
    "accounts/login/": Door.ENTRANCE,
    "accounts/login/code/": Door.HALF_WAY,
    "accounts/login/code/confirm/": Door.HALF_WAY,
    "accounts/login/password/": Door.ENTRANCE,
    "accounts/login/link/": Door.NOT_ARRIVED,
    "accounts/login/link/<str:secret>/": Door.HALF_WAY,
    "accounts/sign-in-again/": Door.SIGNED_IN_MOVES,
    "accounts/logout/": Door.SIGNING_OUT,
    "accounts/inactive/": Door.PUBLIC,
    "accounts/signup/": Door.ENTRANCE,
    "accounts/reauthenticate/": Door.SIGNED_IN_MOVES,
    "accounts/email/": Door.SIGNED_IN,
    "accounts/confirm-email/": Door.HALF_WAY,
    "accounts/password/change/": Door.SIGNED_IN_MOVES,
    "accounts/password/set/": Door.SIGNED_IN,
    "accounts/password/reset/": Door.PUBLIC,
    "accounts/password/reset/confirm/": Door.HALF_WAY,
    "accounts/password/reset/complete/": Door.HALF_WAY,
    "accounts/password/reset/done/": Door.PUBLIC,
    "accounts/2fa/": Door.SIGNED_IN,
    "accounts/2fa/authenticate/": Door.HALF_WAY,
    "accounts/2fa/reauthenticate/": Door.SIGNED_IN_MOVES,
    "accounts/2fa/totp/activate/": Door.SIGNED_IN,
    "accounts/2fa/totp/deactivate/": Door.SECOND_STEP,
    "accounts/2fa/recovery-codes/": Door.SECOND_STEP,
    "accounts/2fa/recovery-codes/generate/": Door.SIGNED_IN,
    "accounts/2fa/recovery-codes/download/": Door.SECOND_STEP,
    "accounts/2fa/webauthn/": Door.SIGNED_IN,
    "accounts/2fa/webauthn/add/": Door.SIGNED_IN,
    "accounts/2fa/webauthn/reauthenticate/": Door.SIGNED_IN_MOVES,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Door.SECOND_STEP,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Door.SECOND_STEP,
    "accounts/2fa/webauthn/login/": Door.HALF_WAY,
    # no sign-in service is set up: there is nothing at their addresses
    "accounts/3rdparty/": Door.SECOND_STEP,
    "accounts/3rdparty/login/cancelled/": Door.NOT_ARRIVED,
    "accounts/3rdparty/login/error/": Door.NOT_ARRIVED,
    "accounts/3rdparty/signup/": Door.NOT_ARRIVED,
    **{
        f"accounts/{service}/login/{rest}": Door.NOT_ARRIVED
        for service in ("google", "microsoft")
        for rest in ("", "callback/")
    },
    "accounts/google/login/token/": Door.NOT_ARRIVED,
    # ---- everybody
    "": Door.PUBLIC,
    "hub-colours.css": Door.PUBLIC,
    "courses/": Door.PUBLIC,
    "courses/<slug:slug>/": Door.PUBLIC,
    "courses/<slug:slug>/<int:cohort_id>/calendar.ics": Door.PUBLIC,
    "invitation/": Door.NOT_ARRIVED,
    "invitation/<str:token>/": Door.HALF_WAY,
    "check-in/": Door.PUBLIC,
    "check-in/<str:token>/": Door.HALF_WAY,
    # ---- whoever has a ticket's code
    "ticket/": Door.PUBLIC,
    "ticket/yours/": Door.NOT_ARRIVED,
    "ticket/prove/": Door.NOT_ARRIVED,
    "ticket/dates/<int:cohort_id>/": Door.NOT_ARRIVED,
    "ticket/place/": Door.NOT_ARRIVED,
    "ticket/place/course.ics": Door.NOT_ARRIVED,
    "ticket/place/place.pdf": Door.NOT_ARRIVED,
    "ticket/place/give-back/": Door.NOT_ARRIVED,
    "ticket/address/": Door.NOT_ARRIVED,
    "ticket/leave/": Door.ONLY_BY_POST,
    "ticket/<str:code>/": Door.HALF_WAY,
    # ---- schools
    "my/": Door.OVERVIEW,
    "my/staff/": Door.SCHOOLS,
    "my/staff/add/": Door.SCHOOLS,
    "my/staff/confirm/": Door.SCHOOLS,
    "my/staff/<int:post_id>/end/": Door.OUR_SCHOOL,
    "my/staff/staff-list.csv": Door.SCHOOLS,
    "my/staff/staff-list.xlsx": Door.SCHOOLS,
    "my/school/": Door.SCHOOLS,
    "my/school/hand-over/": Door.SCHOOLS,
    "my/school/handed-over/": Door.ACTING_MOVES_ON,
    "my/school/hand-over/<int:planned_id>/call-off/": Door.OUR_SCHOOL_BY_POST,
    "my/school/switch/": Door.BY_POST,
    "my/bookings/": Door.SCHOOLS,
    "my/bookings/bookings.<str:form>": Door.SCHOOLS,
    "my/bookings/<int:booking_id>/": Door.OUR_SCHOOL,
    "my/bookings/<int:booking_id>/cancel/": Door.OUR_SCHOOL,
    "my/bookings/<int:booking_id>/delegate/": Door.OUR_SCHOOL,
    "courses/<slug:slug>/tell-me/": Door.SCHOOLS,
    "my/waiting/<int:entry_id>/": Door.OUR_SCHOOL,
    "my/waiting/<int:entry_id>/change/": Door.OUR_SCHOOL,
    "my/waiting/<int:entry_id>/leave/": Door.OUR_SCHOOL,
    "my/tickets/": Door.SCHOOLS,
    "my/tickets/<int:place_id>/": Door.OUR_SCHOOL,
    "courses/<slug:slug>/<int:cohort_id>/book/": Door.SCHOOLS,
    "courses/<slug:slug>/<int:cohort_id>/wait/": Door.SCHOOLS,
    "courses/<slug:slug>/<int:cohort_id>/check/": Door.SCHOOLS_MOVES,
    "courses/<slug:slug>/<int:cohort_id>/done/<int:request_id>/": Door.OUR_SCHOOL,
    "my/approvals/": Door.SCHOOLS,
    "my/approvals/limit/": Door.SECOND_STEP,  # for headteachers, and none is asked
    "my/approvals/<int:approval_id>/": Door.OUR_SCHOOL,
    "courses/<slug:slug>/<int:cohort_id>/ask/": Door.ACTING_MOVES_ON,
    "my/asked/": Door.SCHOOLS,
    "my/asked/<int:asked_id>/decline/": Door.OUR_SCHOOL_BY_POST,
    "my/credits/": Door.SCHOOLS,
    "my/credits/why/": Door.SCHOOLS,
    "my/credits/credits.<str:form>": Door.SCHOOLS,
    # ---- one's own
    "me/": Door.SIGNED_IN,
    "me/calendar/": Door.SIGNED_IN,
    "my/calendar/": Door.SCHOOLS,
    "me/record/": Door.SIGNED_IN,
    "me/record/record.<str:form>": Door.SIGNED_IN,
    "me/needs/": Door.SIGNED_IN,
    "me/data/": Door.SIGNED_IN,
    "needs/": Door.NOT_ARRIVED,
    "needs/said/": Door.PUBLIC,
    "needs/<str:token>/": Door.HALF_WAY,
    "courses/<slug:slug>/<int:cohort_id>/needs/": Door.ORGANISERS,
    "courses/<slug:slug>/<int:cohort_id>/message/": Door.ORGANISERS,
    "courses/<slug:slug>/<int:cohort_id>/joining/": Door.ORGANISERS,
    "courses/<slug:slug>/<int:cohort_id>/joining/<int:version>/": Door.ORGANISERS,
    "courses/<slug:slug>/<int:cohort_id>/joining/<int:version>/remind/": Door.BY_POST,
    "courses/<slug:slug>/<int:cohort_id>/joining/<int:version>/readers.<str:form>": Door.ORGANISERS,
    "calendar/<str:token>.ics": Door.NOT_ARRIVED,
    "me/asked/<int:asked_id>/take-back/": Door.BY_POST,
    "me/bookings/<int:booking_id>/": Door.THE_TEACHERS,
    "me/bookings/<int:booking_id>/apologies/": Door.THE_TEACHERS,
    "me/bookings/<int:booking_id>/coming/": Door.BY_POST,
    "me/bookings/<int:booking_id>/read/": Door.BY_POST,
    "certificates/": Door.PUBLIC,
    "certificates/<str:number>/": Door.PUBLIC,
    "certificates/<str:number>/certificate.pdf": Door.HOLDER,
    "evaluation/": Door.NOT_ARRIVED,
    "evaluation/thanks/": Door.PUBLIC,
    "evaluation/<str:token>/": Door.HALF_WAY,
    # ---- organisers
    "organise/<int:cohort_id>/evaluation/": Door.THE_TEACHERS,
    "organise/": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/delegates.<str:form>": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/venue.<str:form>": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/sheet.pdf": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/scan/": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/scan/send/": Door.BY_POST,
    "organise/<int:cohort_id>/badges.pdf": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/walk-in/": Door.THE_TEACHERS,
    "organise/<int:cohort_id>/register/<int:session_id>/place/<int:booking_id>/": Door.THE_TEACHERS,
    # ---- the newsletter
    "newsletter/": Door.PUBLIC,
    "newsletter/rss.xml": Door.PUBLIC,
    "newsletter/<int:number>/": Door.NOT_ARRIVED,  # none was sent in the test
    "newsletter/subscribe/": Door.PUBLIC,
    "newsletter/subscribe/asked/": Door.PUBLIC,
    "newsletter/confirm/": Door.NOT_ARRIVED,
    "newsletter/confirmed/": Door.PUBLIC,
    "newsletter/confirm/<str:token>/": Door.HALF_WAY,
    "webhooks/mailgun/": Door.NOT_ARRIVED,  # no provider is set up
    "newsletter/unsubscribe/<str:token>/": Door.HALF_WAY,
    "newsletter/preferences/": Door.NOT_ARRIVED,
    "newsletter/preferences/<str:token>/": Door.HALF_WAY,
    "me/newsletter/": Door.SIGNED_IN,
    "my/news/": Door.SCHOOLS,
    # ---- long work and files
    "jobs/": Door.SIGNED_IN,
    "jobs/<int:job_id>/": Door.OWN_OR_THE_HUBS,
    "files/<str:name>/": Door.NOT_ARRIVED,
}

REDIRECTS_OF_ALLAUTH = {
    "accounts/social/login/cancelled/",
    "accounts/social/login/error/",
    "accounts/social/signup/",
    "accounts/social/connections/",
}
"""Addresses allauth once had; they lead to those above."""
