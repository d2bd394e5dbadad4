"""Who hears about a place for its school."""

from cpd.models import Booking
from schools.models import Person
from schools.services.posts import voice_of


def whom_to_tell(booking: Booking) -> Person:
    """Who speaks for the school that booked; whoever booked, when nobody does.

    A place taken with a ticket is its holder's alone, who booked it.
    """
    speaks = voice_of(school=booking.school) if booking.school else None
    return speaks or booking.booked_by
