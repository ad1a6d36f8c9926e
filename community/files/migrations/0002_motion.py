from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_uploads")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="frames",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="upload",
            name="motion",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
