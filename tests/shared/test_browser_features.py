from django.http import HttpResponse

from hub_portal.shared.browser_features import FEATURES, permissions_policy, uses_the_camera


def test_nothing_is_allowed_unless_a_page_says_so():
    assert permissions_policy() == ", ".join(f"{feature}=()" for feature in FEATURES)


def test_a_page_that_scans_may_use_the_camera_and_nothing_else():
    @uses_the_camera
    def page(request):
        return HttpResponse()

    policy = page(None)["Permissions-Policy"].split(", ")

    assert [each for each in policy if not each.endswith("=()")] == ["camera=(self)"]
    assert len(policy) == len(FEATURES)
