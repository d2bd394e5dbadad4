"""Opening figures: every row said right, posted whole or not at all. Rule SC-8."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credits.choices import AccountKind, EntryKind
from credits.errors import OpeningListIsGone, OpeningListWrong, SchoolHasTooFew
from credits.models import Account, JournalEntry, OpeningImport
from credits.services.adjustments import reverse_entry
from credits.services.books import reconcile_ledger
from credits.services.figures import Figures, figures_of, received_of
from credits.services.opening_figures import (
    MOST_ROWS,
    preview_opening_figures,
    put_opening_figures_aside,
    save_opening_figures,
    take_in_opening_figures,
)
from credits.services.statement_lines import statement_of
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_overdue
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.shared.sheets import SheetTooBig
from hub_portal.trail.models import Act
from schools.errors import OnlyTheHub
from tests.makers.cpd import give_credits, make_cohort, make_order
from tests.makers.credits import make_year
from tests.makers.schools import NOON, make_cast, make_school

pytestmark = pytest.mark.django_db
HEADINGS = "School,Received,Spent\n"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cast():
    return make_cast()


def take_in(cast, *rows, by=None):
    upload = SimpleUploadedFile("opening.csv", (HEADINGS + "\n".join(rows)).encode())
    return take_in_opening_figures(upload=upload, by=by or cast.hub_manager, at=NOON)


def save(cast, *rows):
    return save_opening_figures(taken=take_in(cast, *rows), by=cast.hub_manager, at=NOON)


def both(cast):
    return f"{cast.our_school.urn},180,64", "Berrymede Junior School,90,"


def test_a_list_is_looked_at_before_anything_is_posted(cast):
    give_credits(school=cast.strangers_school, credits=10)
    entries = JournalEntry.objects.count()

    preview = preview_opening_figures(taken=take_in(cast, *both(cast)), at=NOON)

    assert [(r.school, r.received, r.spent, r.available, r.note) for r in preview.rows] == [
        (cast.our_school, 180, 64, 116, ""),
        (cast.strangers_school, 90, 0, 100, "Has received 10 credits here already; this is added."),
    ]
    assert (preview.received, preview.spent, preview.problems) == (270, 64, [])
    assert JournalEntry.objects.count() == entries


def test_saving_posts_what_each_school_received_and_spent(cast):
    year = make_year()

    save(cast, *both(cast))

    assert figures_of(cast.our_school, year) == Figures(spent=64, available=116)
    assert figures_of(cast.strangers_school, year) == Figures(available=90)
    assert received_of(cast.our_school, year).allocated == 180
    funding = Account.objects.get(year=year, school=None, kind=AccountKind.FUNDING)
    assert funding.balance == -270
    assert set(JournalEntry.objects.values_list("kind", flat=True)) == {EntryKind.OPENING}
    assert Act.objects.filter(verb="credits.opened", by=cast.hub_manager).count() == 3
    taken = OpeningImport.objects.get()
    assert (taken.schools_opened, taken.credits_received, taken.credits_spent) == (2, 270, 64)
    assert not StoredFile.objects.exists()
    assert not Delivery.objects.exists()


def test_the_statement_and_the_books_check_know_them(cast):
    save(cast, *both(cast))

    statement = statement_of(cast.our_school, make_year())
    assert [(line.what, line.gain, line.available) for line in statement.lines] == [
        ("Received before the portal", 180, 180),
        ("Spent before the portal", -64, 116),
    ]
    assert reconcile_ledger(by=cast.hub_manager, at=NOON).differences == []


def test_wrong_figures_are_reversed_and_sent_again(cast):
    save(cast, *both(cast))
    with pytest.raises(OpeningListWrong):
        save(cast, f"{cast.our_school.urn},200,64")
    about = JournalEntry.objects.filter(about=f"school:{cast.our_school.pk}")

    for entry in about.order_by("-pk"):
        reverse_entry(entry=entry, reason="A slip", by=cast.hub_manager, at=NOON)
    save(cast, f"{cast.our_school.urn},200,64")

    assert figures_of(cast.our_school, make_year()) == Figures(spent=64, available=136)
    assert reconcile_ledger(by=cast.hub_manager, at=NOON).differences == []


def test_a_school_shared_out_here_says_only_what_it_spent(cast):
    give_credits(school=cast.our_school, credits=100)

    save(cast, f"{cast.our_school.urn},0,30")

    assert figures_of(cast.our_school, make_year()) == Figures(spent=30, available=70)


def test_what_is_wrong_with_a_row_is_said(cast):
    outside = make_school(name="Far Away School", member=False)
    ours = cast.our_school.urn

    rows = preview_opening_figures(
        taken=take_in(
            cast,
            "Nowhere,1,1",
            f"{outside.urn},1,1",
            f"{ours},10,11",
            f"{ours},20,1",
            "Berrymede Junior School,1.5,",
        ),
        at=NOON,
    ).rows

    assert [row.problem for row in rows] == [
        "The portal knows no school “Nowhere”: write its URN.",
        "Far Away School is no member today.",
        (
            "It cannot have spent 11 credits: it has 0 credits available, and received 10 by this "
            "list."
        ),
        "Lampton School stands in the list twice.",
        "“1.5” is no number of credits: write a whole number, 0 to 1000000.",
    ]


def test_a_list_with_a_wrong_row_is_refused_whole(cast):
    taken = take_in(cast, *both(cast), "Nowhere,1,1")
    acts = Act.objects.count()

    with pytest.raises(OpeningListWrong):
        save_opening_figures(taken=taken, by=cast.hub_manager, at=NOON)

    assert not JournalEntry.objects.exists()
    assert Act.objects.count() == acts
    assert StoredFile.objects.exists()


def test_credits_booked_while_the_list_is_saved_refuse_all_of_it(cast, monkeypatch):
    from cpd.services.bookings import book_places
    from credits.services import opening_figures

    give_credits(school=cast.our_school, credits=20)
    taken = take_in(cast, f"{cast.our_school.urn},0,15")
    real = opening_figures.post

    def books_in_between(entries, *, by, at):
        order = make_order(cohort=make_cohort(price=12), school=cast.our_school)
        book_places(order=order, by=cast.rep, at=at)
        return real(entries, by=by, at=at)

    monkeypatch.setattr(opening_figures, "post", books_in_between)

    with pytest.raises(SchoolHasTooFew):
        save_opening_figures(taken=taken, by=cast.hub_manager, at=NOON)

    assert not JournalEntry.objects.filter(kind=EntryKind.OPENING).exists()


def test_a_list_put_aside_or_left_is_deleted(cast):
    aside, left = take_in(cast, *both(cast)), take_in(cast, *both(cast))

    put_opening_figures_aside(taken=aside, by=cast.hub_manager, at=NOON)
    assert delete_overdue(at=NOON + timedelta(days=7, minutes=1)) == 1

    for taken in (aside, left):
        taken.refresh_from_db()
        with pytest.raises(OpeningListIsGone):
            save_opening_figures(taken=taken, by=cast.hub_manager, at=NOON)
    assert not JournalEntry.objects.exists()


def test_only_a_hub_manager_sends_in_and_saves(cast):
    with pytest.raises(OnlyTheHub):
        take_in(cast, *both(cast), by=cast.rep)
    taken = take_in(cast, *both(cast))

    for act in (save_opening_figures, put_opening_figures_aside):
        with pytest.raises(OnlyTheHub):
            act(taken=taken, by=cast.rep, at=NOON)

    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"School\nx\n", b"\x89PNG\r\n\x1a\n" + b"0" * 50, b"School,Received,Spent\n\x00,1,1\n"],
)
def test_a_bad_file_gets_a_sentence_and_is_not_kept(cast, content):
    with pytest.raises(PortalError) as refused:
        take_in_opening_figures(
            upload=SimpleUploadedFile("o.csv", content), by=cast.hub_manager, at=NOON
        )

    assert refused.value.sentence
    assert not OpeningImport.objects.exists()


def test_a_list_that_is_too_long_is_refused(cast):
    with pytest.raises(SheetTooBig):
        take_in(cast, *["x,1,1"] * (MOST_ROWS + 1))
