"""One certificate as a PDF, against WeasyPrint alone on the very same HTML and stylesheet."""

import os
import subprocess
import sys
import tempfile

from bench._report import Figure, cpu_and_wall, ratio_at_most, report, seen

MOST_TIMES_THE_FLOOR = 1.15


def measure(quick: bool) -> list[Figure]:
    """Both in one process, in turns, so that the machine treats them alike."""
    times = 5 if quick else 15
    with tempfile.TemporaryDirectory(prefix="bench-certificates-") as folder:
        answer = subprocess.run(
            [sys.executable, "-m", "bench.certificates", "--child", str(times)],
            env={**os.environ, "PORTAL_VAR": folder, "DATABASE_URL": "", "REDIS_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    if answer.returncode:
        sys.exit(answer.stderr)
    ours_cpu, ours_wall, floor_cpu, floor_wall = map(float, answer.stdout.split())
    return [
        ratio_at_most(
            MOST_TIMES_THE_FLOOR,
            name="certificate of one page, CPU ms",
            ours=ours_cpu * 1000,
            floor=floor_cpu * 1000,
        ),
        seen(
            name="certificate of one page, wall ms", ours=ours_wall * 1000, floor=floor_wall * 1000
        ),
    ]


def _child(times: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub_portal.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)

    from cpd.services.certificate_papers import TEMPLATE, certificate_pdf, facts_of, title_of

    certificate = _certificate()
    ours = lambda: certificate_pdf(certificate)  # noqa: E731
    floor = _weasyprint_alone(TEMPLATE, facts_of(certificate), title_of(certificate))
    assert ours()[:5] == floor()[:5] == b"%PDF-"
    print(*cpu_and_wall(ours, times=times), *cpu_and_wall(floor, times=times))


def _certificate():
    """A certificate that stands in no table: only what is printed matters here."""
    from datetime import UTC, date, datetime
    from decimal import Decimal

    from cpd.models import Certificate

    return Certificate(
        number="7K3MQX9T2BFH",
        printed_name="Ngozi Chukwuemeka-Featherstonehaugh",
        title="Coaching conversations that change practice",
        from_on=date(2027, 1, 14),
        to_on=date(2027, 1, 28),
        hours=Decimal(6),
        issued_at=datetime(2027, 1, 29, 10, 0, tzinfo=UTC),
    )


def _weasyprint_alone(template: str, facts, title: str):
    """The floor: HTML rendered beforehand, the stylesheet parsed beforehand, WeasyPrint called."""
    from django.conf import settings
    from django.template.loader import render_to_string
    from weasyprint import HTML

    from hub_portal.shared import pdf_drawing
    from hub_portal.shared.context import hub_identity

    hub = hub_identity()
    seen_by_template = {"hub": hub, "portal_url": settings.PORTAL_URL, "title": title, **facts}
    markup = render_to_string(template, seen_by_template)
    fonts, look = pdf_drawing._look(hub.brand_colour)

    def make() -> bytes:
        document = HTML(string=markup, url_fetcher=pdf_drawing._fetcher(), base_url=None)
        made = document.write_pdf(stylesheets=look, font_config=fonts, pdf_variant="pdf/ua-1")
        return bytes(made)

    return make


if __name__ == "__main__":
    if "--child" in sys.argv:
        _child(int(sys.argv[-1]))
    else:
        report("certificates", measure)
