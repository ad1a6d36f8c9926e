"""What a notification says: one sentence, why it came, and what switches it off. For pages, letters and push alike."""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.notices import pictures
from activity.notices.kinds import Kind
from activity.notices.models import Delivery, Notification
from community.core import pieces
from community.files import problems
from forum.calls import Group
from forum.models import Lane

_PLACE = re.compile(r"%\((\w+)\)s")


def sentence(row: Notification) -> SafeString:
    """What happened, as HTML: people and threads in bold, their signs beside them."""
    return _filled(_pattern(row), who=_who_html(row), thread=_bold(_title(row)), board=_bold(_board(row)))


def plain(row: Notification) -> str:
    """The same without markup, for subjects, push and logs."""
    return _pattern(row) % {"who": _who(row), "thread": _quoted(_title(row)), "board": _board(row)}


def logged(row: Delivery) -> str:
    """What a line of the log is about: what was sent, or would have been; only its kind where no more may be told."""
    about = row.notification
    if getattr(row, "is_tellable", False):
        if row.title:
            return row.title
        if about is not None and about.withdrawn_at is None:
            return plain(about)
    return row.get_kind_display() or row.get_channel_display()


def why(row: Notification) -> str:
    """Why this came to me."""
    words = _why(row)
    if row.count > 1 and row.kind in (Kind.WATCHED, Kind.REPLY, Kind.MENTION, Kind.QUOTE, Kind.CALLED):
        told = ngettext(
            "%(count)s post became one notice.", "%(count)s posts became one notice.", row.count
        ) % {"count": row.count}
        return f"{words} {told}"
    return words


def off_label(row: Notification) -> str:
    """What the one-click switch beside it says; empty where there is none."""
    if row.kind == Kind.HOUSE:
        return ""
    return {
        Kind.WATCHED.value: _("Stop this thread"),
        Kind.OPENED.value: _("Stop this board"),
        Kind.REACTION.value: _("No reactions"),
        Kind.POLL.value: _("No reminders of polls"),
        Kind.MENTION.value: _("No mentions"),
        Kind.QUOTE.value: _("No quotes"),
        Kind.REPLY.value: _("No replies to me"),
        Kind.CALLED.value: _("No calls of groups"),
        Kind.ACCEPTED.value: _("No accepted answers"),
        Kind.KNOWN.value: _("No changes of answers"),
        Kind.FOLLOWED.value: _("No new threads of people I follow"),
        Kind.FOLLOWER.value: _("No new followers"),
        Kind.MESSAGE.value: _("No notices of messages"),
        Kind.ASKED.value: _("Do not ask me"),
        Kind.DUTY.value: _("No notices of the desk"),
    }[row.kind]


def _pattern(row: Notification) -> str:
    if row.kind == Kind.HOUSE:
        return _house(row)
    if row.kind == Kind.CALLED:
        return _call(row)
    if row.kind == Kind.DUTY:
        return _duty(row)
    if row.kind == Kind.KNOWN:
        return _known(row)
    return {
        Kind.MENTION.value: _("%(who)s mentioned you in %(thread)s"),
        Kind.QUOTE.value: _("%(who)s quoted you in %(thread)s"),
        Kind.REPLY.value: _("%(who)s replied to you in %(thread)s"),
        Kind.WATCHED.value: _("%(who)s replied in %(thread)s"),
        Kind.OPENED.value: _("%(who)s opened %(thread)s in %(board)s"),
        Kind.FOLLOWED.value: _("%(who)s opened %(thread)s in %(board)s"),
        Kind.POLL.value: _("A poll in %(thread)s closes within a day, and you have not voted")
        if row.thread is not None
        else _("A poll on a board you watch closes within a day, and you have not voted"),
        Kind.REACTION.value: _("%(who)s reacted to your post in %(thread)s"),
        Kind.ACCEPTED.value: _("%(who)s accepted your answer in %(thread)s"),
        Kind.ASKED.value: _("%(who)s asks you to help in %(thread)s"),
        Kind.MESSAGE.value: _("%(who)s wrote you a message"),
        Kind.FOLLOWER.value: _("%(who)s began to follow you"),
    }[row.kind]


