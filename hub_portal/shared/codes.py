"""Codes that people read off paper and type: Crockford's letters, which cannot be mistaken.

A code is the beginning of a keyed hash, so it says nothing of what it stands for and is made
again whenever it has to be said. Typed in any case and spacing, O is 0, and I and L are 1.
Source: Douglas Crockford, Base 32 (crockford.com/base32.html).
"""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_A_LETTER = 5
LOOK_ALIKES = str.maketrans("OIL", "011")
IN_A_GROUP = 4


def code_of(*parts: int | str, key: str, letters: int) -> str:
    """The code of these things under this key, of so many letters."""
    digest = hmac.digest(key.encode(), _bound("code", *parts), hashlib.sha256)
    number = int.from_bytes(digest, "big")
    return "".join(
        ALPHABET[number >> BITS_A_LETTER * place & 31] for place in reversed(range(letters))
    )


def hash_of_code(code: str, *, key: str) -> str:
    """What a code is found by: it cannot be said from the hash without the key."""
    return hmac.digest(key.encode(), _bound("find", code), hashlib.sha256).hex()


def as_shown(code: str) -> str:
    """In groups of four, as it is printed and mailed: "9HJ4-02KM-…"."""
    return "-".join(code[at : at + IN_A_GROUP] for at in range(0, len(code), IN_A_GROUP))


def as_meant(typed: str) -> str:
    """The code somebody typed: any case, any spacing, look-alikes put right."""
    return "".join(filter(str.isalnum, typed[:100].upper())).translate(LOOK_ALIKES)


def _bound(use: str, *parts: int | str) -> bytes:
    """No part can run into the next."""
    return "\n".join([use, *map(str, parts)]).encode()
