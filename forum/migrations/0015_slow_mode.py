from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0014_raised'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='slow_minutes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='thread',
            name='slow_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='thread',
            name='slow_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AlterField(
            model_name='threadlog',
            name='kind',
            field=models.CharField(choices=[('locked', 'locked'), ('unlocked', 'unlocked'), ('pinned', 'pinned'), ('unpinned', 'unpinned'), ('slowed', 'slowed down'), ('unslowed', 'ended slow mode'), ('moved', 'moved'), ('merged_in', 'merged'), ('split_off', 'split'), ('split_from', 'split from'), ('renamed', 'renamed'), ('lane', 'changed lane'), ('retagged', 'retagged'), ('hidden', 'hidden'), ('restored', 'restored'), ('removed', 'removed'), ('accepted', 'accepted an answer'), ('unaccepted', 'withdrew the accepted answer')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('slow_until__isnull', False)), fields=['slow_until'], name='thread_slow_ones'),
        ),
    ]
