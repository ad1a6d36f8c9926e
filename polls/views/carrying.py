"""From a guest's device to another one: a link by letter, and the page behind it."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.core.access import Invalid, Refused, no
from community.core.ratelimit import client_network, hit
from community.members import letters
from community.members.house import brand_name
from forum.views._shared import members_only
from polls import actions, guests
from polls.queries.voted import brought_by, waiting_with
from polls.views._shared import actor_of

log = logging.getLogger("convoy.polls")

# Letters that one network may ask for within an hour, and that one address gets within a day.
LETTERS, HOUR = 5, 3600
TO_ONE, DAY = 3, 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def carry(request: HttpRequest) -> HttpResponse:
    """Ask for a link that carries this device's votes to another one. One statement for a guest."""
    if request.user.is_authenticated:
        messages.info(request, _("Your votes are with your account, on every device."))
        return HttpResponseRedirect(reverse("polls:list"))
    key, problem, status = guests.key_of(request), "", 200
    address = request.POST.get("email", "").strip()[:254]
    waits = waiting_with(key)
    if request.method == "POST":
        try:
            _send(request, key if waits else "", address)
        except Refused as refusal:
            problem, status = refusal.reason, 422 if isinstance(refusal, Invalid) else 429
        else:
            return _page(request, "carry", waits=waits, sent=address)
    return _page(request, "carry", status=status, waits=waits, typed=address, problem=problem)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def carried(request: HttpRequest, token: str) -> HttpResponseBase:
    """What waits behind a link. Only a press by somebody with an account takes it: mail programs open links as well."""
    key = guests.key_in_link(token)
    if not key:
        return _page(request, "carried", status=404, is_good=False)
    if request.method == "POST":
        return _take(request, token)
    waits = waiting_with(key)
    brought = brought_by(key, request.user) if request.user.is_authenticated and not waits else []
    return _page(request, "carried", is_good=True, waits=waits, token=token, brought=brought)


@members_only
def _take(request: HttpRequest, token: str) -> HttpResponse:
    key = guests.key_in_link(token)
    waited = waiting_with(key)
    taken = len(actions.recognise_guest(member=actor_of(request), guest_key=key))
    if taken:
        messages.success(request, _("The votes you cast on the other device are yours now."))
    if waited > taken:
        messages.info(request, _("Where you had voted with your account already, that vote stands."))
    return HttpResponseRedirect(reverse("polls:carried", args=[token]))


def _send(request: HttpRequest, key: str, address: str) -> None:
    """Send the link. Invalid for what is no address or where there is nothing to carry, Refused for too many."""
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(_("This is not an e-mail address."), field="email") from None
    if not key:
        raise Invalid(_("There is no vote on this device that a link could carry."), field="email")
    for verdict in (
        hit("polls.letters", client_network(request), limit=LETTERS, per=HOUR),
        hit("polls.letters.to", address.casefold(), limit=TO_ONE, per=DAY),
    ):
        if not verdict:
            raise Refused(verdict)
    path = reverse("polls:carried", args=[guests.link_from(key)])
    told = {
        "brand": brand_name(),
        "days": guests.CARRIED_DAYS,
        "url": str(settings.WAGTAILADMIN_BASE_URL).rstrip("/") + path,
    }
    subject = render_to_string("polls/email/carry_subject.txt", told)
    body = render_to_string("polls/email/carry_message.txt", told)
    try:
        EmailMessage(" ".join(subject.split()), body, to=[address]).send()
        letters.note(address=address, sort=letters.Sort.VOTES, subject=subject)
    except (OSError, SMTPException):
        log.exception("letter not sent", extra={"letter": "polls/carry"})
        letters.note(address=address, sort=letters.Sort.VOTES, subject=subject, is_sent=False)
        raise Refused(
            no(_("The letter could not be sent just now. Wait a minute, then ask for it again."), "rate")
        ) from None


def _page(request: HttpRequest, name: str, *, status: int = 200, **about: object) -> HttpResponse:
    context = {"here": "polls", "days": guests.CARRIED_DAYS} | about
    return render(request, f"polls/{name}.html", context, status=status)
