"""Who changed reference data, and when: shown, never turned back past the services."""

from typing import Any

from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin


class HistoryAdmin(SimpleHistoryAdmin):
    """An admin whose rows have a history page. An old version is read, not brought back."""

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
