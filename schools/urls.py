"""Addresses of schools and people; those of signing in stand beside allauth's own."""

from django.urls import path
from django.views.generic import RedirectView

from schools.views import (
    addresses,
    invitations,
    look,
    my_school,
    outside_accounts,
    sign_in,
    staff,
)

app_name = "schools"

urlpatterns = [
    path("my/staff/", staff.staff, name="staff"),
    path("my/staff/add/", staff.add_colleague, name="add_colleague"),
    path("my/staff/confirm/", staff.confirm_staff, name="confirm_staff"),
    path("my/staff/<int:post_id>/end/", staff.end_colleague, name="end_colleague"),
    path("my/staff/staff-list.csv", staff.export_staff, {"form": "csv"}, name="staff_csv"),
    path("my/staff/staff-list.xlsx", staff.export_staff, {"form": "xlsx"}, name="staff_xlsx"),
    path("my/school/", my_school.my_school, name="my_school"),
    path("my/school/hand-over/", my_school.hand_over_post, name="hand_over"),
    path("my/school/handed-over/", my_school.handed_over, name="handed_over"),
    path("my/school/hand-over/<int:planned_id>/call-off/", my_school.call_off, name="call_off"),
    path("my/school/switch/", my_school.switch_school, name="switch_school"),
    path("hub-colours.css", look.colours, name="colours"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("invitation/<str:token>/", invitations.invitation_link, name="invitation_link"),
]

# before allauth's own, under accounts/: one way to ask for a code, and our rules of addresses
sign_in_urlpatterns = [
    path("login/code/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("login/password/", sign_in.PasswordSignIn.as_view(), name="sign_in_with_password"),
    path("login/link/", sign_in.console_sign_in, name="console_sign_in"),
    path("login/link/<str:secret>/", sign_in.console_link, name="console_link"),
    path("sign-in-again/", sign_in.sign_in_again, name="sign_in_again"),
    path("email/", addresses.Addresses.as_view()),
    path("3rdparty/", outside_accounts.outside_accounts),
    path("3rdparty/signup/", outside_accounts.not_here),
    path("3rdparty/login/cancelled/", outside_accounts.cancelled),
    path("3rdparty/login/error/", outside_accounts.failed),
    path("google/login/token/", outside_accounts.not_here),
    *(
        path(f"{service}/{address}", view, {"service": service}, name=f"{service}_{name}")
        for service in ("google", "microsoft")
        for address, view, name in (
            ("login/", outside_accounts.leave_for, "login"),
            ("login/callback/", outside_accounts.come_back, "callback"),
        )
    ),
]

# before the admin's own
admin_urlpatterns = [path("login/", sign_in.admin_sign_in)]
