"""Where log lines go and what they may say (see `hub_portal.shared.logs`)."""

from typing import Any

from hub_portal.settings.environment import PRODUCTION

FORM = "JsonLine" if PRODUCTION else "PlainLine"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"hub_portal.shared.logs.{FORM}"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "celery": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "imapclient": {"level": "WARNING"},
    },
}
