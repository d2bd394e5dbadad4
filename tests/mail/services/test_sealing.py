"""Secrets are sealed with the newest key and opened with any that is in use."""

import pytest

from hub_portal.mail.services.sealing import SealBroken, seal, unseal


def test_what_is_sealed_is_opened_and_never_looks_the_same_twice():
    assert unseal(seal({"code": "ABC"})) == {"code": "ABC"}
    assert seal({"code": "ABC"}) != seal({"code": "ABC"})
    assert (seal({}), unseal("")) == ("", {})


def test_an_old_key_still_opens_what_it_sealed(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first" * 12, []
    sealed = seal({"code": "ABC"})

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second" * 12, ["first" * 12]

    assert unseal(sealed) == {"code": "ABC"}


def test_a_key_that_is_gone_is_a_broken_seal(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first" * 12, []
    sealed = seal({"code": "ABC"})

    settings.SECRET_KEY = "second" * 12

    with pytest.raises(SealBroken):
        unseal(sealed)
