"""What the tests themselves stand on: a test that commits leaves nothing behind."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from hub_portal.shared.append_only import missing_triggers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_finds_only_what_migrations_made(turn):
    assert list(get_user_model().objects.values_list("full_name", flat=True)) == ["The portal"]
    assert Session.objects.count() == 0
    assert missing_triggers() == []

    Session.objects.create(session_key=f"turn {turn}", session_data="", expire_date=timezone.now())
