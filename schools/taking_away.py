"""Lists the hub takes away as files, the same way in every room of the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator

from schools.access import fresh_sign_in, signed_in
from schools.models import Person


class TakesListsAway:
    """Beside an admin of ours: `take_away_csv` and `take_away_xlsx` among its own pages.

    Only for who may act here, and after a fresh sign-in. Rules XX-1 and XX-2. What goes into
    the file, and that it was taken, is the room's own `take_away`.
    """

    may_act: Any

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """The file in this form ("csv" or "xlsx"), of one row where the page is one row's.

        Keeps a record that this person took it.
        """
        raise NotImplementedError

    @method_decorator(fresh_sign_in)
    def take_away_csv(self, request: HttpRequest, pk: int = 0) -> HttpResponseBase:
        """The list for a spreadsheet of any kind."""
        return self._taken(request, "csv", pk)

    @method_decorator(fresh_sign_in)
    def take_away_xlsx(self, request: HttpRequest, pk: int = 0) -> HttpResponseBase:
        """The list for Excel."""
        return self._taken(request, "xlsx", pk)

    def _taken(self, request: HttpRequest, form: str, pk: int) -> HttpResponseBase:
        by = signed_in(request)
        if by is None or not self.may_act(request):
            raise PermissionDenied
        return self.take_away(request, form, by, pk)
