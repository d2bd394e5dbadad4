"""The day itself: registers, walk-ins, and what comes afterwards."""

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cpd.choices import Mark
from cpd.models import Certificate, Evaluation, Session
from cpd.services.at_the_door import WalkInOrder, add_walk_in
from cpd.services.certificates import replace_certificate, withdraw_certificate
from cpd.services.evaluations import Answers, answer_evaluation
from cpd.services.registers import places_at, take_register
from tests.cpd.state_machine.world import HOLDERS, TEACHERS, address_of, some_row

_numbers = itertools.count(1)
some_marks = st.lists(st.sampled_from(list(Mark)), min_size=1, max_size=6)


class DoorRules:
    def session(self, number):
        """Mostly one that has begun, if there is one."""
        begun = Session.objects.filter(starts_at__lte=self.at).order_by("-starts_at")
        rows = begun if number < 9 and begun.exists() else Session.objects.order_by("pk")
        return self.pick(rows.select_related("cohort"), number)

    @rule(number=some_row, marks=some_marks, by_the_hub=st.booleans())
    def take_a_register(self, number, marks, by_the_hub):
        session = self.session(number)
        places = [booking.pk for booking in places_at(session)]
        self.attempt(
            take_register,
            session_id=session.pk,
            marks=dict(zip(places, marks, strict=False)),
            by=self.manager if by_the_hub else self.organiser,
        )

    @rule(number=some_row)
    def somebody_else_takes_it(self, number):
        session = self.session(number)
        marks = {booking.pk: Mark.ATTENDED for booking in places_at(session)}
        facts = {"session_id": session.pk, "marks": marks, "by": self.cast.rep}
        assert self.attempt(take_register, **facts) is None

    @rule(number=some_row, ours=st.booleans(), name=st.sampled_from((*TEACHERS, *HOLDERS[:2])))
    def walk_in(self, number, ours, name):
        order = WalkInOrder(
            key=f"door-{next(_numbers)}",
            session_id=self.session(number).pk,
            school_id=self.schools[0 if ours else 1].pk,
            full_name=name,
            email=address_of(name),
            reason="x",
        )
        self.send(add_walk_in, order=order, by=self.organiser)

    @rule(number=some_row, rating=st.integers(0, 5))
    def say_what_it_was_worth(self, number, rating):
        asked = self.pick(Evaluation.objects.order_by("pk"), number)
        if asked is not None:
            first = asked.form.questions.order_by("position").first()
            answers = Answers(ratings={first.pk: rating} if rating else {}, words={})
            self.attempt(answer_evaluation, evaluation_id=asked.pk, answers=answers)

    @rule(number=some_row, is_replaced=st.booleans())
    def end_a_certificate(self, number, is_replaced):
        certificate = self.pick(Certificate.objects.order_by("pk"), number)
        if certificate is not None:
            facts = {"certificate_id": certificate.pk, "reason": "x", "by": self.manager}
            if is_replaced:
                self.attempt(replace_certificate, printed_name="A. Nother", **facts)
            else:
                self.attempt(withdraw_certificate, **facts)
