"""Codes that people type: no look-alikes, typed anyhow, nothing to be learnt from their hash."""

import pytest

from hub_portal.shared.codes import ALPHABET, as_meant, as_shown, code_of, hash_of_code

KEY, OTHER_KEY = "a key of tests " * 4, "another key " * 5


def test_the_alphabet_has_no_look_alikes():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert set(ALPHABET).isdisjoint("OILU")


def test_a_code_is_the_same_whenever_it_is_said():
    code = code_of("ticket", 12, 1, key=KEY, letters=16)

    assert code == code_of("ticket", 12, 1, key=KEY, letters=16)
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize(
    "parts", [("ticket", 12, 2), ("ticket", 1, 21), ("ticket", 121, ""), ("invitation", 12, 1)]
)
def test_a_code_is_bound_to_all_of_its_parts(parts):
    assert code_of(*parts, key=KEY, letters=16) != code_of("ticket", 12, 1, key=KEY, letters=16)


def test_a_code_is_bound_to_its_key():
    codes = {code_of("ticket", 12, 1, key=key, letters=16) for key in (KEY, OTHER_KEY)}

    assert len(codes) == 2


def test_a_code_is_found_by_a_hash_that_needs_the_key():
    hashes = {hash_of_code("0123456789ABCDEF", key=key) for key in (KEY, OTHER_KEY)}

    assert len(hashes) == 2
    assert {len(each) for each in hashes} == {64}


@pytest.mark.parametrize(
    "typed",
    [
        "9HJ4-02KM-6T5R-QXWB",
        "9hj402km6t5rqxwb",
        " 9HJ4 O2KM\t6T5R–QXWB ",
        "9hj4 o2km 6t5r qxwb\n",
    ],
)
def test_a_code_is_meant_however_it_is_typed(typed):
    assert as_meant(typed) == "9HJ402KM6T5RQXWB"


def test_letters_that_look_like_figures_are_figures():
    assert as_meant("oO iI lL") == "001111"


@pytest.mark.parametrize("typed", ["", "—", "\x00\x00", "🎟️" * 50, "x" * 100_000])
def test_whatever_is_typed_does_no_harm(typed):
    assert len(as_meant(typed)) <= 100


def test_a_code_is_shown_in_groups_of_four():
    assert as_shown("9HJ402KM6T5RQXWB") == "9HJ4-02KM-6T5R-QXWB"
