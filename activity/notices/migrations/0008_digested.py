"""A digest whose line of the log was forgotten is remembered by its period alone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notices", "0007_chat_in_digest")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="noticesettings",
            name="digested",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
    ]
