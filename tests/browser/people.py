"""Who visits: the demo's people, let in by a prepared session, or at the door like anybody else."""

import json
from functools import cache

from tests.browser.site import Site
from tests.browser.visitor import Visitor

KINDS = ("owner", "moderator", "editor", "admin")

_SESSIONS = """
import json
from importlib import import_module
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from community.core import clock
from community.members.models import Member
Store = import_module(settings.SESSION_ENGINE).SessionStore
kinds = {"owner": {"role": "member", "is_verified_owner": True}}
kinds |= {role: {"role": role} for role in ("moderator", "editor", "admin")}
made = {}
for kind, wanted in kinds.items():
    fit = Member.objects.filter(is_active=True, standing="good", email__isnull=False, **wanted)
    member = fit.order_by("pk").first()
    if member is None:
        continue
    factor = Authenticator.objects.filter(user=member, type="totp").first()
    if factor is None:
        factor = TOTP.activate(member, generate_totp_secret()).instance
    session = Store()
    session["_auth_user_id"] = str(member.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = member.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "id": factor.pk, "at": clock.now().timestamp()}
    ]
    session.save()
    made[kind] = {"key": session.session_key, "name": member.name}
print("SESSIONS" + json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "people": made}))
"""


@cache
def _prepared(site: Site) -> dict[str, dict[str, dict[str, str]]]:
    told: dict[str, dict[str, dict[str, str]]] = json.loads(
        site.manage("shell", "-c", _SESSIONS).rpartition("SESSIONS")[2].strip()
    )
    return told


def enter(visitor: Visitor, site: Site, kind: str) -> str:
    """Let the visitor in as one of KINDS, second factor given; the member's name."""
    told = _prepared(site)
    person = told["people"][kind]
    visitor.context.add_cookies([{"name": told["cookie"], "value": person["key"], "url": site.address}])  # type: ignore[list-item]
    return person["name"]


def sign_in(visitor: Visitor, email: str, password: str) -> None:
    """Come in at the door, in English, with a password."""
    page = visitor.page
    visitor.open("/account/login/")
    page.get_by_label("E-mail", exact=False).first.fill(email)
    page.get_by_text("Use a password").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    page.wait_for_url(lambda address: "/account/login" not in address)
