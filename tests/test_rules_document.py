"""docs/rules.md, the code and the tests name the same rules."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "rules.md"
CODE = ("hub_portal", "schools", "credits", "cpd", "newsletter")
A_ROW = re.compile(r"^\| ((?:SC|PE|CR|BK|FT|EV|AP|NL|PU|XX)-\d+) \| (.+) \| (.+) \| (.+) \|$", re.M)
A_NUMBER = re.compile(r"\b(?:SC|PE|CR|BK|FT|EV|AP|NL|PU|XX)-\d+\b")
A_RANGE = re.compile(r"\b(SC|PE|CR|BK|FT|EV|AP|NL|PU|XX)-(\d+) to \1-(\d+)\b")

ROWS = A_ROW.findall(DOCUMENT.read_text(encoding="utf-8"))


def numbers_in(text):
    """Rule numbers a text names; "Rules BK-2 to BK-4" names three."""
    numbers = set(A_NUMBER.findall(text))
    for kind, first, last in A_RANGE.findall(text):
        numbers |= {f"{kind}-{n}" for n in range(int(first), int(last) + 1)}
    return numbers


def named_in_code():
    """Every rule number that some module of the portal names, with the modules."""
    named = {}
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                for number in numbers_in(path.read_text(encoding="utf-8")):
                    named.setdefault(number, set()).add(str(path.relative_to(ROOT)))
    return named


def home_of(dotted):
    """The function or class behind a dotted path."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_every_rule_the_code_names_has_its_row():
    known = {number for number, *_ in ROWS}

    assert {n: paths for n, paths in named_in_code().items() if n not in known} == {}


def test_no_rule_stands_twice():
    numbers = [number for number, *_ in ROWS]

    assert sorted(numbers) == sorted(set(numbers))


@pytest.mark.parametrize(("number", "words", "home", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_a_rule_has_its_home_and_its_test(number, words, home, test):
    target = home_of(home)
    module = inspect.getsource(inspect.getmodule(target))
    path, _, name = test.partition("::")

    assert number in numbers_in(module), f"{home} does not name {number}"
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
