"""How large each kind of file may be, and what it is called when it is given out. Pure Python."""

from hub_portal.shared.file_types import FileType

MEGABYTE = 1_000_000
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_PAPER = 25 * MEGABYTE
LARGEST_SPREADSHEET = 60 * MEGABYTE
MOST_DOTS_IN_A_PICTURE = 40_000_000
LONGEST_SIDE_IN_A_TEXT = 1600  # twice the width of a text, for screens with small dots
LONGEST_SHOWN_NAME = 150

OFFICE = "application/vnd.openxmlformats-officedocument"
# what is said of a kept file of each type, and how its name must end
CONTENT_TYPES = {
    FileType.TEXT: ("text/csv; charset=utf-8", ".csv"),
    FileType.XLSX: (f"{OFFICE}.spreadsheetml.sheet", ".xlsx"),
    FileType.DOCX: (f"{OFFICE}.wordprocessingml.document", ".docx"),
    FileType.PPTX: (f"{OFFICE}.presentationml.presentation", ".pptx"),
    FileType.PDF: ("application/pdf", ".pdf"),
    FileType.JPEG: ("image/jpeg", ".jpg"),
    FileType.PNG: ("image/png", ".png"),
    FileType.WEBP: ("image/webp", ".webp"),
}
SPREADSHEETS = frozenset({FileType.TEXT, FileType.XLSX})
PAPERS = frozenset({FileType.PDF, FileType.DOCX, FileType.PPTX, FileType.XLSX})
PICTURES = frozenset({FileType.JPEG, FileType.PNG, FileType.WEBP})
SHOWN_IN_THE_BROWSER = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})


def shown_name(given: str, file_type: FileType) -> str:
    """The name a file is offered under: the given one without folders, with the right ending."""
    ending = CONTENT_TYPES[file_type][1]
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(each for each in last if each.isprintable() and each not in '<>:"|?*')
    stem = visible.rsplit(".", 1)[0] if "." in visible.lstrip(".") else visible
    return (stem.strip(". ")[: LONGEST_SHOWN_NAME - len(ending)] or "file") + ending
