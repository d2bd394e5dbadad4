"""How the portal is: what readiness, status and the start in production look at.

What only one app knows, that app registers itself; here is what belongs to the whole house.
"""

import shutil
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hub_portal.clock.services.heartbeats import last_beat
from hub_portal.mail.services import bounce_mailbox
from hub_portal.mail.services.figures import DEAD_AFTER, LATE_AFTER, mail_figures
from hub_portal.shared.append_only import missing_triggers
from hub_portal.shared.readiness import (
    Finding,
    register_readiness,
    register_refusal,
    register_status,
)
from hub_portal.shared.wording import counted
from schools.models import HubProfile

BACKUP = "backup"
"""The heartbeat of whoever makes backups."""

LONGEST_WITHOUT_A_BACKUP = timedelta(hours=26)
LONGEST_WITHOUT_A_TICK = timedelta(minutes=5)
LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=5)
LEAST_FREE_DISK = 500 * 1024 * 1024
SECONDS_FOR_THE_BROKER = 2


def register() -> None:
    """Say what is to be looked at, in the order it is shown."""
    register_readiness("database", look_at_database)
    register_readiness("migrations", look_at_migrations)
    register_readiness("cache", look_at_cache)
    register_readiness("triggers", look_at_triggers)
    register_status("broker", look_at_broker)
    register_status("tick", look_at_tick)
    register_status("mail queue", look_at_mail_queue)
    register_status("mail gate", look_at_mail_gate)
    register_status("bounces", look_at_bounces)
    register_status("backup", look_at_backup)
    register_status("disk", look_at_disk)
    register_status("clock", look_at_clock)
    register_refusal("database role", look_at_database_role)
    register_refusal("demo data", look_at_demo_data)


def look_at_database(_at: datetime) -> Finding:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(is_fine=True, says=f"{connection.vendor} answers")


def look_at_migrations(_at: datetime) -> Finding:
    """The tables are those of this code. Once they are, this process need not ask again."""
    if not _Seen.migrations_applied:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            says = "not all migrations are applied: run ./run manage migrate"
            return Finding(is_fine=False, says=says, facts={"missing": len(missing)})
        _Seen.migrations_applied = True
    return Finding(is_fine=True, says="all migrations are applied")


class _Seen:
    """What stays true for as long as this process runs."""

    migrations_applied = False


def look_at_cache(_at: datetime) -> Finding:
    """The cache's table is there: rate limits live in it."""
    cache.get("readiness")
    return Finding(is_fine=True, says="the cache answers")


def look_at_triggers(_at: datetime) -> Finding:
    """The database itself refuses to change what is append-only."""
    missing = missing_triggers()
    if missing:
        says = f"the books are not guarded: {', '.join(missing[:3])} missing"
        return Finding(is_fine=False, says=says, facts={"missing": len(missing)})
    return Finding(is_fine=True, says="the append-only tables are guarded")


def look_at_broker(_at: datetime) -> Finding:
    """The doorbell works; without it, mail and long work wait for the tick."""
    options = {"max_retries": 0, "socket_connect_timeout": SECONDS_FOR_THE_BROKER}
    with current_app.connection_for_read(transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS_FOR_THE_BROKER)
        return Finding(is_fine=True, says=f"{broker.transport.driver_type} answers")


def look_at_tick(at: datetime) -> Finding:
    """The tick comes each minute."""
    last = last_beat("clock.tick")
    if last is None:
        return Finding(is_fine=False, says="the clock has never ticked: is beat running?")
    age = at - last
    is_fine = age <= LONGEST_WITHOUT_A_TICK
    says = f"ticked {_seconds(age)} s ago"
    return Finding(is_fine=is_fine, says=says, facts={"seconds": _seconds(age)})


def look_at_mail_queue(at: datetime) -> Finding:
    """Mail whose time has come leaves soon, and somebody is there to send it."""
    mail = mail_figures(at)
    late = mail.oldest_due_at is not None and at - mail.oldest_due_at >= LATE_AFTER
    unseen = mail.sender_seen_at is None or at - mail.sender_seen_at >= DEAD_AFTER
    says = f"{mail.waiting} waiting, {mail.failed} failed"
    if late:
        says += ", the oldest is late"
    if unseen:
        says += "; the sender has not been seen: is a worker running?"
    facts = {"waiting": mail.waiting, "failed": mail.failed, "in_doubt": mail.in_doubt}
    return Finding(is_fine=not late and not unseen, says=says, facts=facts)


def look_at_mail_gate(at: datetime) -> Finding:
    """The gate all mail leaves by stands open."""
    mail = mail_figures(at)
    return Finding(is_fine=mail.gate_is_open, says=mail.gate)


def look_at_bounces(at: datetime) -> Finding:
    """The mailbox that bounces come back to is read, if there is one."""
    is_fine, says = bounce_mailbox.mailbox_in_words(at=at)
    return Finding(is_fine, says, facts={"set_up": int(bounce_mailbox.is_set_up())})


def look_at_backup(at: datetime) -> Finding:
    """A backup was made in the last night; a portal on one's own desk may do without."""
    last = last_beat(BACKUP)
    if last is None:
        return Finding(is_fine=not settings.PRODUCTION, says="none made", facts={"seconds": None})
    age = at - last
    hours = int(age / timedelta(hours=1))
    return Finding(
        is_fine=age <= LONGEST_WITHOUT_A_BACKUP or not settings.PRODUCTION,
        says=f"made {counted(hours, 'hour') if hours else 'less than an hour'} ago",
        facts={"seconds": _seconds(age)},
    )


def look_at_disk(_at: datetime) -> Finding:
    """There is room where the portal writes."""
    free = shutil.disk_usage(settings.PORTAL_VAR).free
    says = f"{free // (1024 * 1024)} MB free"
    return Finding(is_fine=free >= LEAST_FREE_DISK, says=says, facts={"free_bytes": free})


def look_at_clock(_at: datetime) -> Finding:
    """This machine and the database agree what time it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (there,) = cursor.fetchone()
    if isinstance(there, str):
        there = datetime.fromisoformat(f"{there}+00:00")
    apart = abs(timezone.now() - there)
    says = f"{_seconds(apart)} s apart from the database"
    return Finding(is_fine=apart <= LARGEST_CLOCK_DIFFERENCE, says=says)


def look_at_database_role(_at: datetime) -> Finding:
    """Web, worker and beat connect as a role that cannot change what is append-only."""
    if connection.vendor != "postgresql":
        return Finding(is_fine=False, says="production needs PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('is_superuser') = 'on', EXISTS ("
            " SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = current_schema() AND pg_has_role(relowner, 'MEMBER'))"
        )
        is_superuser, is_owner = cursor.fetchone()
    if is_superuser or is_owner:
        who = "a superuser" if is_superuser else "the owner of its tables"
        says = f"DATABASE_URL connects as {who}; serve as the role that make_roles made"
        return Finding(is_fine=False, says=says)
    return Finding(is_fine=True, says="may not change what is append-only")


def look_at_demo_data(_at: datetime) -> Finding:
    """Invented people never meet real ones."""
    if HubProfile.objects.filter(is_demo=True).exists():
        return Finding(is_fine=False, says="this database holds the demo hub")
    return Finding(is_fine=True, says="no demo data")


def _seconds(age: timedelta) -> int:
    return round(age.total_seconds())
