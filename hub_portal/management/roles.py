"""The two PostgreSQL roles: one owns and migrates, the other serves and cannot rewrite the books.

`portal_owner` is whoever runs `migrate` and `make_roles`. `portal_app` may read and add to the
append-only tables and no more; it may not truncate, and it may not change any table's shape.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

from hub_portal.shared.append_only import append_only_tables


def give_application_rights(*, role: str, password: str = "") -> None:
    """Make the role if need be and give it its rights on every table there is now.

    Run again after each `migrate`: a new table begins without any right for it.
    """
    with connection.cursor() as cursor:
        _make_role(cursor, role, password)
        name = sql.Identifier(role)
        _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", role=name)
        _run(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}", role=name)
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {role}", role=name)
        _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}", role=name)
        append_only = set(append_only_tables())
        for table in connection.introspection.table_names(cursor):
            rights = _rights_on(table, append_only)
            statement = f"GRANT {rights} ON {{table}} TO {{role}}"
            _run(cursor, statement, role=name, table=sql.Identifier(table))


def _make_role(cursor: CursorWrapper, role: str, password: str) -> None:
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    name = sql.Identifier(role)
    if cursor.fetchone() is None:
        _run(cursor, "CREATE ROLE {role} LOGIN", role=name)
    if password:
        _run(
            cursor,
            "ALTER ROLE {role} PASSWORD {password}",
            role=name,
            password=sql.Literal(password),
        )


def _rights_on(table: str, append_only: set[str]) -> str:
    if table == "django_migrations":
        return "SELECT"
    if table in append_only:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def _run(cursor: CursorWrapper, statement: str, **parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(**parts))
