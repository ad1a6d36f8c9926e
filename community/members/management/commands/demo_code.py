"""`manage.py demo_code WHO`: the six digits a demo member's authenticator app would show now."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from community.core import clock
from community.core.demo import is_demo_database
from community.members.models import Member


class Command(BaseCommand):
    help = "Print a demo member's second-factor code. Demo databases only. Example: manage.py demo_code moderator"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "who", metavar="WHO", help="moderator, editor, admin, or a member's name or address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demo_database():
            raise CommandError("This is not a demo: codes are for the phones of those they belong to.")
        who = options["who"].strip()
        demo = Member.objects.filter(is_demo=True).order_by("pk")
        member = demo.filter(Q(name=who) | Q(email__iexact=who)).first()
        # Not every keyboard writes the names of the demo's people.
        member = member or demo.filter(role=who.lower(), authenticator__type=Authenticator.Type.TOTP).first()
        if member is None:
            raise CommandError(f"No demo member is called {who}. Try moderator, editor or admin.")
        app = Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).first()
        if app is None:
            raise CommandError(f"{member.name} has no authenticator app.")
        secret = decrypt(app.data["secret"])
        now = int(clock.now().timestamp())
        code = format_hotp_value(hotp_value(secret, now // 30))
        self.stdout.write(f"{code}   (for {30 - now % 30} more seconds; key for an app: {secret})")
