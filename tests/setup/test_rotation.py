"""docs/how-to/rotate-a-secret.md: a new key in front, and what the old one signed still works."""

import pytest
from django.contrib.auth import get_user_model

from hub_portal.mail.services.sealing import SealBroken, seal, unseal
from hub_portal.shared.links import register_purpose, sign, verify

OLD, NEW = "the old key " * 6, "the new key " * 6
PURPOSE = register_purpose("rotation-test")


@pytest.fixture
def _old_keys(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    settings.LINK_KEYS = [OLD]


@pytest.fixture
def rotate(settings, _old_keys):
    """Put the new keys in front; `keep` says whether the old ones still verify."""

    def put_in_front(*, keep):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD] if keep else []
        settings.LINK_KEYS = [NEW, OLD] if keep else [NEW]

    return put_in_front


@pytest.mark.django_db
@pytest.mark.parametrize(("keep", "status"), [(True, 302), (False, 200)])
def test_a_session_lives_on_while_the_old_key_verifies(client, rotate, keep, status):
    """Somebody signed in is sent on from the sign-in page; a stranger is shown it."""
    client.force_login(get_user_model().objects.create(email="ada@school.example"))

    rotate(keep=keep)

    assert client.get("/accounts/login/").status_code == status


def test_a_mailed_link_works_while_the_old_key_verifies_and_no_longer(rotate):
    mailed = sign(PURPOSE, 7, 1)

    rotate(keep=True)
    with_both = verify(mailed, purpose=PURPOSE, id=7, version=1)
    fresh = sign(PURPOSE, 7, 1)
    rotate(keep=False)

    assert with_both
    assert fresh != mailed
    assert verify(fresh, purpose=PURPOSE, id=7, version=1)
    assert not verify(mailed, purpose=PURPOSE, id=7, version=1)


def test_a_code_waiting_in_the_outbox_can_be_sent_while_the_old_key_verifies(rotate):
    sealed = seal({"code": "ABC-DEF"})

    rotate(keep=True)
    with_both = unseal(sealed)
    rotate(keep=False)

    assert with_both == {"code": "ABC-DEF"}
    with pytest.raises(SealBroken):
        unseal(sealed)
