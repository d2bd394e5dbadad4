"""Adding member schools in the admin: upload a GIAS file, search, tick, check, add."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from hub_portal.shared.admin_acts import AdminAct, OwnPage, OwnPagesAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted
from schools.errors import GiasFileGone, NothingPicked
from schools.forms.schools import AddPickedForm, GiasSearchForm, GiasUploadForm
from schools.models import GiasFile
from schools.services import gias


class GiasPages(OwnPagesAdmin):
    """The pages under “Add schools from GIAS”, for the admin of schools."""

    def gias_pages(self) -> list[OwnPage]:
        return [
            ("from-gias/", self.upload_gias, "from_gias"),
            ("from-gias/<int:pk>/", self.pick_from_gias, "pick"),
            ("from-gias/<int:pk>/check/", self.check_picked, "check"),
        ]

    def upload_gias(self, request: HttpRequest) -> HttpResponse:
        """Choose the file."""

        def keep(given: dict[str, Any], by: Any) -> str:
            kept = gias.keep_gias_file(upload=given["file"], by=by, at=now())
            messages.success(request, f"{counted(kept.rows, 'school')} found in the file.")
            return self.url_of("pick", kept.pk)

        page = AdminAct(
            title="Add schools from GIAS",
            explains="Download the list of establishments from Get Information about Schools and "
            "choose it here. Then find your schools in it by name, URN or postcode. Only the few "
            "columns that are needed are kept, and only until the schools are added, or 7 days.",
            button="Read the file",
            form=GiasUploadForm,
            act=keep,
            back_url=self.url_of("changelist"),
            back_label="All schools",
        )
        return act_page(self, request, page)

    def pick_from_gias(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Search the file and tick schools; the ticks of earlier searches are kept."""
        gias_file = self._gias_file(request, pk)
        if request.method == "POST":
            shown = _numbers(request.POST.getlist("shown"))
            ticked = _numbers(request.POST.getlist("urn"))
            gias.pick(gias_file=gias_file, shown=shown, ticked=ticked)
            if "check" in request.POST:
                return redirect(self.url_of("check", pk))
            return redirect(f"{request.path}?{request.GET.urlencode()}")
        form = GiasSearchForm(request.GET or None)
        words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
        try:
            found = gias.search(gias_file=gias_file, words=words)
        except GiasFileGone as gone:
            return self._gone(request, gone)
        return self.own_page(
            request,
            "admin/schools/pick_schools.html",
            status=422 if form.is_bound and form.errors else 200,
            title="Find your schools",
            form=form,
            words=words,
            found=found,
            gias_file=gias_file,
        )

    def check_picked(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would be added, with everything odd about it, and from when."""
        gias_file = self._gias_file(request, pk)
        sent = request.method == "POST"
        form = AddPickedForm(
            request.POST if sent else None, initial={"member_from": london_date(now())}
        )
        try:
            picked = gias.picked_candidates(gias_file=gias_file)
        except GiasFileGone as gone:
            return self._gone(request, gone)
        if sent and form.is_valid():
            try:
                added = gias.add_picked(
                    gias_file=gias_file,
                    member_from=form.cleaned_data["member_from"],
                    by=cast("Any", request.user),
                    at=now(),
                )
            except PortalError as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, f"{counted(len(added), 'school')} added.")
                return redirect(self.url_of("changelist"))
        if not picked and not sent:
            messages.warning(request, NothingPicked().sentence)
            return redirect(self.url_of("pick", pk))
        return self.own_page(
            request,
            "admin/schools/check_schools.html",
            status=422 if form.errors else 200,
            title="Check the schools",
            form=form,
            picked=picked,
            gias_file=gias_file,
            pick_url=self.url_of("pick", pk),
        )

    def _gias_file(self, request: HttpRequest, pk: int) -> GiasFile:
        if not self.may_act(request):
            raise PermissionDenied
        gias_file = GiasFile.objects.select_related("file").filter(pk=pk).first()
        if gias_file is None:
            raise Http404
        return gias_file

    def _gone(self, request: HttpRequest, gone: GiasFileGone) -> HttpResponse:
        messages.warning(request, gone.sentence)
        return redirect(self.url_of("from_gias"))


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) == 6]
