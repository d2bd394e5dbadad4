"""Secrets on their way (sign-in codes): encrypted in the outbox, and blanked once sent.

The keys are derived from SECRET_KEY; a rotated key still opens what it sealed.
"""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(ValueError):
    """What was sealed cannot be opened with the keys in use."""


def seal(secrets: Mapping[str, str]) -> str:
    """The secrets as one encrypted string; '' when there are none."""
    if not secrets:
        return ""
    return _fernet().encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """The secrets of `seal`, by name.

    Raises:
        SealBroken: sealed with a key that is no longer here, or changed since.
    """
    if not sealed:
        return {}
    try:
        opened: dict[str, str] = json.loads(_fernet().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SealBroken("sealed with a key that is not in use") from error
    return opened


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"hub_portal.mail.sealed")
    return base64.urlsafe_b64encode(derived.derive(key if isinstance(key, bytes) else key.encode()))
