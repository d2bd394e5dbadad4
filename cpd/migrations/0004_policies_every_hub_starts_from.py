"""The policies every hub starts from; each can be edited in the admin.

Everything back with five working days' notice; a quarter of the places for tickets, two years
long; reminders a week before, names asked for two weeks before.
"""

from django.db import migrations


def fill_in(apps, schema_editor):
    policy, is_new = apps.get_model("cpd", "BookingPolicy").objects.get_or_create(pk=1)
    if is_new:
        band = apps.get_model("cpd", "CancellationBand").objects
        band.create(policy=policy, working_days=5, percent_returned=100)
        band.create(policy=policy, working_days=0, percent_returned=0)
    apps.get_model("cpd", "TicketPolicy").objects.get_or_create(pk=1)
    apps.get_model("cpd", "DelegatePolicy").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    replaces = [("cpd", "0024_running_courses_in_lists")]

    dependencies = [("cpd", "0003_lists_of_cohorts_and_tickets")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
