"""The order in which the demo hub comes to life."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from hub_portal.management.demo import (
    afterwards,
    bookings,
    courses,
    door,
    hub,
    invoices,
    money,
    newsletter,
    people,
    registers,
    running,
    schools,
    teachers,
    tickets,
)
from schools.models import HubProfile


def build_demo_hub(*, at: datetime, say: Callable[[str], object]) -> bool:
    """Build the demo hub into an empty portal; whether there was anything to do.

    One transaction: a demo that was interrupted leaves nothing behind.
    """
    if not is_empty():
        return False
    with transaction.atomic():
        say("the hub and its people")
        manager = people.first_hub_manager(at=at)
        hub.dress(by=manager, at=at)
        say("the member schools, with their rolls of January 2019")
        members = schools.add_members(by=manager, at=at)
        cast = people.give_everyone_a_post(members=members, by=manager, at=at)
        say("a programme of courses")
        cohorts = courses.plan_courses(cast=cast, by=manager, at=at)
        say("a newsletter every week")
        newsletter.send_two(cast=cast, by=manager, at=at)
        say("the year's funding and its allocation")
        money.fund_and_allocate(by=manager, at=at)
        say("Fabulinus Tickets")
        tickets.issue_and_redeem(cast=cast, cohorts=cohorts, by=manager, at=at)
        say("bookings")
        bookings.book_a_year(cast=cast, cohorts=cohorts, by=manager, at=at)
        invoices.pay_by_invoice(cast=cast, cohorts=cohorts, by=manager, at=at)
        say("registers of the sessions that are over")
        registers.take_registers(cast=cast, at=at)
        bookings.complete_what_is_over(at=at)
        say("evaluations and certificates")
        afterwards.write_forms(by=manager, at=at)
        afterwards.look_back(by=manager, at=at)
        say("a course that was agreed before the portal")
        running.bring_a_running_course(cast=cast, by=manager, at=at)
        teachers.speak_up(cast=cast, at=at)
        say("a conference that is on today, with its door open")
        door.open_the_door(cast=cast, by=manager, at=at)
        people.invite_most(by=manager, at=at)
        newsletter.begin_the_next(cast=cast, by=manager, at=at)
        teachers.morning_post(at=at)
    return True


def is_empty() -> bool:
    """Whether nobody has begun to use this portal."""
    return not HubProfile.objects.filter(is_demo=True).exists() and not people.anybody()
