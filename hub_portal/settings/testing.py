"""The portal's settings for tests: its own folder, no kept connections, cheap password hashes."""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parents[2] / "var" / "test"))

from hub_portal.settings import *  # noqa: E402, F403
from hub_portal.settings import DATABASES, STORAGES  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
