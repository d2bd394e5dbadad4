"""What a program can decide about a tagged PDF, after the Matterhorn protocol of PDF/UA-1.

assert faults_of(pdf) == []
assert "Coaching conversations" in words_of(pdf)
"""

import io
import re
import subprocess
from collections.abc import Iterator

import pikepdf

DRAWS = {"Tj", "TJ", "'", '"', "Do", "sh"}


def faults_of(pdf: bytes) -> list[str]:
    """What stands between this document and somebody who listens to it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [*_of_document(document), *_of_structure(document)]
        for number, page in enumerate(document.pages, start=1):
            found += [f"page {number}: {fault}" for fault in _of_page(page)]
    return found


def words_of(pdf: bytes) -> str:
    """The text of a document, as somebody would copy it, without line ends."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def title_of(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as facts:
        return str(facts.get("dc:title"))


def fonts_of(pdf: bytes) -> set[str]:
    """The faces a document carries, without the tag of its subset."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(font.get("/BaseFont")).rpartition("+")[2]
            for page in document.pages
            for font in dict(page.get("/Resources", {}).get("/Font", {}) or {}).values()
        }


def _of_document(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "not tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "the title is not shown"
    with document.open_metadata() as facts:
        if facts.get("pdfuaid:part") is None:
            yield "does not say PDF/UA"
        if not facts.get("dc:title"):
            yield "no title"


def _of_page(page: pikepdf.Page) -> Iterator[str]:
    depth = 0
    for _, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += name in {"BDC", "BMC"}
        depth -= name == "EMC"
        if name in DRAWS and depth == 0:
            yield "something drawn without a tag"
    for note in page.get("/Annots", []):
        if note.get("/Subtype") == "/Link" and not note.get("/Contents"):
            yield "a link without words"
    for font in dict(page.get("/Resources", {}).get("/Font", {}) or {}).values():
        below = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
        if not any(key in below for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"font not embedded: {font.get('/BaseFont')}"


def _of_structure(document: pikepdf.Pdf) -> Iterator[str]:
    tree = document.Root.get("/StructTreeRoot")
    if tree is None:
        yield "no structure"
        return
    last = 0
    for element in _elements(tree):
        kind = str(element.get("/S", "")).lstrip("/")
        if kind == "Figure" and not str(element.get("/Alt", "")):
            yield "a picture without words"
        if kind == "TH" and "Scope" not in str(element.get("/A", "")) and "/ID" not in element:
            yield "a table head no cell can name"
        if re.fullmatch(r"H[1-6]", kind):
            level = int(kind[1])
            if level > last + 1:
                yield f"headings jump from H{last} to H{level}"
            last = level


def _elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)
