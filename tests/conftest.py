"""What every test stands on: a clean database after those that commit, and a browser.

    def test_something(live_server, open_page):
        page = open_page(at="phone", javascript=False)
        page.goto(f"{live_server.url}/courses/")

A page that logs an error, breaks the content policy or meets a 5xx fails its test.
"""

import contextlib
import itertools
from collections.abc import Container
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as examples

from hub_portal.shared.append_only import triggers_lifted

FILL_IN = (
    "schools.migrations.0004_what_every_hub_starts_from",
    "cpd.migrations.0004_policies_every_hub_starts_from",
)

examples.register_profile("portal", deadline=None)  # a busy machine is no fault of the code
examples.load_profile("portal")


ASK_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
ON_THE_SECOND_LEG = ("django_db", "browser", "fault")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What asks no database is the same on every engine: `./test` runs it on the first leg only."""
    for item in items:
        marks = any(map(item.get_closest_marker, ON_THE_SECOND_LEG))
        if not marks and not ASK_A_DATABASE & set(item.fixturenames):
            item.add_marker("no_database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of this run. After a test that commits it holds again what migrations fill in.

    Its tables come from the models; what agrees with the migrations is proved by `./run check`,
    and by the tests that start whole portals. The append-only triggers refuse a flush, so they
    are lifted for it and put up again.
    """
    with django_db_blocker.unblock():
        with override_settings(SIMPLE_HISTORY_ENABLED=False):
            for migration in FILL_IN:
                import_module(migration).fill_in(apps, None)
        ours = settings.MIGRATION_MODULES
        with override_settings(MIGRATION_MODULES={}):
            _note_migrations(ours)
            filled_in = connection.creation.serialize_db_to_string()  # of apps with migrations

    def empty_the_database(_case):
        with _nothing_guarded():
            _empty()
            _put_back(filled_in)
            _count_on_from_the_rows_there_are()
        cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_the_database)
        yield


def _note_migrations(of_apps: Container[str]) -> None:
    """As if they had made the tables: a backup of this database is one of a portal."""
    recorder = MigrationRecorder(connection)
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in of_apps:
            for one in (*migration.replaces, (app, name)):
                recorder.record_applied(*one)


@contextlib.contextmanager
def _nothing_guarded():
    """PostgreSQL fires no trigger of a session that repeats another's work; SQLite drops ours."""
    if connection.vendor == "sqlite":
        with triggers_lifted():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def _empty() -> None:
    """PostgreSQL empties the few tables that a test has filled: TRUNCATE makes all files anew."""
    if connection.vendor == "sqlite":
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asking = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asking))
        for [name] in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')


def _put_back(rows: str) -> None:
    """Table by table, all but the instant they were made at.

    Django's own way asks about each row before it inserts it: a second for each test.
    """
    found = [each.object for each in serializers.deserialize("json", rows)]
    with transaction.atomic(), connection.constraint_checks_disabled():
        for model, of_it in itertools.groupby(found, key=type):
            model._base_manager.bulk_create(of_it)


def _count_on_from_the_rows_there_are() -> None:
    """PostgreSQL's counters do not follow rows that are put back with their numbers."""
    if statements := connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
        with connection.cursor() as cursor:
            cursor.execute(" ".join(statements))


@pytest.fixture(scope="session")
def resting_browser():
    """The browser that the tests of this process use one after the other."""
    from tests.browser import RestingBrowser

    browser = RestingBrowser()
    yield browser
    browser.end()


@pytest.fixture
def open_page(resting_browser):
    """Opens pages as fresh visitors; at the end none of them may have complained."""
    from tests.browser import open_page

    problems: list[str] = []
    with resting_browser.awake() as chromium:
        yield partial(open_page, chromium, problems)
    assert problems == []


@pytest.fixture
def visit(live_server, open_page):
    """Opens pages as somebody sees them: `visit(person, "/my/", at="phone")`."""
    from tests.looking import visiting

    return visiting(live_server, open_page)


@pytest.fixture
def axe():
    """What axe finds on a page: `assert axe(page) == []`."""
    from tests.browser import axe_violations

    return axe_violations
