"""The portal's settings: embedded by default, and production refuses what is unsafe.

Read through `django.conf.settings` only. What the environment may say is in `environment.py`,
the engines are in `engines.py`, the log lines in `logs.py`, Google and Microsoft in `outside.py`,
what comes back of mail in `incoming.py`.
"""

from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from hub_portal.settings import engines, incoming, logs, outside
from hub_portal.settings.environment import (
    BASE_DIR,
    PRODUCTION,
    VAR,
    flag,
    keys,
    listed,
    read,
    required,
    whole_number,
)

# ---- Where we are -------------------------------------------------------------------------------

PORTAL_VAR = VAR
DEBUG = flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")

PORTAL_URL = required("PORTAL_URL", embedded="http://127.0.0.1:8000").rstrip("/")
if PRODUCTION and not PORTAL_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_URL must begin with https:// in production.")

ALLOWED_HOSTS = listed(required("ALLOWED_HOSTS", embedded="localhost,127.0.0.1,[::1]"))
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's hosts, not “*”.")
if not PRODUCTION and urlsplit(PORTAL_URL).hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(str(urlsplit(PORTAL_URL).hostname))

# ---- Keys: the first of each signs, all of them verify ------------------------------------------

SECRET_KEY, *SECRET_KEY_FALLBACKS = keys("SECRET_KEY")
LINK_KEYS = keys("LINK_KEY")
TICKET_KEYS = keys("TICKET_KEY")
MFA_KEYS = keys("MFA_KEY")
NEEDS_KEYS = keys("NEEDS_KEY")
ALL_KEYS = [SECRET_KEY, *SECRET_KEY_FALLBACKS, *LINK_KEYS, *TICKET_KEYS, *MFA_KEYS, *NEEDS_KEYS]
if len(set(ALL_KEYS)) < len(ALL_KEYS):
    raise ImproperlyConfigured("SECRET_KEY, LINK_KEY, TICKET_KEY, MFA_KEY, NEEDS_KEY must differ.")

# ---- Apps ---------------------------------------------------------------------------------------

HOUSE = [
    "hub_portal",
    "hub_portal.trail",
    "hub_portal.files",
    "hub_portal.clock",
    "hub_portal.mail",
    "schools",
    "credits",
    "cpd",
    "newsletter",
    "hub_portal.pages",
    "hub_portal.desk.apps.DeskConfig",
]
INSTALLED_APPS = [
    *HOUSE,
    "hub_portal.desk.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    # there, but without an address or a button until the environment sets them up (outside.py)
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.microsoft",
    "import_export",
    "simple_history",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "hub_portal.shared.middleware.Health",
    "hub_portal.shared.middleware.Trace",
    "hub_portal.shared.middleware.Methods",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub_portal.shared.middleware.CompressedForVisitors",
    "hub_portal.shared.middleware.ContentPolicy",
    "hub_portal.shared.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "schools.middleware.StaffSessions",
    "simple_history.middleware.HistoryRequestMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub_portal.shared.context.portal",
            ],
            "libraries": {
                "hub": "hub_portal.shared.templatetags.hub",
                "pdf": "hub_portal.shared.templatetags.pdf",
            },
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "hub_portal.urls"
WSGI_APPLICATION = "hub_portal.wsgi.application"

# ---- Engines ------------------------------------------------------------------------------------

DATABASES = {"default": engines.database()}
# bank holidays, terms, policies, the hub's name: asked for by every page, changed in autumn
SECONDS_FACTS_ARE_KEPT = 3
PORTAL_APP_PASSWORD = read("PORTAL_APP_PASSWORD")  # for make_roles alone
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# rate limits are shared by all web processes and must not die with the broker
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
    },
}

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = engines.broker()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_ROUTES = {
    "mail.read_bounces": {"queue": "portal"},  # a slow mailbox keeps no sign-in code waiting
    "mail.*": {"queue": "mail"},  # so that a worker may serve sign-in codes alone
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # one entry, nothing to remember between starts
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "clock.tick", "schedule": crontab(), "options": {"expires": 55}},
}

# ---- People and sign-in -------------------------------------------------------------------------

