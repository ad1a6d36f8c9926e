"""What was reported stays for moderators until they decided."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("files", "0002_motion")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="upload",
            name="held",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
