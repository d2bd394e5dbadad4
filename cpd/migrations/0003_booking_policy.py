"""The booking policy every hub starts from: everything back with five working days' notice."""

from django.db import migrations


def fill_in(apps, schema_editor):
    policy = apps.get_model("cpd", "BookingPolicy").objects.create(pk=1)
    band = apps.get_model("cpd", "CancellationBand").objects
    band.create(policy=policy, working_days=5, percent_returned=100)
    band.create(policy=policy, working_days=0, percent_returned=0)


class Migration(migrations.Migration):
    dependencies = [("cpd", "0002_who_books_and_pays")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
