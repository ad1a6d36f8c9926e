"""`manage.py makemessages`, without guesses: a wrong translation that looks finished is worse than a gap."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
