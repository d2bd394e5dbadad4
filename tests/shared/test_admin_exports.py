"""The admin takes lists out, and plain tables in, only through the portal's own writer."""

import io

import pytest
from django.contrib import admin
from import_export import resources
from import_export.admin import ExportMixin, ImportMixin
from openpyxl import load_workbook
from tablib import Dataset

from hub_portal.files.models import StoredFile
from hub_portal.shared.admin_exports import (
    FORMATS,
    CsvFormat,
    SafeExportMixin,
    SafeImportExportMixin,
    XlsxFormat,
    _marked,
)
from hub_portal.shared.sheets import FormulaInCell

TABLE = Dataset(headers=["Name", "Places"])
TABLE.append(("=1+1", -3))
TABLE.append(("Ada", None))


def test_csv_protects_text_and_leaves_numbers_alone():
    content = CsvFormat().export_data(TABLE)

    assert content.decode("utf-8-sig") == "Name,Places\r\n'=1+1,-3\r\nAda,\r\n"


def test_xlsx_writes_text_as_text_and_numbers_as_numbers():
    book = load_workbook(io.BytesIO(XlsxFormat().export_data(TABLE)))

    assert [[(cell.value, cell.data_type) for cell in row] for row in book.active] == [
        [("Name", "s"), ("Places", "s")],
        [("=1+1", "s"), (-3, "n")],
        [("Ada", "s"), (None, "n")],
    ]


@pytest.mark.parametrize("form", [CsvFormat, XlsxFormat])
def test_what_was_taken_out_is_brought_in_the_same(form):
    back = form().create_dataset(form().export_data(TABLE))

    assert back.headers == ["Name", "Places"]
    assert list(back) == [("=1+1", "-3"), ("Ada", "")]


def test_a_formula_is_not_brought_in():
    with pytest.raises(FormulaInCell):
        CsvFormat().create_dataset(b"Name,Places\n=1+1,2\n")


def test_an_admin_gives_the_writer_numbers_and_dates_as_they_are(rf, monkeypatch):
    class FileResource(resources.ModelResource):
        class Meta:
            model = StoredFile
            fields = ("shown_name", "size")

    class FileAdmin(SafeExportMixin, admin.ModelAdmin):
        resource_classes = [FileResource]

        def has_export_permission(self, request):
            return True

    rows = [StoredFile(shown_name="=1+1", size=12345)]
    content = FileAdmin(StoredFile, admin.site).get_export_data(
        CsvFormat(), rf.get("/"), rows, encoding="utf-8"
    )

    assert content.decode("utf-8-sig") == "shown_name,size\r\n'=1+1,12345\r\n"


@pytest.mark.parametrize("mixin", [SafeExportMixin, SafeImportExportMixin])
def test_the_mixins_offer_our_two_forms_and_no_other(mixin):
    own = type("OwnAdmin", (mixin, admin.ModelAdmin), {})(StoredFile, admin.site)

    assert own.get_export_formats() == FORMATS
    if issubclass(mixin, ImportMixin):
        assert own.get_import_formats() == FORMATS
    assert [form().get_title() for form in FORMATS] == ["csv", "xlsx"]


def test_every_admin_that_exports_or_imports_goes_through_our_writer():
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ExportMixin):
            assert model_admin.get_export_formats() == FORMATS, model
        if isinstance(model_admin, ImportMixin):
            assert model_admin.get_import_formats() == FORMATS, model


def test_changes_of_an_import_are_marked_without_style_and_with_their_text_escaped():
    assert _marked("Christmas", "Christmas <b>Day</b>") == (
        "<span>Christmas</span><ins> &lt;b&gt;Day&lt;/b&gt;</ins>"
    )
    assert _marked("Old", "") == "<del>Old</del>"
