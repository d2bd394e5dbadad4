"""The ticket policy every hub starts from: a quarter of the places, two years."""

from django.db import migrations


def fill_in(apps, schema_editor):
    apps.get_model("cpd", "TicketPolicy").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("cpd", "0010_fabulinus_tickets")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
