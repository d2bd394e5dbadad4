"""The hub manager's room for mail: what went, what waits and why, the gate, suppressions."""

from hub_portal.mail.admin.deliveries import DeliveryAdmin
from hub_portal.mail.admin.gate import MailGateAdmin
from hub_portal.mail.admin.suppressions import SuppressionAdmin

__all__ = ["DeliveryAdmin", "MailGateAdmin", "SuppressionAdmin"]
