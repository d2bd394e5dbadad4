"""Django's sessions in the database, with the question of every request written beforehand."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from hub_portal.shared.prepared import prepared


class SessionStore(db.SessionStore):
    """A session as Django keeps it."""

    def _get_session_from_db(self) -> Session | None:
        found = _living(key=self.session_key, at=timezone.now()) if self.session_key else ()
        if not found:
            self._session_key = None
            return None
        [session] = found
        return session


@prepared(key=CharField(), at=DateTimeField())
def _living(key: Any, at: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
