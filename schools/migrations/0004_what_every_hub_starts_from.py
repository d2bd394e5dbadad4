"""What every hub starts from: the portal as a person, one profile, and the calendar.

Term dates are those of the London Borough of Hounslow, where the lead school is; bank
holidays are England's. All of them can be edited in the admin.
"""

from datetime import date

from django.db import migrations

TERMS = {
    2025: (
        ("autumn", (2025, 9, 1), (2025, 12, 19), (2025, 10, 27), (2025, 10, 31)),
        ("spring", (2026, 1, 5), (2026, 3, 27), (2026, 2, 16), (2026, 2, 20)),
        ("summer", (2026, 4, 13), (2026, 7, 21), (2026, 5, 25), (2026, 5, 29)),
    ),
    2026: (
        ("autumn", (2026, 9, 1), (2026, 12, 18), (2026, 10, 26), (2026, 10, 30)),
        ("spring", (2027, 1, 4), (2027, 3, 25), (2027, 2, 15), (2027, 2, 19)),
        ("summer", (2027, 4, 12), (2027, 7, 21), (2027, 5, 31), (2027, 6, 4)),
    ),
}

BANK_HOLIDAYS = (
    ((2025, 8, 25), "Summer bank holiday"),
    ((2025, 12, 25), "Christmas Day"),
    ((2025, 12, 26), "Boxing Day"),
    ((2026, 1, 1), "New Year’s Day"),
    ((2026, 4, 3), "Good Friday"),
    ((2026, 4, 6), "Easter Monday"),
    ((2026, 5, 4), "Early May bank holiday"),
    ((2026, 5, 25), "Spring bank holiday"),
    ((2026, 8, 31), "Summer bank holiday"),
    ((2026, 12, 25), "Christmas Day"),
    ((2026, 12, 28), "Boxing Day (substitute day)"),
    ((2027, 1, 1), "New Year’s Day"),
    ((2027, 3, 26), "Good Friday"),
    ((2027, 3, 29), "Easter Monday"),
    ((2027, 5, 3), "Early May bank holiday"),
    ((2027, 5, 31), "Spring bank holiday"),
    ((2027, 8, 30), "Summer bank holiday"),
    ((2027, 12, 27), "Christmas Day (substitute day)"),
    ((2027, 12, 28), "Boxing Day (substitute day)"),
)

CENSUS_DAYS = (
    ((2019, 1, 17), "Spring census 2019"),
    ((2025, 10, 2), "Autumn census 2025"),
    ((2026, 1, 15), "Spring census 2026"),
    ((2026, 5, 21), "Summer census 2026"),
    ((2026, 10, 1), "Autumn census 2026"),
    ((2027, 1, 21), "Spring census 2027"),
    ((2027, 5, 20), "Summer census 2027"),
)


def fill_in(apps, schema_editor):
    model = lambda name: apps.get_model("schools", name).objects  # noqa: E731
    model("Person").create(
        full_name="The portal",
        email=None,
        is_active=False,
        is_portal=True,
        password="!",  # nosec B106: no password at all
    )
    model("HubProfile").create(pk=1)
    for first_year, terms in TERMS.items():
        year = model("SchoolYear").create(starts_on=date(first_year, 9, 1))
        for name, starts, ends, half_from, half_to in terms:
            model("Term").create(
                year=year,
                name=name,
                starts_on=date(*starts),
                ends_on=date(*ends),
                half_term_starts_on=date(*half_from),
                half_term_ends_on=date(*half_to),
            )
    for on, name in BANK_HOLIDAYS:
        model("BankHoliday").create(on=date(*on), name=name)
    for on, name in CENSUS_DAYS:
        model("CensusDay").create(on=date(*on), name=name)


class Migration(migrations.Migration):
    replaces = [("schools", "0011_messages_to_groups")]

    dependencies = [("schools", "0003_the_hub_and_its_files")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
