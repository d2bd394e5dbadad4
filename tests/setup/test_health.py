"""Health, readiness and status say how things are, and give nothing away."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from hub_portal import health
from hub_portal.clock.services.heartbeats import beat
from hub_portal.mail.services.sender import HEARTBEAT
from hub_portal.shared import readiness
from hub_portal.shared.append_only import triggers_lifted
from hub_portal.shared.readiness import Finding

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def _production_with_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["portal.example"]


@pytest.mark.usefixtures("_production_with_https")
def test_healthz_answers_any_host_without_a_redirect_and_without_the_database(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("_production_with_https")
def test_readyz_is_ready_when_database_migrations_cache_and_triggers_are(client):
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db(transaction=True)
def test_readyz_is_unready_when_a_trigger_is_missing_and_says_no_more(client):
    with triggers_lifted():
        answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"unready\n")


def test_readyz_is_unready_when_the_database_does_not_answer(client, monkeypatch):
    def down(*_):
        raise ConnectionError("no route to db.internal")

    monkeypatch.setattr(readiness, "_readiness", {"database": down})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"unready\n")


@pytest.mark.django_db
def test_a_missing_migration_is_found(monkeypatch):
    monkeypatch.setattr(health._Seen, "migrations_applied", False)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'mfa'"
            " AND name = (SELECT max(name) FROM django_migrations WHERE app = 'mfa')"
        )

    found = health.look_at_migrations(NOW)

    assert found.is_fine is False
    assert "migrate" in found.says


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "is_fine"), [(0, True), (5, True), (6, False), (None, False)])
def test_the_tick_is_fine_for_five_minutes(minutes, is_fine):
    if minutes is not None:
        beat(name="clock.tick", at=NOW - timedelta(minutes=minutes))

    assert health.look_at_tick(NOW).is_fine is is_fine


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "says", "on_a_desk", "in_production"),
    [
        (None, "none made", True, False),
        (0, "made less than an hour ago", True, True),
        (1, "made 1 hour ago", True, True),
        (26, "made 26 hours ago", True, True),
        (26.1, "made 26 hours ago", True, False),
    ],
)
def test_a_backup_is_fine_for_26_hours_and_only_production_cannot_do_without(
    settings, hours, says, on_a_desk, in_production
):
    if hours is not None:
        beat(name=health.BACKUP, at=NOW - timedelta(hours=hours))

    found = []
    for settings.PRODUCTION in (False, True):
        found.append(health.look_at_backup(NOW))

    assert [each.says for each in found] == [says, says]
    assert [each.is_fine for each in found] == [on_a_desk, in_production]


@pytest.mark.django_db
def test_the_broker_of_this_leg_answers():
    assert health.look_at_broker(NOW).is_fine


def test_a_broker_that_is_down_is_found_within_seconds(monkeypatch):
    from celery import current_app

    monkeypatch.setattr(
        current_app,
        "connection_for_read",
        lambda **options: current_app.connection(
            "redis://127.0.0.1:1/0", transport_options=options.get("transport_options")
        ),
    )
    began = datetime.now(UTC)

    found = readiness._found(health.look_at_broker, NOW)

    assert found.is_fine is False
    assert datetime.now(UTC) - began < timedelta(seconds=10)


@pytest.mark.django_db
def test_status_exits_with_1_and_names_the_part_when_one_is_not_fine(monkeypatch, capsys):
    parts = {
        "disk": lambda at: Finding(is_fine=True, says="roomy", facts={"free_bytes": 7}),
        "tick": lambda at: Finding(is_fine=False, says="never ticked"),
    }
    monkeypatch.setattr(readiness, "_readiness", {})
    monkeypatch.setattr(readiness, "_status", parts)

    with pytest.raises(SystemExit) as plain:
        call_command("status")
    said = capsys.readouterr().out
    with pytest.raises(SystemExit) as for_programs:
        call_command("status", "--json")
    told = json.loads(capsys.readouterr().out)

    assert (plain.value.code, for_programs.value.code) == (1, 1)
    assert said.splitlines() == ["ok  disk         roomy", "SEE tick         never ticked"]
    assert told == {
        "disk": {"is_fine": True, "says": "roomy", "free_bytes": 7},
        "tick": {"is_fine": False, "says": "never ticked"},
    }


@pytest.mark.django_db
def test_status_ends_well_when_every_part_is_fine(capsys):
    for part in ("clock.tick", HEARTBEAT):
        beat(name=part, at=datetime.now(UTC))

    call_command("status")

    assert "SEE" not in capsys.readouterr().out


@pytest.mark.django_db
def test_a_sender_that_was_not_seen_for_five_minutes_is_found():
    beat(name=HEARTBEAT, at=NOW - timedelta(minutes=5))

    found = health.look_at_mail_queue(NOW)

    assert found.is_fine is False
    assert "0 waiting, 0 failed; the sender has not been seen" in found.says
