"""`manage.py push_key`: a new key for web push."""

from django.core.management.base import BaseCommand

from activity.notices import webpush


class Command(BaseCommand):
    help = "Print a new key for web push: CONVOY_VAPID_KEY=$(manage.py push_key). Changing it ends every subscription."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(webpush.new_private_key())
