"""Statements taken apart into words and names, so that they can be done again with other values.

Every table's ids begin in a million of its own (`FIRST_IDS`), so that a number in a statement
says what it is. Plain Python: both the portal's side and the bare side read it.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MILLION = 1_000_000
FIRST_IDS = {
    "cpd_cohort": 1 * MILLION,
    "cpd_bookingrequest": 2 * MILLION,
    "credits_journalentry": 3 * MILLION,
    "cpd_booking": 4 * MILLION,
    "mail_body": 5 * MILLION,
    "schools_person": 6 * MILLION,
}
MADE_ON_THE_WAY = re.compile(r"\b[2-5][0-9]{6}\b")
MESSAGE_ID = r"(?<=<)[0-9a-f]{32}(?=@)"

Words = list[Any]
"""A statement in pieces: text, and between it ["name"], [table, place] or ["random"]."""


def taken_apart(statements: Sequence[str], names: Mapping[str, str]) -> list[Words]:
    """Each statement with the values that differ from one time to the next taken out.

    `names` says what the known values are called; ids of rows made on the way become the
    place they were made in, table by table.
    """
    known: dict[str, list[Any]] = {value: [name] for value, name in names.items()}
    made = sorted({int(n) for text in statements for n in MADE_ON_THE_WAY.findall(text)})
    for number in made:
        of_table = [each for each in made if each // MILLION == number // MILLION]
        known[str(number)] = [number // MILLION, of_table.index(number)]
    values = "|".join(re.escape(value) for value in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"\b(?:{values})\b|{MESSAGE_ID}")
    return [_words(text, pattern, known) for text in statements]


def put_together(words: Words, names: Mapping[str, str], made: Mapping[int, list[int]]) -> str:
    """The statement with these values in their places."""
    return "".join(word if isinstance(word, str) else _value(word, names, made) for word in words)


def note_made(rows: Iterable[Sequence[Any]], made: dict[int, list[int]]) -> None:
    """Remember the ids an INSERT gave out."""
    for row in rows:
        for value in row:
            if isinstance(value, int) and value >= MILLION:
                made.setdefault(value // MILLION, []).append(value)


def _words(text: str, pattern: re.Pattern[str], known: Mapping[str, list[Any]]) -> Words:
    words: Words = []
    upto = 0
    for found in pattern.finditer(text):
        words += [text[upto : found.start()], known.get(found[0], ["random"])]
        upto = found.end()
    return [*words, text[upto:]]


def _value(word: list[Any], names: Mapping[str, str], made: Mapping[int, list[int]]) -> str:
    match word:
        case ["random"]:
            return secrets.token_hex(16)
        case [str(name)]:
            return names[name]
        case [int(table), int(place)]:
            return str(made[table][place])
    raise ValueError(word)
