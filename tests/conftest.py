"""What every test stands on: a clean database after those that commit, and a browser.

    def test_something(live_server, open_page):
        page = open_page(at="phone", javascript=False)
        page.goto(f"{live_server.url}/courses/")

A page that logs an error, breaks the content policy or meets a 5xx fails its test.
"""

import contextlib
from functools import partial

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

from hub_portal.shared.append_only import triggers_lifted

settings.register_profile("portal", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of this run. After a test that commits it holds again what migrations made.

    The append-only triggers refuse a flush, so they are lifted for it and put up again.
    """
    with django_db_blocker.unblock():
        made_by_migrations = connection.creation.serialize_db_to_string()

    def empty_the_database(_case):
        with triggers_lifted():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            connection.creation.deserialize_db_from_string(made_by_migrations)
            _count_on_from_the_rows_there_are()
        cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_the_database)
        yield


def _count_on_from_the_rows_there_are() -> None:
    """PostgreSQL's counters do not follow rows that are put back with their numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


@pytest.fixture
def open_page():
    """Opens pages as fresh visitors; at the end none of them may have complained."""
    from tests import browser

    problems: list[str] = []
    with contextlib.ExitStack() as stack:
        chromium = stack.enter_context(browser.opened_browser())
        yield partial(browser.open_page, chromium, problems)
    assert problems == []


@pytest.fixture
def axe():
    """What axe finds on a page: `assert axe(page) == []`."""
    from tests.browser import axe_violations

    return axe_violations
