from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0008_draws_after_void_ones'),
    ]

    operations = [
        migrations.AddField(
            model_name='poll',
            name='end_moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