AUTH_USER_MODEL = "schools.Person"
AUTHENTICATION_BACKENDS = ["schools.backends.HubBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"

ACCOUNT_ADAPTER = "schools.adapters.HubAccountAdapter"
SOCIALACCOUNT_ADAPTER = "schools.adapters.HubSocialAccountAdapter"
MFA_ADAPTER = "schools.adapters.HubMFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True  # for how long, schools.access.begin_session says
# per account first; per address loosely, since a whole school is one address
ACCOUNT_RATE_LIMITS = {
    # over ten minutes, not one: on a training day everybody signs in within the same two
    "login": "1200/10m/ip",
    "request_login_code": "1200/10m/ip,3/m/key,20/h/key",
    "login_failed": "60/m/ip,5/5m/key",
    "reset_password": "60/m/ip,3/m/key,20/h/key",
    "reset_password_from_key": "60/m/ip",
}
STAFF_NEED_SECOND_STEP = PRODUCTION
# without these, whoever may enter the admin may import and export
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hub Portal"
FORMS_IN_OUR_WORDS = "hub_portal.shared.account_forms"
ACCOUNT_FORMS = {
    "login": "schools.forms.sign_in.CodeSignInForm",
    "request_login_code": f"{FORMS_IN_OUR_WORDS}.RequestLoginCodeForm",
    "confirm_login_code": f"{FORMS_IN_OUR_WORDS}.ConfirmLoginCodeForm",
    "add_email": f"{FORMS_IN_OUR_WORDS}.AddEmailForm",
    "confirm_email_verification_code": f"{FORMS_IN_OUR_WORDS}.ConfirmEmailVerificationCodeForm",
    "change_password": f"{FORMS_IN_OUR_WORDS}.ChangePasswordForm",
    "set_password": f"{FORMS_IN_OUR_WORDS}.SetPasswordForm",
    "reset_password": f"{FORMS_IN_OUR_WORDS}.ResetPasswordForm",
    "confirm_password_reset_code": f"{FORMS_IN_OUR_WORDS}.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": f"{FORMS_IN_OUR_WORDS}.ResetPasswordKeyForm",
    "reauthenticate": f"{FORMS_IN_OUR_WORDS}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{FORMS_IN_OUR_WORDS}.AuthenticateForm",
    "reauthenticate": f"{FORMS_IN_OUR_WORDS}.ReauthenticateBySecondStepForm",
    "activate_totp": f"{FORMS_IN_OUR_WORDS}.ActivateTOTPForm",
    "deactivate_totp": f"{FORMS_IN_OUR_WORDS}.DeactivateTOTPForm",
    "generate_recovery_codes": f"{FORMS_IN_OUR_WORDS}.GenerateRecoveryCodesForm",
    "add_webauthn": f"{FORMS_IN_OUR_WORDS}.AddWebAuthnForm",
    "edit_webauthn": f"{FORMS_IN_OUR_WORDS}.EditWebAuthnForm",
}
SOCIALACCOUNT_PROVIDERS = outside.sign_in_services()
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False

# ---- Sessions, cookies, headers -----------------------------------------------------------------

SESSION_ENGINE = "hub_portal.shared.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION

TRUSTED_PROXIES = whole_number("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
# other sites live on a school's domain, so these two are asked for by name
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = flag("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the two lines above say why
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# ---- Files and static files ---------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # the editor of rich text: of this package the portal uses the files alone, none of its code
    ("django_prose_editor", str(files("django_prose_editor") / "static/django_prose_editor")),
]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # /favicon.ico is asked for whatever a page says
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages ask for no other; the rest would be squeezed too
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "woff2", "ico", "map"]  # a map nobody asks for
MEDIA_ROOT = VAR / "files"  # nothing in it has an address of its own
# the internal address under which nginx knows MEDIA_ROOT; empty: the portal sends files itself
X_ACCEL = read("X_ACCEL")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# on another disk or machine, best of all; how old the newest may be, `hub_portal.health` says
BACKUP_FOLDER = Path(read("BACKUP_FOLDER") or VAR / "backups")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# ---- Mail: leaves through hub_portal.mail, by this connection -----------------------------------

MAIL_FOLDER = VAR / "mail"
_mail = environ.Env.email_url_config(
    required("EMAIL_URL", embedded=f"filemail://{MAIL_FOLDER}"),
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = str(MAIL_FOLDER)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = required("MAIL_FROM", embedded="Hub Portal <portal@hub.example>")
SERVER_EMAIL = read("SERVER_EMAIL") or DEFAULT_FROM_EMAIL
BOUNCE_MAILBOX = incoming.bounce_mailbox()
MAILGUN_WEBHOOK_KEY = incoming.mailgun_webhook_key()

# ---- Language, time, logs -----------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = False  # one language; days and numbers are British all the same
USE_TZ = True
TIME_ZONE = "Europe/London"

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.LOGGING
