"""Google and Microsoft as ways to sign in: only what the environment sets up is there."""

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from hub_portal.settings.environment import read

# tenants that stand for everybody's: any of their administrators could claim any account
NOBODYS_TENANTS = frozenset({"common", "organizations", "consumers"})
A_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+")


def sign_in_services() -> dict[str, dict[str, Any]]:
    """The services that are set up, as allauth takes them; as little as can be is asked of them."""
    services: dict[str, dict[str, Any]] = {}
    if google := _application("GOOGLE"):
        services["google"] = {"APP": google, "SCOPE": ["openid", "email"]}
    if microsoft := _application("MICROSOFT"):
        microsoft["settings"] = {"tenant": _tenant()}
        services["microsoft"] = {"APP": microsoft, "SCOPE": ["User.Read"]}
    for service in services.values():
        service["OAUTH_PKCE_ENABLED"] = True
    return services


def _application(name: str) -> dict[str, Any]:
    """How the portal is known to a service; nothing when it is not set up."""
    client_id, secret = read(f"{name}_CLIENT_ID"), read(f"{name}_CLIENT_SECRET")
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET go together.")
    return {"client_id": client_id, "secret": secret, "settings": {}} if client_id else {}


def _tenant() -> str:
    tenant = read("MICROSOFT_TENANT").lower()
    if not tenant:
        raise ImproperlyConfigured("MICROSOFT_TENANT must be set beside MICROSOFT_CLIENT_ID.")
    if tenant in NOBODYS_TENANTS or not A_TENANT.fullmatch(tenant):
        raise ImproperlyConfigured(
            f"MICROSOFT_TENANT must be one organisation, by its number or domain, not “{tenant}”."
        )
    return tenant
