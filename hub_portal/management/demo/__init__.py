"""The demo hub: the alliance's real schools, invented people, a year in full swing.

Built only through the services, so loading it tests them; the same on every machine for
the same day. Everything is dated relative to today.
"""

from hub_portal.management.demo.build import build_demo_hub
from hub_portal.management.demo.people import who_may_sign_in

__all__ = ["build_demo_hub", "who_may_sign_in"]
