"""An issue as a mail: rendered and inlined once, the same for everybody. Rules NL-2 to NL-4.

What is one reader's own (the links that end or change a subscription) stands in it as a
placeholder, and the sender puts the value there. Nothing in it tells who opens or clicks.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from hub_portal.mail.services.placeholders import placeholder
from hub_portal.mail.services.rendering import Rendered, render_mail
from hub_portal.shared.context import hub_identity
from hub_portal.shared.links import register_purpose, sign

if TYPE_CHECKING:
    from newsletter.services.saying import Said

ISSUE = "newsletter.issue"
TEST = "newsletter.test"

UNSUBSCRIBE = register_purpose("unsubscribe")

UNSUBSCRIBE_LINK = placeholder("unsubscribe")
PREFERENCES_LINK = placeholder("preferences")


def rendered_issue(said: "Said", *, for_members: bool) -> Rendered:
    """The mail of an issue with open placeholders; the archive's page shows the public part."""
    return render_mail(
        "newsletter/email/issue",
        {
            "said": said,
            "for_members": for_members,
            "page": reverse("newsletter:issue", args=[said.number]),
            "unsubscribe": UNSUBSCRIBE_LINK,
            "preferences": PREFERENCES_LINK,
        },
    )


def headers_of_issue() -> Mapping[str, str]:
    """What mail programs show a button by, and file the mail by. RFC 2369, 2919 and 8058."""
    host = urlsplit(settings.PORTAL_URL).hostname
    return {
        "List-Id": f"{hub_identity().name} <newsletter.{host}>",
        "List-Unsubscribe": f"<{UNSUBSCRIBE_LINK}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{settings.PORTAL_URL}{reverse('newsletter:archive')}>",
        "Precedence": "bulk",
    }


def about_issue(*, subscription_id: int, link_version: int, issue_id: int) -> str:
    """What a delivery of an issue is about; the reader's own links are made of it."""
    return f"subscription:{subscription_id}:{link_version}:issue:{issue_id}"


def own_links(abouts: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """The links of each reader, made while sending and kept nowhere (security, part 3)."""
    return {about: _own_links(about) for about in abouts}


def _own_links(about: str) -> Mapping[str, str]:
    _, subscription_id, version, *_ = about.split(":")
    token = sign(UNSUBSCRIBE, int(subscription_id), int(version))
    pages = {"unsubscribe": "newsletter:unsubscribe", "preferences": "newsletter:preferences_link"}
    return {
        name: f"{settings.PORTAL_URL}{reverse(page, args=[token])}" for name, page in pages.items()
    }
