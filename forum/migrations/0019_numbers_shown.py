from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0018_known_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="shown_number",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="thread",
            name="latest_number",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
    ]
