"""`manage.py demo_code NAME`: the six digits a demo member's authenticator app would show now."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.core import clock
from community.core.demo import is_demo_database
from community.members.models import Member


class Command(BaseCommand):
    help = "Print a demo member's second-factor code. Demo databases only. Example: manage.py demo_code Lin"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the member's name")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demo_database():
            raise CommandError("This is not a demo: codes are for the phones of those they belong to.")
        member = Member.objects.filter(name=options["name"], is_demo=True).first()
        if member is None:
            raise CommandError(f"No demo member is called {options['name']}.")
        app = Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).first()
        if app is None:
            raise CommandError(f"{member.name} has no authenticator app.")
        secret = decrypt(app.data["secret"])
        now = int(clock.now().timestamp())
        code = format_hotp_value(hotp_value(secret, now // 30))
        self.stdout.write(f"{code}   (for {30 - now % 30} more seconds; key for an app: {secret})")
