"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub_portal.settings")

application = get_wsgi_application()

from hub_portal.shared.doorbell import find_broker  # noqa: E402 its settings are Django's
from hub_portal.startup import refuse_to_serve_unsafely  # noqa: E402 it asks the database

refuse_to_serve_unsafely()
find_broker()
