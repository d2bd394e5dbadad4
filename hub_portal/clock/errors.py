"""What the clock refuses."""

from hub_portal.shared.errors import PortalError


class JobTakenOver(PortalError):
    """Another worker has the job now: this one was away longer than its lease."""

    def __init__(self) -> None:
        super().__init__("This job has been taken over by another worker.")
