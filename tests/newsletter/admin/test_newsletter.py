"""The newsletter's settings in the hub manager's room."""

from datetime import time

from hub_portal.trail.models import Act
from newsletter.services.settings import the_newsletter
from tests.makers.schools import make_finance_officer

TYPED = {
    "title": "Friday letter",
    "is_weekly": "on",
    "weekday": "3",
    "hour": "16:30",
    "drafted_days_before": "3",
    "grace_hours": "12",
    "sign_off": "Yours",
}
SETTINGS = "/admin/newsletter/newsletter/settings/"


def test_the_settings_are_changed_on_their_page_with_an_act(as_manager):
    assert as_manager.get(SETTINGS).status_code == 200
    answer = as_manager.post(SETTINGS, TYPED, follow=True)

    said = " ".join(answer.content.decode().split())
    assert "Thursday at 4:30pm, London time" in said
    newsletter = the_newsletter()
    assert (newsletter.is_weekly, newsletter.hour, newsletter.sign_off) == (
        True,
        time(16, 30),
        "<p>Yours</p>",
    )
    act = Act.objects.get(verb="newsletter.changed")
    assert act.after["hour"] == "16:30:00"


def test_settings_that_cannot_be_are_refused(as_manager):
    answer = as_manager.post(SETTINGS, {**TYPED, "drafted_days_before": "9", "weekday": "8"})

    assert answer.status_code == 422
    assert the_newsletter().title == "The weekly newsletter"
    assert not Act.objects.exists()


def test_the_settings_are_the_hub_managers(client, db):
    client.force_login(make_finance_officer())

    assert client.get(SETTINGS).status_code == 403
    assert client.post(SETTINGS, TYPED).status_code == 403
    assert client.get("/admin/newsletter/newsletter/").status_code == 403