def _call(row: Notification) -> str:
    return {
        Group.MODERATORS.value: _("%(who)s called the moderators in %(thread)s"),
        Group.CIRCLE.value: _("%(who)s called everybody of the circle in %(thread)s"),
        Group.KEY_MEMBERS.value: _("%(who)s called the key members in %(thread)s"),
    }.get(row.why, _("%(who)s called all owners in %(thread)s"))


def _house(row: Notification) -> str:
    what = str(row.data.get("what", ""))
    if what.startswith("lane_") and what.removeprefix("lane_") in Lane.values:
        told = {"who": "%(who)s", "thread": "%(thread)s", "lane": Lane(what.removeprefix("lane_")).label}
        return _("%(who)s changed the lane of your thread %(thread)s to “%(lane)s”") % told
    return {
        "post_hidden": _("%(who)s hid your post in %(thread)s"),
        "post_removed": _("%(who)s removed your post in %(thread)s"),
        "post_erased": _("%(who)s erased your post in %(thread)s"),
        "thread_hidden": _("%(who)s hid your thread %(thread)s"),
        "thread_removed": _("%(who)s removed your thread %(thread)s"),
        "moved": _("%(who)s moved your thread %(thread)s to another board"),
        "not_published": _(
            "A post of yours waited for this moment and could not be published. It is a draft again."
        ),
        pictures.IN_POST: _("A picture in your post in %(thread)s could not be used, and is missing there"),
        pictures.ELSEWHERE: _("A picture of yours could not be used, and is missing where you put it"),
        "warned": _("%(who)s warned you"),
        "muted": _("%(who)s muted you: you can read, but not write"),
        "suspended": _("%(who)s suspended your account"),
        "key_named": _("%(who)s named you a key member, as you agreed"),
        "key_ended": _("Your term as a key member is over"),
        "restored": _("%(who)s restored your good standing"),
        "report_settled": _("Moderators looked at the messages you reported, and acted"),
        "report_dismissed": _("Moderators looked at the messages you reported, and found nothing to act on"),
    }.get(what, _("%(who)s did something about your posts"))


def _duty(row: Notification) -> str:
    return {
        "assigned": _("%(who)s handed %(thread)s to you"),
        "held": _("%(thread)s waits for its first answer, and it is your turn"),
        "handed": _("%(thread)s is handed over to you: half of the promised time is gone"),
        "nobody": _("%(thread)s waits for its first answer, and nobody has it"),
        "late": _("%(thread)s still waits, and the promise ends soon"),
        "broken": _("The promise in %(thread)s is broken"),
        "overdue": _("%(thread)s was due from you by now"),
        "overdue_asked": _("%(thread)s, which you handed on, was due by now and is still open"),
        "unseen": _("Nobody of staff looked at %(board)s for two days, and %(thread)s waits there"),
        "topic_opens": _("The theme %(thread)s begins: its thread is yours to open"),
        "topic_summary": _("The theme %(thread)s ends: its summary is yours to write"),
    }.get(row.data.get("what", ""), _("%(thread)s needs you"))


def _known(row: Notification) -> str:
    return {
        "replaced": _("Another answer took the place of the one in %(thread)s"),
        "narrowed": _("The answer in %(thread)s holds for fewer cars now"),
        "withdrawn": _("The answer in %(thread)s was taken back"),
    }.get(row.data.get("what", ""), _("The answer in %(thread)s says something new"))


def _gap(language: str) -> str:
    return {
        "en": _("Nobody who answers in English was on the rota, so it falls to you."),
        "zh": _("Nobody who answers in Chinese was on the rota, so it falls to you."),
    }.get(language, _("Nobody was on the rota, so it falls to you."))


