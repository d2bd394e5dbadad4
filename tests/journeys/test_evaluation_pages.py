"""Saying what a course was worth, and reading it, in a real browser."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.emails.afterwards_mails import EVALUATION
from cpd.models import Evaluation, EvaluationForm
from cpd.services.evaluations import ask_for_evaluations
from cpd.services.registers import take_register
from hub_portal.shared.links import sign
from tests.looking import look, look_at_each
from tests.makers.cpd import give_credits, make_booking, make_programme
from tests.makers.evaluations import answer, complete, make_evaluation_form
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Afterwards:
    """A course that ended yesterday, six people asked, five of them answered."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.cast, self.organiser = make_cast(), make_organiser()
        yesterday = self.at - timedelta(days=1)
        give_credits(school=self.cast.our_school, credits=500, at=yesterday)
        self.form = make_evaluation_form()
        self.cohort = make_running_cohort(
            organiser=self.organiser,
            programme=make_programme(title="Coaching conversations that change practice"),
            starts_at=yesterday,
            places_per_school=20,
            capacity=20,
        )
        places = [
            make_booking(
                cohort=self.cohort,
                school=self.cast.our_school,
                by=self.cast.rep,
                at=yesterday - timedelta(days=20),
            )
            for _ in range(6)
        ]
        take_register(
            session_id=self.cohort.sessions.get().pk,
            marks=dict.fromkeys((place.pk for place in places), "attended"),
            by=self.organiser,
            at=yesterday,
        )
        complete(self.cohort)
        ask_for_evaluations(at=self.at)
        self.asked = list(Evaluation.objects.order_by("pk"))
        said = (
            "What we practised in pairs, and that we came back to it each time.",
            "",
            "A friendly room",
        )
        for number, evaluation in enumerate(self.asked[:5]):
            answer(
                evaluation,
                rating=(5, 4, 5, 2, 4)[number],
                words=said[number] if number < 3 else "",
                may_quote=number == 0,
                at=self.at,
            )

    @property
    def link(self):
        last = self.asked[-1]
        return f"/evaluation/{sign(EVALUATION, last.pk, last.link_version)}/"


@pytest.fixture
def afterwards(transactional_db):
    return Afterwards()


def test_pages_of_an_evaluation_are_sound(afterwards, visit):
    page = visit(None, afterwards.link)
    look(page, "evaluation")
    page.get_by_role("button", name="Send it off").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "evaluation-mistake")
    page.goto("/evaluation/thanks/")
    look(page, "evaluation-thanks")
    other = visit(None, "/evaluation/")
    look(other, "evaluation-void")
    organiser = visit(afterwards.organiser, f"/organise/{afterwards.cohort.pk}/evaluation/")
    look(organiser, "evaluation-results")


def test_the_hub_s_room_of_evaluations_is_sound(afterwards, visit):
    form, cohort = EvaluationForm.objects.get().pk, afterwards.cohort.pk
    unused = make_evaluation_form(name="Not asked yet", in_use=False).pk
    page = visit(afterwards.cast.hub_manager, "/admin/")
    look_at_each(
        page,
        [
            "/admin/cpd/evaluationform/",
            "/admin/cpd/evaluationform/add/",
            f"/admin/cpd/evaluationform/{form}/change/",
            f"/admin/cpd/evaluationform/{unused}/change/",
            f"/admin/cpd/evaluationform/{unused}/use/",
            f"/admin/cpd/evaluationform/{form}/copy/",
            "/admin/cpd/evaluatedcohort/",
            f"/admin/cpd/evaluatedcohort/{cohort}/change/",
        ],
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_answers_on_a_phone(afterwards, visit, javascript):
    page = visit(None, afterwards.link, at="phone", javascript=javascript)

    page.get_by_text("Mostly", exact=True).click()
    page.get_by_label("What was best?").fill("The practice")
    page.get_by_label("The hub may quote").check()
    page.get_by_role("button", name="Send it off").click()

    page.get_by_role("heading", name="Thank you").wait_for()
    last = Evaluation.objects.get(pk=afterwards.asked[-1].pk)
    assert last.may_quote
    assert last.answers.count() == 2
