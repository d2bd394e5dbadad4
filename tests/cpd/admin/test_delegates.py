import pytest

from cpd.models import DelegatePolicy
from hub_portal.trail.models import Act

URL = "/admin/cpd/delegatepolicy/1/change/"
SENT = {
    "first_reminder_days": "10",
    "names_wanted_days": "21",
    "names_wanted_again_days": "5",
    "needs_asked_days": "10",
    "needs_kept_days": "20",
}


def test_reminders_are_set_with_an_act(as_manager, cast):
    assert as_manager.get(URL).status_code == 200

    response = as_manager.post(URL, SENT)

    assert response.status_code == 302
    policy = DelegatePolicy.objects.get()
    assert (policy.first_reminder_days, policy.names_wanted_again_days) == (10, 5)
    act = Act.objects.get(verb="delegate_policy.changed")
    assert (act.by, act.before["first_reminder_days"]) == (cast.hub_manager, 7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_reminder_days": "1"},
        {"first_reminder_days": "x"},
        {"names_wanted_again_days": "21"},
        {"names_wanted_days": "91"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(as_manager, wrong):
    response = as_manager.post(URL, SENT | wrong)

    assert response.status_code == 200
    assert "Please correct the error" in response.content.decode()
    assert DelegatePolicy.objects.get().first_reminder_days == 7
    assert not Act.objects.filter(verb="delegate_policy.changed").exists()


def test_there_is_one_for_ever(as_manager):
    assert as_manager.get("/admin/cpd/delegatepolicy/add/").status_code == 403
    assert as_manager.post(URL.replace("change", "delete"), {"post": "yes"}).status_code == 403
