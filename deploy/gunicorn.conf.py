"""How gunicorn serves the portal, on a desk and in production alike."""

import os

wsgi_app = "hub_portal.wsgi"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))  # more of them only take turns (bench contention)
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = "warning"
accesslog = None  # the portal writes its own access line, without path, query or address
