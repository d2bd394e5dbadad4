"""The mails about people, posts and signing in. They leave through the outbox alone.

A code is sealed in the outbox and an invitation's link is a placeholder there: neither stands
in a row that anybody can read (security, parts 2 and 3).
"""

import secrets
from datetime import datetime, timedelta

from hub_portal.mail.choices import Priority
from hub_portal.mail.services.outbox import put_in_outbox
from hub_portal.mail.services.rendering import Rendered, render_mail
from hub_portal.shared.links import placeholder, register_purpose
from schools.choices import Group
from schools.models import Appointment, Invitation, Person

INVITATION = register_purpose("invitation")

SIGN_IN_CODE = "schools.sign_in_code"
ACCOUNT_NOTICE = "schools.account_notice"
INVITED = "schools.invited"
HANDED_OVER = "schools.handed_over"
GROUP_MESSAGE = "schools.group_message"
GROUP_MESSAGE_TEST = "schools.group_message_test"

WHO_THEY_ARE = {
    Group.REPS: "the steering group reps of the member schools, or to the headteacher where there "
    "is none",
    Group.HEADTEACHERS: "the headteachers of the member schools",
}

CODE_IN_THE_BODY = "%%code%%"  # filled by the sender from what is sealed
NOTICE_IS_NEWS_FOR = timedelta(days=3)


def send_code(
    *, to: str, person: Person | None, code: str, minutes: int, purpose: str, at: datetime
) -> None:
    """A code that proves an address; useless once it has expired, so it is not sent then."""
    words = render_mail(
        "schools/email/code", {"purpose": purpose, "minutes": minutes, "code": CODE_IN_THE_BODY}
    )
    put_in_outbox(
        at=at,
        dedupe_key=f"code:{secrets.token_hex(12)}",
        kind=SIGN_IN_CODE,
        priority=Priority.SIGN_IN,
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        sealed={"code": code},
        about=f"person:{person.pk}" if person else "",
        recipient=person,
        expires_at=at + timedelta(minutes=minutes),
    )


def send_account_notice(
    *, to: str, person: Person, heading: str, sentence: str, at: datetime
) -> None:
    """Tell somebody what was changed about how they sign in, in case it was not they."""
    words = render_mail(
        "schools/email/account_notice",
        {"person": person, "heading": heading, "sentence": sentence, "at": at},
    )
    put_in_outbox(
        at=at,
        dedupe_key=f"account-notice:{secrets.token_hex(12)}",
        kind=ACCOUNT_NOTICE,
        priority=Priority.SIGN_IN,
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        about=f"person:{person.pk}",
        recipient=person,
        expires_at=at + NOTICE_IS_NEWS_FOR,
    )


def send_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Invite the holder of a post to the portal. Rule PE-4."""
    post = invitation.appointment
    words = render_mail(
        "schools/email/invited",
        {
            "post": post,
            "person": post.person,
            "invitation": invitation,
            "link": placeholder(INVITATION, invitation.pk, invitation.version),
        },
    )
    put_in_outbox(
        at=at,
        dedupe_key=f"invitation:{invitation.pk}:{invitation.version}",
        kind=INVITED,
        to=invitation.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        about=f"invitation:{invitation.pk}",
        recipient=post.person,
        expires_at=invitation.expires_at,
    )


def send_handed_over(*, ended: Appointment, successor: Person, by: Person, at: datetime) -> None:
    """Tell whoever held a post that somebody else holds it now. Rule SC-5."""
    if not ended.person.email or ended.person == by:
        return
    words = render_mail(
        "schools/email/handed_over", {"ended": ended, "successor": successor, "by": by}
    )
    put_in_outbox(
        at=at,
        dedupe_key=f"appointment:{ended.pk}:handed_over",
        kind=HANDED_OVER,
        to=ended.person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        about=f"appointment:{ended.pk}",
        recipient=ended.person,
    )


def group_message(*, group: Group, subject: str, words: str, by: Person) -> Rendered:
    """What the hub writes to a group: the same words for everybody. Rule XX-6."""
    context = {"subject": subject, "words": words, "by": by, "whom": WHO_THEY_ARE[group]}
    return render_mail("schools/email/group_message", context)
