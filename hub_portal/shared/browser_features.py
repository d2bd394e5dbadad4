"""What a page may use of the device it is looked at on: nothing, unless the page says so.

@uses_the_camera
def scan(request): ...
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpResponseBase

Arguments = ParamSpec("Arguments")

FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


def permissions_policy(*, allowing: str = "") -> str:
    """The Permissions-Policy header: everything is refused but the one feature, to this site."""
    return ", ".join(f"{each}=({'self' if each == allowing else ''})" for each in FEATURES)


def uses_the_camera(
    view: Callable[Arguments, HttpResponseBase],
) -> Callable[Arguments, HttpResponseBase]:
    """For the pages that scan; the browser still asks the person."""

    @wraps(view)
    def with_the_camera(*args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Permissions-Policy"] = permissions_policy(allowing="camera")
        return response

    return with_the_camera
