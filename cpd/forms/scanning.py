"""Codes that are scanned or typed at the door: one by a form, several by the scanning page."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from cpd.models import Session
from cpd.services.check_in import Scan
from cpd.services.door_codes import LONGEST_CODE
from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import LineField

MOST_AT_ONCE = 50
"""Scans in one sending; a device that has more sends again."""

SECONDS = re.compile(r"-?[0-9]{1,8}")
LONGEST_WAIT = timedelta(days=30)


class ScanForm(forms.Form):
    """One code, typed or put in by a scanner that types and presses Enter."""

    use_required_attribute = False

    code = LineField(
        label="Code or reference",
        max_length=LONGEST_CODE,
        help_text="A scanner types it here by itself. The reference is on the badge: B-000345.",
        error_messages={"required": "Scan a code, or type the reference of a place"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class CodeForm(forms.Form):
    """For which of today's sessions somebody is in."""

    session = forms.ModelChoiceField(queryset=Session.objects.none())

    def __init__(self, *args: Any, sessions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]


def scans_in(sent: QueryDict, *, at: datetime) -> list[Scan]:
    """What a device sends: each `code` with its `ago`, the seconds since it was scanned.

    Seconds, because the clock of a phone may be wrong; what is said to be later than now is
    refused by the service. Raises: BadInput.
    """
    codes, agos = sent.getlist("code"), sent.getlist("ago")
    if len(codes) != len(agos) or len(codes) > MOST_AT_ONCE:
        raise BadInput(f"Send at most {MOST_AT_ONCE} codes, each with how long ago it was.")
    return [
        Scan(code=code, scanned_at=at - _seconds(ago))
        for code, ago in zip(codes, agos, strict=True)
    ]


def _seconds(ago: str) -> timedelta:
    if not SECONDS.fullmatch(ago):
        raise BadInput("How long ago a code was scanned is a whole number of seconds.")
    return min(timedelta(seconds=int(ago)), LONGEST_WAIT)
