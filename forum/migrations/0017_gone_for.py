from django.db import migrations, models

KINDS = [('spam', 'Spam or advertising'), ('off', 'Off topic'), ('personal', 'Personal data'), ('hostile', 'Hostile'), ('double', 'Said twice'), ('other', 'Another reason')]


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0016_topic_label'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='gone_for',
            field=models.CharField(blank=True, choices=KINDS, db_default='', default='', max_length=8),
        ),
        migrations.AddField(
            model_name='thread',
            name='gone_for',
            field=models.CharField(blank=True, choices=KINDS, db_default='', default='', max_length=8),
        ),
    ]
