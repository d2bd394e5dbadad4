"""What changes an issue's course: each act on a page of its own. Rule NL-1."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from hub_portal.shared.admin_acts import (
    AdminAct,
    ConfirmForm,
    OwnPage,
    OwnPagesAdmin,
    ReasonForm,
    act_page,
)
from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date, london_time, now
from hub_portal.shared.wording import counted, moment
from newsletter.forms.admin_issues import SlotForm
from newsletter.models import Issue
from newsletter.services.approving import approve_issue, change_slot, take_approval_back
from newsletter.services.drafting import draft_issue, suggested_slot
from newsletter.services.issue_page import state_in_words
from newsletter.services.recipients import about_how_many
from newsletter.services.reports import how_far
from newsletter.services.sending import (
    cancel_issue,
    pause_issue,
    resume_issue,
    send_now,
    send_test,
)
from newsletter.services.warnings import warnings_of
from schools.models import Person

Act = Callable[[dict[str, Any], Person], object]
A_MOMENT = "What a sender has in hand at this moment may still go."


class ActsOnIssues(OwnPagesAdmin):
    """Begin an issue, approve it, send it, stop it."""

    def acts(self) -> list[OwnPage]:
        return [
            ("begin/", self.begin, "begin"),
            ("<int:pk>/approve/", self.approve, "approve"),
            ("<int:pk>/take-back/", self.take_back, "take_back"),
            ("<int:pk>/time/", self.change_time, "time"),
            ("<int:pk>/send-now/", self.send_at_once, "send_now"),
            ("<int:pk>/test/", self.test, "test"),
            ("<int:pk>/pause/", self.pause, "pause"),
            ("<int:pk>/resume/", self.resume, "resume"),
            ("<int:pk>/cancel/", self.cancel, "cancel"),
        ]

    def begin(self, request: HttpRequest) -> HttpResponse:
        """Begin an issue by hand."""

        def act(given: dict[str, Any], by: Person) -> str:
            issue = draft_issue(slot_at=SlotForm.instant(given), by=by, at=now())
            return self.url_of("change", issue.pk)

        page = AdminAct(
            title="Begin an issue",
            explains="It begins with the blocks that fill themselves. Nothing goes before you "
            "have approved it.",
            button="Begin it",
            form=SlotForm,
            act=act,
            initial=_typed(suggested_slot(at=now())),
            done="The issue is begun.",
            back_url=self.url_of("changelist"),
            back_label="Issues",
        )
        return act_page(self, request, page)

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve an issue, with what may be a mistake in it said first."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title=f"Approve {str(issue).lower()}",
            explains="Its blocks are kept as they stand now, and it goes at its time. If that has "
            "come already, it goes at once.",
            button="Approve it",
            act=lambda given, by: approve_issue(issue=issue, by=by, at=now()),
            done="The issue is approved.",
            facts=[("Look at this", warning) for warning in warnings_of(issue, at=now())],
        )

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a draft of it again."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title="Take the approval back",
            explains="The issue is a draft again: its blocks refill, and it does not go until it "
            "is approved anew.",
            button="Take it back",
            act=lambda given, by: take_approval_back(issue=issue, by=by, at=now()),
            done="The issue is a draft again.",
        )

    def change_time(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it another time."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title="Change the time",
            explains="An approved issue stays approved. One that missed its time is a draft again.",
            button="Change the time",
            form=SlotForm,
            act=lambda given, by: change_slot(
                issue=issue, slot_at=SlotForm.instant(given), by=by, at=now()
            ),
            initial=_typed(issue.slot_at),
            done="The time is changed.",
        )

    def send_at_once(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do not wait for its time."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title=f"Send {str(issue).lower()} now",
            explains="It goes at once as it stands, approved by you if it is not approved yet. "
            "What has gone cannot be called back.",
            button="Send it now",
            act=lambda given, by: send_now(issue=issue, by=by, at=now()),
            facts=[
                ("Goes to about", about_how_many(on=london_date(now()))),
                *(("Look at this", warning) for warning in warnings_of(issue, at=now())),
            ],
            done="The issue is on its way.",
            is_dangerous=True,
        )

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it to oneself."""
        issue = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            if not send_test(issue=issue, by=by, at=now()):
                raise BadInput("You have no address on record that a test could go to.")

        return self._act_on(
            request,
            issue,
            title="Send yourself a test",
            explains=f"The issue as it stands goes to {getattr(request.user, 'email', '')} and to "
            "nobody else, as often as you like.",
            button="Send the test",
            form=forms.Form,
            act=act,
            done="The test is on its way to you.",
        )

    def pause(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let nothing more go for now."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title=f"Pause {str(issue).lower()}",
            explains=f"What has not gone yet waits until you resume. {A_MOMENT}",
            button="Pause it",
            form=ReasonForm,
            act=lambda given, by: pause_issue(issue=issue, reason=given["reason"], by=by, at=now()),
            done="The issue is paused.",
        )

    def resume(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let it go on."""
        issue = self.row(request, pk)
        return self._act_on(
            request,
            issue,
            title=f"Resume {str(issue).lower()}",
            explains="What has not gone yet goes on.",
            button="Resume it",
            act=lambda given, by: resume_issue(issue=issue, by=by, at=now()),
            done="The issue goes on.",
        )

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Call it off."""
        issue = self.row(request, pk)
        waiting = how_far(issue).unfinished if issue.frozen_at else 0
        return self._act_on(
            request,
            issue,
            title=f"Cancel {str(issue).lower()}",
            explains="It does not go, and this cannot be undone."
            + (f" What has gone has gone. {A_MOMENT}" if issue.frozen_at else ""),
            button="Cancel the issue",
            form=ReasonForm,
            act=lambda given, by: cancel_issue(
                issue=issue, reason=given["reason"], by=by, at=now()
            ),
            facts=[("Would not go", counted(waiting, "mail"))] if issue.frozen_at else [],
            done="The issue is cancelled.",
            is_dangerous=True,
        )

    def _act_on(
        self,
        request: HttpRequest,
        issue: Issue,
        *,
        act: Act,
        form: Any = ConfirmForm,
        facts: Any = (),
        **words: Any,
    ) -> HttpResponse:
        """The page of an act on one issue, which leads back to the issue."""
        page = AdminAct(
            form=form,
            act=act,
            facts=[
                ("Issue", issue.subject),
                ("Goes", moment(issue.slot_at)),
                ("Now", state_in_words(issue, at=now())),
                *facts,
            ],
            back_url=self.url_of("change", issue.pk),
            back_label=str(issue),
            **words,
        )
        return act_page(self, request, _without_address(page))


def _without_address(page: AdminAct) -> AdminAct:
    """A verb gives back the row it changed; the page it leads to is the issue's."""

    def act(given: dict[str, Any], by: Any) -> None:
        page.act(given, by)

    return AdminAct(**{**vars(page), "act": act})


def _typed(slot_at: Any) -> dict[str, Any]:
    if slot_at is None:
        return {}
    local = london_time(slot_at)
    return {"on": local.date(), "clock": local.time()}
