"""What the process of an issue adds to the outbox, the clock and the pictures of texts."""

from django.db.models import Q

from hub_portal.clock.services.due import register_due
from hub_portal.files.services.pictures import register_texts
from hub_portal.mail.services.kinds import register_mail_kind
from newsletter.emails import hub_mails
from newsletter.emails.issue_mails import ISSUE, own_links
from newsletter.models import Issue, Item
from newsletter.services import clock
from newsletter.services.recipients import still_wanted


def register() -> None:
    """Tell them; called once, when the app is ready."""
    register_mail_kind(ISSUE, values_of=own_links, which_are_still_true=still_wanted)
    register_mail_kind(hub_mails.REMINDER, is_still_true=clock.is_still_a_draft)
    register_due("newsletter.issues", clock.what_is_due)
    register_texts(where_a_picture_stands)


def where_a_picture_stands(name: str) -> list[str]:
    """The issues in which the stored file of this name stands, as a picture or in a text."""
    items = Item.objects.filter(Q(picture__stored__name=name) | Q(text__contains=name))
    issues = Issue.objects.filter(Q(pk__in=items.values("issue")) | Q(opening__contains=name))
    return [f"{issue} of the newsletter" for issue in issues.order_by("number")]
