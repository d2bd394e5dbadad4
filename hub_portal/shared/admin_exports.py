"""Taking lists out of the admin, and plain tables into it, through the portal's own writer.

import-export's own formats let formulas pass (security, part 6), so an admin that exports or
imports inherits from these classes instead of the package's. Import is for plain tables only:
what a service guards is never imported here.
"""

import io
import re
from difflib import SequenceMatcher
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.resources import Diff, ModelResource
from tablib import Dataset

from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import CSV_TYPE, XLSX_TYPE, csv_text, write_xlsx
from hub_portal.shared.sheets import open_sheet


class _SafeFormat(Format):
    """What both have in common: they are read by `open_sheet`."""

    def __init__(self, encoding: str | None = None) -> None:
        """import-export says an encoding; `open_sheet` finds out by itself."""

    def create_dataset(self, in_stream: bytes, **options: Any) -> Dataset:
        """The rows of an uploaded file. Raises: BadSheet."""
        with open_sheet(io.BytesIO(in_stream)) as sheet:
            named = [header for header in sheet.headers if header]
            dataset = Dataset(headers=named)
            for _, cells in sheet.rows(*named):
                dataset.append(cells)
        return dataset

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True


class CsvFormat(_SafeFormat):
    """CSV in which no text becomes a formula."""

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return CSV_TYPE

    def export_data(self, dataset: Dataset, **options: Any) -> bytes:
        """The file's content."""
        return "".join(csv_text(_headers(dataset), dataset)).encode()


class XlsxFormat(_SafeFormat):
    """An Excel workbook in which all text is text."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return XLSX_TYPE

    def export_data(self, dataset: Dataset, **options: Any) -> bytes:
        """The file's content."""
        book = io.BytesIO()
        write_xlsx(book, _headers(dataset), dataset)
        return book.getvalue()


FORMATS = [CsvFormat, XlsxFormat]


class _ThroughOurWriter:
    formats = FORMATS

    def get_data_for_export(self, request: HttpRequest, queryset: Any, **options: Any) -> Dataset:
        """Numbers and dates stay what they are until the writer has them."""
        options["force_native_type"] = True
        return super().get_data_for_export(request, queryset, **options)  # type: ignore[misc]


class SafeExportMixin(_ThroughOurWriter, ExportMixin):
    """For an admin whose list can be taken away."""


class SafeImportExportMixin(_ThroughOurWriter, ImportExportMixin):
    """For an admin of a plain table that can be taken away and brought in."""

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """A file that cannot be read gets our sentence, not the name of an error."""
        if not isinstance(e, PortalError):
            return super().add_data_read_fail_error_to_form(form, e)
        return form.add_error("import_file", e.sentence)


class MarkedChanges(Diff):
    """What an import would change, in ins and del; the package's own has inline styles."""

    def as_html(self) -> list[SafeString]:
        """One piece of HTML for each column."""
        before = [""] * len(self.right) if self.new else self.left
        return [
            _marked(str(one), str(other)) for one, other in zip(before, self.right, strict=True)
        ]


class PlainTableResource(ModelResource):
    """A table that may be imported in the admin."""

    def get_diff_class(self) -> type[Diff]:
        return MarkedChanges


def _marked(before: str, after: str) -> SafeString:
    """The words that go in del, those that come in ins."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    parts = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            parts.append(("span", "".join(old[old_from:old_to])))
            continue
        parts += [("del", "".join(old[old_from:old_to])), ("ins", "".join(new[new_from:new_to]))]
    return format_html_join("", "<{}>{}</{}>", ((tag, text, tag) for tag, text in parts if text))


def _headers(dataset: Dataset) -> list[str]:
    return [str(header) for header in dataset.headers or []]