def _why(row: Notification) -> str:
    reasons = {
        Kind.MENTION.value: _("Your name stands in the post."),
        Kind.QUOTE.value: _("Your words are quoted there."),
        Kind.REPLY.value: _("It answers what you wrote."),
        Kind.OPENED.value: _("You watch this board."),
        Kind.FOLLOWED.value: _("You follow them."),
        Kind.POLL.value: _("You watch this thread, and may vote in it.")
        if row.thread is not None
        else _("You watch its board, and may vote in it."),
        Kind.REACTION.value: _("Counted together, never one by one."),
        Kind.ACCEPTED.value: _("You wrote the answer."),
        Kind.MESSAGE.value: _("It is addressed to you."),
        Kind.ASKED.value: _("You helped here before."),
        Kind.DUTY.value: _("You are on the rota, or lead it."),
        Kind.FOLLOWER.value: _("They let others see whom they follow."),
        Kind.HOUSE.value: _("It is about what you wrote, or your account."),
    }
    if row.kind == Kind.WATCHED:
        return {"started": _("You started this thread."), "wrote": _("You wrote in this thread.")}.get(
            row.why, _("You watch this thread.")
        )
    if row.kind == Kind.CALLED:
        return {
            Group.MODERATORS.value: _("You moderate this board."),
            Group.CIRCLE.value: _("You belong to this board's circle."),
            Group.KEY_MEMBERS.value: _("You are a key member."),
        }.get(row.why, _("You are a verified owner."))
    if row.kind == Kind.KNOWN:
        relies = (
            _("You said that it solved yours.") if row.why == "said" else _("Your thread is linked to it.")
        )
        reason = row.data.get("reason")
        given = _("The reason given: %(reason)s") % {"reason": reason} if reason else ""
        return f"{relies} {given}".rstrip()
    if row.kind == Kind.HOUSE and (about := _why_house(row)):
        return about
    if row.kind == Kind.DUTY and (about := _why_duty(row)):
        return about
    if row.kind in (Kind.HOUSE, Kind.ASKED, Kind.DUTY) and row.data.get("reason"):
        return _("The reason given: %(reason)s") % {"reason": row.data["reason"]}
    return reasons[row.kind]


def _why_duty(row: Notification) -> str:
    """The reason where it is not their turn on a rota; else empty."""
    if row.data.get("unled"):
        return _("Its rota has no lead, so administrators are told.")
    if row.data.get("gap"):
        return _gap(row.thread.lang if row.thread else "")
    if str(row.data.get("what", "")).startswith("topic_"):
        return _("You look after this theme.")
    return ""


def _why_house(row: Notification) -> str:
    """The reason where it is neither their own words nor their account; else empty."""
    what = str(row.data.get("what", ""))
    if what in (pictures.IN_POST, pictures.ELSEWHERE):
        return problems.words_of(str(row.data.get("reason", "")))
    return _("You showed them what somebody wrote to you.") if what.startswith("report_") else ""


def _who(row: Notification) -> str:
    name = pieces.speaker(row.actor) if row.actor is not None else _("Somebody")
    others = row.actor_count - 1
    if others < 1:
        return name
    return ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others) % {
        "name": name,
        "count": others,
    }


def _who_html(row: Notification) -> SafeString:
    if row.actor is None:
        return _bold(_("Somebody"))
    sign = pieces.role_badge(row.actor)
    name = format_html("<b>{}</b>", row.actor.name)
    name = format_html("{} {}", name, sign) if sign else name
    others = row.actor_count - 1
    if others < 1:
        return name
    words = ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others)
    return _filled(words, name=name, count=str(others))


def _filled(words: str, **values: SafeString | str) -> SafeString:
    return format_html(_PLACE.sub(r"{\1}", words), **values)


def _bold(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)


def _title(row: Notification) -> str:
    return row.thread.title if row.thread is not None else str(row.data.get("title", ""))


def _board(row: Notification) -> str:
    return row.thread.board.title if row.thread is not None else ""


def _quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text} if text else ""
