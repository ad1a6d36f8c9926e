"""Letters: what one looks like, whom it comes from, and how it says that it can be stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.notices import words
from activity.notices.budget import zone_of
from activity.notices.kinds import Kind
from activity.notices.models import Delivery, Notification
from community.core import pieces
from community.core.text import excerpt
from community.members.house import brand_name
from community.members.models import FACE, Member
from forum.models import Post, PostState

MOST_LINES = 30  # of a digest; how many more there are is said below
QUOTED = 600  # characters of a post that a letter repeats
SALT = "activity.notices.off"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest, with what stops such ones."""

    text: str
    why: str
    url: str
    off_url: str
    off_label: str


def base_url() -> str:
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def off_url(member_id: int, scope: str) -> str:
    """The address that stops letters of this scope, without signing in. It does not run out: old letters stay."""
    token = signing.dumps([member_id, scope], salt=SALT)
    return base_url() + reverse("notices:stop", args=[token])


def read_token(token: str) -> tuple[int, str] | None:
    """Whom an address of `off_url` is about, and what it stops. None for one that was not made here."""
    try:
        member_id, scope = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(member_id), str(scope)


def scope_of(row: Notification) -> str:
    """What the link under a letter stops: the thread for a thread that is watched, else the kind."""
    return f"thread:{row.thread_id}" if row.kind == Kind.WATCHED else f"kind:{row.kind}"


def off_label(row: Notification) -> str:
    """What that link says."""
    if row.kind == Kind.WATCHED:
        return _("No more letters about this thread")
    return _("No more letters of this kind")


def address_of(row: Notification) -> str:
    """Where a letter leads: to the words themselves, for those who may read them."""
    if row.post_id and row.kind != Kind.HOUSE:
        return base_url() + reverse("forum:post", args=[row.post_id])
    return base_url() + reverse("notices:go", args=[row.pk])


@contextmanager
def spoken_to(member: Member) -> Iterator[None]:
    """In the member's language, by the clock on their wall."""
    known = dict(settings.LANGUAGES)
    language = member.language if member.language in known else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone_of(member.time_zone)):
        yield


def about(delivery: Delivery, row: Notification, member: Member) -> EmailMultiAlternatives:
    """A letter about one notification. At most one statement beside the rows given."""
    with spoken_to(member):
        title, off = words.plain(row), off_url(member.pk, scope_of(row))
        quoted = _quoted(row)
        context = {
            "title": title,
            "why": words.why(row),
            "url": address_of(row),
            "quote": excerpt(quoted.plain, QUOTED) if quoted else "",
            "who": quoted.author if quoted else None,
            "off_url": off,
            "off_label": off_label(row),
            "act": _("Read it") if row.thread is not None else _("Look at it"),
        }
        subject = f"Re: {row.thread.title}" if row.thread is not None else title
        sender = pieces.speaker(row.actor) if row.actor is not None else ""
        message = _letter("letter", subject, sender, member, context, off=off)
        if told_in := _told_in(row):
            # One conversation in the mail program for one on the site.
            root = f"<{told_in}@{_host()}>"
            message.extra_headers |= {"In-Reply-To": root, "References": root}
    message.extra_headers["Message-ID"] = f"<notice-{delivery.pk}@{_host()}>"
    delivery.title = title[:250]
    return message


def digest(delivery: Delivery, rows: list[Notification], member: Member) -> EmailMultiAlternatives:
    """The letter of what waited. Rows come with faces, the latest first; never none."""
    with spoken_to(member):
        lines = [
            Line(
                words.plain(row),
                words.why(row),
                address_of(row),
                off_url(member.pk, scope_of(row)),
                off_label(row),
            )
            for row in rows[:MOST_LINES]
        ]
        title = ngettext("%(count)s thing waits for you", "%(count)s things wait for you", len(rows)) % {
            "count": len(rows)
        }
        off = off_url(member.pk, "digest")
        context = {
            "title": title,
            "lines": lines,
            "more": max(0, len(rows) - MOST_LINES),
            "off_url": off,
            "list_url": base_url() + reverse("notices:list"),
        }
        message = _letter("digest", title, "", member, context, off=off)
    message.extra_headers["Message-ID"] = f"<digest-{delivery.pk}@{_host()}>"
    delivery.title = title[:250]
    return message


def _letter(
    template: str, subject: str, sender: str, member: Member, context: dict[str, Any], *, off: str
) -> EmailMultiAlternatives:
    brand = brand_name()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    from_name = f"{sender} · {brand}" if sender else brand or name
    context |= {
        "brand": brand,
        "member": member,
        "settings_url": base_url() + reverse("notices:settings"),
        "log_url": base_url() + reverse("notices:sent"),
        "language": translation.get_language(),
    }
    message = EmailMultiAlternatives(
        subject=re.sub(r"\s+", " ", subject),
        body=render_to_string(f"notices/email/{template}.txt", context).strip() + "\n",
        from_email=formataddr((from_name, address)),
        to=[member.email or ""],
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"notices/email/{template}.html", context), "text/html")
    return message


def _told_in(row: Notification) -> str:
    """The conversation a letter belongs to: its thread, or the private one; empty where there is none."""
    if row.kind == Kind.MESSAGE:
        return row.subject.replace(":", "-")
    return f"thread-{row.thread_id}" if row.thread_id else ""


def _quoted(row: Notification) -> Post | None:
    """The post that the letter leads to, with whoever wrote it: of several happenings the first, not the latest."""
    if not row.post_id or row.kind in (Kind.HOUSE, Kind.REACTION, Kind.ACCEPTED):
        return None
    # In another thread it may stand where its reader sees nothing.
    found = Post.objects.filter(pk=row.post_id, thread=row.thread_id, state=PostState.VISIBLE)
    return found.select_related("author").only("plain", *(f"author__{name}" for name in FACE)).first()


def _host() -> str:
    return urlsplit(base_url()).hostname or "localhost"
