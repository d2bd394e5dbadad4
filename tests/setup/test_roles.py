"""The role the portal serves as cannot rewrite the books, and production refuses any other."""

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from hub_portal import health, startup
from hub_portal.management.roles import give_application_rights
from hub_portal.shared.append_only import append_only_tables
from schools.models import HubProfile

ROLE = "portal_app_of_the_tests"
on_postgresql = pytest.mark.fault  # the leg that has a PostgreSQL


@pytest.fixture
def application_role(transactional_db):
    """A second connection, as the role that serves."""
    give_application_rights(role=ROLE)
    parameters = connection.get_connection_params() | {"user": ROLE}
    wanted = {name: parameters[name] for name in ("dbname", "user", "host", "port")}
    served = psycopg2.connect(**wanted)
    served.autocommit = True
    yield served
    served.close()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{ROLE}"')
        cursor.execute(f'DROP ROLE "{ROLE}"')


def refused(served, statement):
    with served.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)
    return True


@on_postgresql
def test_the_application_role_may_not_change_what_is_append_only(application_role):
    tables = append_only_tables()

    assert len(tables) >= 4
    for table in tables:
        assert refused(application_role, f"DELETE FROM {table}")
        assert refused(application_role, f"TRUNCATE {table}")
        assert refused(application_role, f"UPDATE {table} SET id = id")
        with application_role.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")


@on_postgresql
def test_the_application_role_may_not_change_the_tables_or_their_triggers(application_role):
    assert refused(application_role, "CREATE TABLE mine (id int)")
    assert refused(application_role, "ALTER TABLE trail_act DISABLE TRIGGER ALL")
    assert refused(application_role, "DROP TABLE schools_school CASCADE")
    assert refused(application_role, "TRUNCATE schools_school CASCADE")
    assert refused(application_role, "DELETE FROM django_migrations")
    assert refused(application_role, "SET ROLE portal")


@on_postgresql
def test_the_application_role_may_do_what_the_portal_does(application_role):
    with application_role.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clock_heartbeat (name, at) VALUES ('a', now());"
            "UPDATE clock_heartbeat SET at = now(); DELETE FROM clock_heartbeat;"
            "SELECT count(*) FROM django_migrations"
        )


@on_postgresql
@pytest.mark.django_db
def test_the_owner_and_a_superuser_are_not_served_with():
    found = health.look_at_database_role(None)

    assert found.is_fine is False
    assert "superuser" in found.says


@on_postgresql
def test_the_application_role_is_served_with(application_role, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{ROLE}"')
    try:
        found = health.look_at_database_role(None)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")

    assert (found.is_fine, found.says) == (True, "may not change what is append-only")


@pytest.mark.django_db
def test_make_roles_on_sqlite_is_refused_in_a_sentence():
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="Roles are PostgreSQL's"):
            call_command("make_roles")
    else:
        call_command("make_roles", "--role", ROLE)


@pytest.mark.django_db
def test_production_refuses_to_serve_with_the_demo_hub(settings, monkeypatch):
    settings.PRODUCTION = True
    fine = health.Finding(is_fine=True, says="")
    monkeypatch.setitem(startup.readiness._refusals, "database role", lambda at: fine)
    startup.refuse_to_serve_unsafely()
    HubProfile.objects.update_or_create(pk=1, defaults={"is_demo": True})

    with pytest.raises(ImproperlyConfigured, match="demo data: this database holds the demo hub"):
        startup.refuse_to_serve_unsafely()


@pytest.mark.django_db
def test_the_embedded_portal_serves_the_demo_hub(settings):
    HubProfile.objects.update_or_create(pk=1, defaults={"is_demo": True})

    startup.refuse_to_serve_unsafely()

    assert settings.PRODUCTION is False


@pytest.mark.django_db
def test_worker_and_beat_end_where_the_web_process_would(settings, monkeypatch):
    from hub_portal.celery import refuse_to_work_unsafely

    settings.PRODUCTION = True
    bad = health.Finding(is_fine=False, says="this database holds the demo hub")
    monkeypatch.setattr(startup.readiness, "_refusals", {"demo data": lambda at: bad})

    with pytest.raises(SystemExit, match="refuses to serve"):
        refuse_to_work_unsafely()
