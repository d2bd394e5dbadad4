"""Keeping secrets in the database: encrypted by a key of their own, opened by any of its kind.

Each use derives its own key, so that what is sealed for one purpose never opens for another.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["InvalidToken", "vault"]


def vault(keys: Sequence[str], *, use: str) -> MultiFernet:
    """Encrypts with the first of these keys and opens with any, for this use alone."""
    return MultiFernet([Fernet(_derived(key, use)) for key in keys])


def _derived(key: str, use: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=use.encode())
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
