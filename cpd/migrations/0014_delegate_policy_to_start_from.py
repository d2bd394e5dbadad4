"""The settings every hub starts from: reminders a week before, names asked for two weeks before."""

from django.db import migrations


def fill_in(apps, schema_editor):
    apps.get_model("cpd", "DelegatePolicy").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("cpd", "0013_delegate_policy")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
