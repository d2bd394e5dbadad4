"""Ways in beside the emailed code, and the way into the admin."""

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub_portal.shared.links import carries_a_right, fingerprint
from schools.access import signed_in, signed_in_freshly, signed_in_only, signed_in_outside
from schools.forms.sign_in import PasswordSignInForm
from schools.services.sign_in import person_behind_link, use_sign_in_link

LINK_IN_SESSION = "sign_in_link"


class PasswordSignIn(LoginView):
    """Signing in with a password, for those who have one."""

    template_name = "schools/sign_in_with_password.html"

    def get_form_class(self) -> type[PasswordSignInForm]:
        return PasswordSignInForm


@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The admin has no sign-in of its own; to somebody who may not enter it does not exist."""
    person = signed_in(request)
    if person is None:
        return redirect_to_login(get_next_redirect_url(request) or "/admin/")
    if not person.is_staff:
        raise Http404
    return redirect(get_next_redirect_url(request) or "/admin/")


@signed_in_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponseBase:
    """For what needs a fresh sign-in, when there is neither password nor second step."""
    back_to = get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL
    if request.method == "POST":
        logout(request)
        return redirect_to_login(back_to)
    if signed_in_freshly(request):
        return redirect(back_to)
    page = {"next": back_to, "is_outside": signed_in_outside(request)}
    return render(request, "schools/sign_in_again.html", page)


@carries_a_right
@require_safe
def console_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Move the console's link into the session; opening it uses nothing."""
    request.session[LINK_IN_SESSION] = fingerprint(secret)
    return redirect("console_sign_in")


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def console_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with the console's link, by pressing a button. A second step is still asked for."""
    mark = request.session.get(LINK_IN_SESSION, "")
    if request.method != "POST":
        return _console_page(request, is_good=person_behind_link(mark) is not None)
    request.session.pop(LINK_IN_SESSION, None)
    person = use_sign_in_link(mark)
    if person is None:
        return _console_page(request, is_good=False)
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, method="link")
    # the link is for the day no code arrives: the address stays unproved, the person is let in
    login = Login(user=person, email_verification=EmailVerificationMethod.NONE)
    response: HttpResponse = perform_login(request, login)
    return response


def _console_page(request: HttpRequest, *, is_good: bool) -> HttpResponse:
    status = 200 if is_good else 404
    return render(request, "schools/console_sign_in.html", {"is_good": is_good}, status=status)
