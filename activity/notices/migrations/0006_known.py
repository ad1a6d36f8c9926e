from django.db import migrations, models

KINDS = [('message', 'Somebody writes to me'), ('mention', 'Somebody mentions me'), ('quote', 'Somebody quotes me'), ('reply', 'Somebody replies to me'), ('called', 'Somebody calls a group I belong to'), ('asked', 'The team asks me to help in a thread'), ('duty', 'The desk needs me'), ('house', 'Moderators act on my posts or my account'), ('accepted', 'My answer is accepted'), ('known', 'An answer that I rely on changes'), ('followed', 'Somebody I follow opens a thread'), ('watched', 'New replies in a thread I watch'), ('opened', 'New threads on a board I watch'), ('follower', 'Somebody begins to follow me'), ('poll', 'A poll in a thread I watch closes soon, and I have not voted'), ('reaction', 'Reactions to my posts')]


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0005_work'),
    ]

    operations = [
        # Words only: the columns stay as they are.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='delivery',
                    name='kind',
                    field=models.CharField(blank=True, choices=KINDS, default='', max_length=8),
                ),
                migrations.AlterField(
                    model_name='notification',
                    name='kind',
                    field=models.CharField(choices=KINDS, max_length=8),
                ),
                migrations.AlterField(
                    model_name='preference',
                    name='kind',
                    field=models.CharField(choices=KINDS, max_length=8),
                ),
            ],
        ),
    ]
