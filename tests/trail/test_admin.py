"""The trail is read by the hub manager and by nobody else, and never changed. Rule XX-1."""

import pytest
from django.urls import reverse

from hub_portal.shared.append_only import AppendOnlyError
from hub_portal.trail.models import Act
from hub_portal.trail.services.acts import record_act, record_sign_in
from tests.makers.schools import NOON, make_cast, make_finance_officer

pytestmark = pytest.mark.django_db

LISTS = ("admin:trail_act_changelist", "admin:trail_signin_changelist")


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def act(cast):
    return record_act(
        verb="credits.adjusted", subject="school:1", by=cast.hub_manager, at=NOON, reason="Audit"
    )


def test_the_hub_manager_reads_who_did_what_when_and_why(client, cast, act):
    client.force_login(cast.hub_manager)

    page = client.get(reverse(LISTS[0])).content.decode()

    for words in ("credits.adjusted", "school:1", "Mina Hub", "Audit", "20 November 2026"):
        assert words in page


def test_an_act_is_found_by_its_subject(client, cast, act):
    record_act(verb="booking.made", subject="booking:7", by=cast.rep, at=NOON)
    client.force_login(cast.hub_manager)

    page = client.get(reverse(LISTS[0]), {"q": "booking:7"}).content.decode()

    assert "booking.made" in page
    assert "1 result" in page


def test_sign_ins_are_read_too(client, cast):
    record_sign_in(person=cast.rep, way="code", at=NOON)
    client.force_login(cast.hub_manager)

    assert "Rita Rep" in client.get(reverse(LISTS[1])).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_a_finance_officer_does_not_read_the_trail(client, name):
    client.force_login(make_finance_officer())

    assert client.get(reverse(name)).status_code == 403


def test_an_act_can_be_taken_away_but_not_changed(client, cast, act):
    client.force_login(cast.hub_manager)

    assert client.get(reverse("admin:trail_act_export")).status_code == 200
    assert client.get(reverse("admin:trail_act_add")).status_code == 403
    client.post(reverse("admin:trail_act_change", args=[act.pk]), {"reason": "Other"})
    assert Act.objects.get(pk=act.pk).reason == "Audit"
    with pytest.raises(AppendOnlyError):
        act.save()
    with pytest.raises(AppendOnlyError):
        act.delete()
