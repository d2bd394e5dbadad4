"""Why a file is not kept."""

from hub_portal.shared.errors import BadInput, Refused
from hub_portal.shared.wording import in_a_row


class FileTooBig(BadInput):
    """The file is larger than its kind may be."""

    def __init__(self, *, size: int, most: int) -> None:
        self.size = size
        self.most = most
        super().__init__(
            f"This file has {_megabytes(size)} MB; the portal takes up to {_megabytes(most)} MB."
        )


class WrongKindOfFile(BadInput):
    """The file is not what was asked for, whatever its name says."""

    def __init__(self, *, found: str, wanted: str) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(f"This file is {found}. Choose {wanted}.")


class PictureUnreadable(BadInput):
    """The picture is damaged, or would be too large once it is unpacked."""

    def __init__(self) -> None:
        super().__init__(
            "This picture cannot be read: it is damaged, or has more than 40 million dots. "
            "Save it again, smaller, and choose that file."
        )


class PictureStandsInTexts(Refused):
    """A picture is taken out of the texts before it is taken away."""

    def __init__(self, *, places: list[str]) -> None:
        self.places = places
        super().__init__(f"This picture stands in {in_a_row(places)}. Take it out of there first.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0")
