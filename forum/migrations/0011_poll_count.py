from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0010_scheduled")]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="poll_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
