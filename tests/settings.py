"""The portal's settings for tests: a folder of their own, no kept connections, cheap hashes."""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parents[1] / "var" / "test"))

from hub_portal.settings import *  # noqa: F403
from hub_portal.settings import DATABASES, STORAGES

DATABASES["default"]["CONN_MAX_AGE"] = 0
SECONDS_FACTS_ARE_KEPT = 0
MIGRATION_MODULES = dict.fromkeys(
    ("schools", "credits", "cpd", "newsletter", "clock", "files", "mail", "trail")
)  # tables come straight from the models, in a quarter of the time (see conftest)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # static files as they lie in the sources
