"""How gunicorn serves the portal, on a desk and in production alike."""

import gc
import os
import socket
from typing import Any

wsgi_app = "hub_portal.wsgi"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))  # more of them only take turns (bench contention)
# A process keeps whoever it has once accepted: two hundred at once would be shared out as chance
# has it, and one process idle while they wait for the other. nginx keeps none to the portal anyway.
keepalive = 0
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = "warning"
accesslog = None  # the portal writes its own access line, without path, query or address


def when_ready(server: Any) -> None:
    """Linux: a connection waits in the kernel until something is said on it.

    Browsers open some that they may need later; each would hold a thread for five seconds.
    """
    for listener in server.LISTENERS:
        if listener.sock.family != socket.AF_UNIX and hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)


def post_worker_init(_worker: Any) -> None:
    """The thousands of objects that stay are looked through for garbage no more.

    A page makes some twenty thousand: one look for each page or two, not thirty for one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
