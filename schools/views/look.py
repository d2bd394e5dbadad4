"""The hub's own colour, as a stylesheet of its own: nothing is styled inline."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from schools.models import HubProfile

# the dark scheme keeps the portal's own colours, whose contrast is computed
COLOURS = """@media (prefers-color-scheme: light) {{
  :root {{
    --brand: {brand};
    --brand-dark: color-mix(in srgb, {brand} 72%, black);
    --brand-light: color-mix(in srgb, {brand} 11%, white);
  }}
}}
"""


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def colours(_request: HttpRequest) -> HttpResponse:
    """The brand colour of the hub profile; the address asked for changes with the colour."""
    brand = HubProfile.objects.values_list("brand_colour", flat=True).get(pk=1)
    return HttpResponse(COLOURS.format(brand=brand), content_type="text/css; charset=utf-8")
