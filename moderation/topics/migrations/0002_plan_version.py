from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('topics', '0001_calendar'),
    ]

    operations = [
        migrations.AddField(
            model_name='topic',
            name='version',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
