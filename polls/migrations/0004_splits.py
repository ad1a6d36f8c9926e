import community.core.clock
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0003_said_and_draws'),
    ]

    operations = [
        migrations.CreateModel(
            name='Split',
            fields=[
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='split', serialize=False, to='polls.poll')),
                ('made_at', models.DateTimeField(default=community.core.clock.now)),
                ('content', models.JSONField(default=dict)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['poll'],
            },
        ),
    ]
