"""What the clock starts for courses."""

from celery import shared_task

from cpd.services import digests, needs_run, reminders
from cpd.services.absences import tell_of_absences
from cpd.services.approving import lapse_unapproved
from cpd.services.certificates import issue_certificates
from cpd.services.evaluations import ask_for_evaluations, forget_who_answered
from cpd.services.reasons import forget_old_reasons
from cpd.services.running_lists import cohorts_with_a_line, run_waiting_list
from cpd.services.settling import cohorts_to_settle, settle_cohort
from cpd.services.ticket_clock import expire_tickets, remind_of_tickets
from cpd.services.unused import charge_unused_places
from hub_portal.shared.london import now
from schools.models import Person


@shared_task(name="cpd.settle_finished")
def settle_finished() -> None:
    """Complete every cohort whose last session is over, and charge free places nobody took up.

    Rules CR-7 and BK-14.
    """
    at = now()
    portal = Person.objects.portal()
    for cohort_id in cohorts_to_settle(at=at):
        lapse_unapproved(cohort_id=cohort_id, at=at)
        settle_cohort(cohort_id=cohort_id, by=portal, at=at)
    charge_unused_places(by=portal, at=at)


@shared_task(name="cpd.run_waiting_lists")
def run_waiting_lists() -> None:
    """Lapse overdue offers, move the lists on, end those of courses begun. Rule BK-8."""
    at = now()
    portal = Person.objects.portal()
    for cohort_id in cohorts_with_a_line():
        run_waiting_list(cohort_id=cohort_id, by=portal, at=at)


@shared_task(name="cpd.tell_of_absences")
def tell_schools_of_absences() -> None:
    """On a school day, tell schools who did not come the days before. Rule BK-10."""
    tell_of_absences(at=now())


@shared_task(name="cpd.ask_for_evaluations")
def ask_people_for_evaluations() -> None:
    """Ask those who attended what it was worth. Rule BK-12."""
    ask_for_evaluations(at=now())


@shared_task(name="cpd.issue_certificates")
def issue_certificates_that_were_earned() -> None:
    """Certificates for whoever attended a completed course. Rule BK-12."""
    issue_certificates(at=now())


@shared_task(name="cpd.forget_who_answered")
def forget_people_who_answered() -> None:
    """Take people off evaluations whose link has died. Rule BK-12."""
    forget_who_answered(at=now())


@shared_task(name="cpd.forget_old_reasons")
def forget_reasons() -> None:
    """Delete reasons for cancelling whose time is over. Rule BK-6."""
    forget_old_reasons(at=now())


@shared_task(name="cpd.expire_tickets")
def expire() -> None:
    """Write down which tickets have had their last day. Rule FT-4."""
    expire_tickets(by=Person.objects.portal(), at=now())


@shared_task(name="cpd.remind_of_tickets")
def remind() -> None:
    """Remind holders whose tickets end in 90 or in 30 days. Rule FT-4."""
    remind_of_tickets(at=now())


@shared_task(name="cpd.send_reminders")
def send_reminders() -> None:
    """Remind delegates, ask for missing names and for needs. Rules BK-2, BK-11 and BK-13."""
    at = now()
    reminders.send_reminders(at=at)
    reminders.ask_for_names(at=at)
    needs_run.ask_for_needs(at=at)


@shared_task(name="cpd.send_digests")
def send_digests() -> None:
    """Write to every rep what the week brings. Rule BK-11."""
    digests.send_digests(at=now())


@shared_task(name="cpd.forget_old_needs")
def forget_old_needs() -> None:
    """Delete needs whose time is over. Rule BK-13."""
    needs_run.forget_old_needs(at=now())
