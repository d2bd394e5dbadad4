"""Joining details of a course, saved through the service as its organiser would."""

from cpd.services.joining import newest_of, save_details
from tests.makers.schools import NOON

WORDS = "<p>Sign in at main reception.</p>"
OTHER_WORDS = "<p>Use the gate in <strong>Lampton Avenue</strong>.</p>"


def save(cohort, by, words=WORDS, *, at=NOON, tells=True, **facts):
    newest = newest_of(cohort)
    facts = {"based_on": newest.number if newest else 0, **facts}
    return save_details(cohort=cohort, words=words, tells=tells, by=by, at=at, **facts)
