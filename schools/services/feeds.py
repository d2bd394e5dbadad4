"""Private calendar addresses: made, made anew, ended, and whose dates one opens. Rule EV-4.

An address carries a right (security, part 3), so it can be told from no other, is mailed to
nobody, and ends when it is made anew, with the post it belongs to, and with a change of the
person's addresses (Rule PE-2).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from hub_portal.shared.links import register_purpose, row_behind, sign
from hub_portal.trail.services.acts import record_act
from schools.choices import ROLES_OF_THE_SCHOOL
from schools.errors import DoesNotActFor
from schools.models import Appointment, CalendarFeed, Person, School

FEED = register_purpose("feed")


def own_feed(person: Person) -> CalendarFeed | None:
    """The address of a person's own dates, if they have made one."""
    return _open_feeds().filter(person=person, appointment__isnull=True).first()


def school_feed(person: Person, school: School) -> CalendarFeed | None:
    """The address of a school's dates that belongs to this person's post there, if any."""
    return _open_feeds().filter(person=person, appointment__school=school).first()


def token_of(feed: CalendarFeed) -> str:
    """What stands in the address; the same until the address is made anew."""
    return sign(FEED, feed.pk, feed.version)


def feed_behind(token: str) -> CalendarFeed | None:
    """The feed an address opens, or None for one that is wrong, old or ended."""
    return row_behind(token, purpose=FEED, rows=_open_feeds(), version_field="version")


@transaction.atomic
def make_own_feed(*, by: Person, at: datetime) -> CalendarFeed:
    """Make an address of one's own dates, or a new one that kills the old."""
    return _make(by, None, at=at)


@transaction.atomic
def make_school_feed(*, school: School, by: Person, at: datetime) -> CalendarFeed:
    """Make an address of a school's dates for one's own post there, or a new one.

    Raises: DoesNotActFor.
    """
    post = by.appointments.live().of_the_school().filter(school=school).order_by("pk").first()
    if post is None:
        raise DoesNotActFor(school=school.name)
    kept = school_feed(by, school)
    return _make(by, kept.appointment if kept else post, at=at)


@transaction.atomic
def end_feed(*, feed: CalendarFeed, by: Person, at: datetime) -> None:
    """Have no address any more. Done twice, it changes nothing."""
    deleted, _ = CalendarFeed.objects.filter(pk=feed.pk, person=by).delete()
    if deleted:
        _record("calendar_feed.ended", feed, by=by, at=at)


def end_feeds_of(person: Person) -> None:
    """End every address of a person, as their sessions end. Rule PE-2."""
    CalendarFeed.objects.filter(person=person).delete()


def _make(person: Person, post: Appointment | None, *, at: datetime) -> CalendarFeed:
    feed, is_new = CalendarFeed.objects.get_or_create(
        person=person, appointment=post, defaults={"made_at": at}
    )
    if not is_new:
        feed = CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
        feed.version, feed.made_at = feed.version + 1, at
        feed.save(update_fields=["version", "made_at"])
    _record("calendar_feed.made", feed, by=person, at=at)
    return feed


def _record(verb: str, feed: CalendarFeed, *, by: Person, at: datetime) -> None:
    post = feed.appointment
    record_act(
        verb=verb,
        subject=f"calendar_feed:{feed.pk}",
        school=f"school:{post.school_id}" if post else "",
        by=by,
        at=at,
        after={"version": feed.version},
    )


def _open_feeds() -> QuerySet[CalendarFeed]:
    """Those that still open: the person may sign in, and the post acts for its school still."""
    return CalendarFeed.objects.filter(
        Q(appointment__isnull=True)
        | Q(appointment__to_on__isnull=True, appointment__role__in=ROLES_OF_THE_SCHOOL),
        person__is_active=True,
    ).select_related("person", "appointment__school")
