"""The only writers of canned answers: making, changing, retiring, and noting what was begun from one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.core.text import clean_source, is_blank
from community.members.models import Member
from community.members.presses import made_just_now
from forum.actions import clean_reason
from forum.models import Board, Lane, Post, PostRevision, PostState
from moderation.canned import access, policy, queries
from moderation.canned.facts import TemplateRewritten
from moderation.canned.models import MAX_FITS, MAX_NAME, MAX_TEXT, CannedAnswer, Use
from moderation.promises.actions import count_template, mark_template

_SAID = ("owner", "name", "fits", "text_en", "text_zh", "board_id", "lane")


@action
def make_answer(
    *,
    actor: Member,
    name: str,
    text_en: str = "",
    text_zh: str = "",
    fits: str = "",
    board_id: int | None = None,
    lane: str = "",
    is_shared: bool = True,
) -> CannedAnswer:
    """Keep an answer ready, for the team or for oneself. Invalid without a name or any text, and for unknown blanks."""
    require(access.may_keep(actor))
    row = CannedAnswer(owner=None if is_shared else actor, made_by=actor)
    _put(row, actor, name=name, fits=fits, text_en=text_en, text_zh=text_zh, board_id=board_id, lane=lane)
    said = {name: getattr(row, name) for name in _SAID}
    same = CannedAnswer.objects.filter(made_by=actor, retired_at=None, **said)
    made = made_just_now(actor, same, moment="changed_at", now=row.changed_at)
    if made is not None:
        return made
    row.save(force_insert=True)
    return row


@action
def change_answer(
    *,
    actor: Member,
    answer_id: int,
    version: int,
    name: str,
    text_en: str = "",
    text_zh: str = "",
    fits: str = "",
    board_id: int | None = None,
    lane: str = "",
) -> CannedAnswer:
    """Say it otherwise. Refused ("changed") where somebody else did meanwhile."""
    row = access.answer_for_change(actor, answer_id=answer_id)
    if row.version != version:
        who = row.changed_by.name if row.changed_by else _("Somebody who left")
        raise Refused(
            no(
                _("%(name)s changed this meanwhile. Your words are kept here; look at theirs first.")
                % {"name": who},
                "changed",
            )
        )
    _put(row, actor, name=name, fits=fits, text_en=text_en, text_zh=text_zh, board_id=board_id, lane=lane)
    row.version += 1
    row.save()
    return row


def _put(
    row: CannedAnswer,
    actor: Member,
    *,
    name: str,
    fits: str,
    text_en: str,
    text_zh: str,
    board_id: int | None,
    lane: str,
) -> None:
    too_long = _("That is %(length)d characters long; at most %(most)d fit.")
    row.name = clean_reason(
        name, field="name", most=MAX_NAME, missing=_("Give it a name that you find it by."), too_long=too_long
    )
    row.fits = clean_reason(fits, field="fits", required=False, most=MAX_FITS, too_long=too_long)
    row.text_en, row.text_zh = _text(text_en, "text_en"), _text(text_zh, "text_zh")
    if not row.texts:
        raise Invalid(_("Write the answer in one language at least."), field="text_en")
    if lane and lane not in Lane.values:
        raise Invalid(_("Choose what threads it is for."), field="lane")
    if board_id is not None and not Board.objects.moderated_by(actor).filter(pk=board_id).exists():
        raise Invalid(_("Choose a board that you moderate."), field="board")
    row.board_id, row.lane = board_id, lane
    row.changed_by, row.changed_at = actor, clock.now()


def _text(typed: str, field: str) -> str:
    text = clean_source(typed).strip()
    if is_blank(text):
        return ""
    if len(text) > MAX_TEXT:
        raise Invalid(
            _("That is %(length)d characters long; at most %(most)d fit.")
            % {"length": len(text), "most": MAX_TEXT},
            field=field,
        )
    if unknown := policy.unknown_in(text):
        raise Invalid(
            _("There is no blank {%(name)s}. Those there are stand below.") % {"name": unknown[0]},
            field=field,
        )
    return text


@action
def retire(*, actor: Member, answer_id: int) -> CannedAnswer:
    """Offer an answer no longer. Repeatable; its figures stay."""
    row = access.answer_for_change(actor, answer_id=answer_id)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
    return row


@action
def bring_back(*, actor: Member, answer_id: int) -> CannedAnswer:
    """Offer an answer again. Repeatable."""
    row = access.answer_for_change(actor, answer_id=answer_id)
    if row.retired_at is not None:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
    return row


@action
def note_use(*, post_id: int) -> Use | None:
    """Note which answer a reply of the team's was begun from, if any; hardly changed, it keeps no promise. Repeatable.

    The words tell, wherever they were sent from: whoever copies an answer by hand is found like whoever chose it.
    """
    posts = Post.objects.select_related("author", "thread__board", "thread__author")
    post = posts.filter(pk=post_id, number__gt=1, state=PostState.VISIBLE).first()
    if post is None or post.author is None or post.author.role not in access.TEAM:
        return None
    shares = [
        (policy.share_taken(text, post.plain), answer, lang, text)
        for answer in access.seen_by(post.author).order_by("pk")[: queries.MOST]
        for lang, text in answer.texts
    ]
    share, answer, lang, text = max(shares, key=lambda one: one[0], default=(0.0, None, "", ""))
    if answer is None or share < policy.BEGUN:
        return None
    opening = Post.objects.filter(thread=post.thread, number=1).first()
    values = queries.values_in_both(post.author, post.thread, opening, [answer])[lang]
    is_bare = policy.is_bare(text, values.values(), post.plain)
    use = Use(answer=answer, post=post, is_bare=is_bare, at=clock.now())
    if put_once(use) and is_bare:
        mark_template(actor=post.author, post_id=post.pk)
    return Use.objects.filter(post=post).first()


@action
def note_rewriting(*, post_id: int) -> Use | None:
    """Note that a reply which was an answer and hardly a word more has words of its own since its edit. Repeatable.

    From the edit on it keeps a promise; that it was sent bare at first changes nothing before.
    """
    uses = Use.objects.select_related("answer", "post__author", "post__thread__board", "post__thread__author")
    use = uses.filter(post=post_id, is_bare=True).first()
    author = use.post.author if use else None
    if use is None or author is None or _is_still_bare(use, author):
        return None
    use.is_bare = False
    use.save(update_fields=["is_bare"])
    # An edit soon after posting leaves no moment of its own: it is heard of at once, and never counts too early.
    count_template(actor=author, post_id=post_id, at=use.post.edited_at or clock.now())
    publish(TemplateRewritten(post_id=post_id, thread_id=use.post.thread_id))
    return use


def _is_still_bare(use: Use, author: Member) -> bool:
    """Beside the answer as it is and the reply as it was sent: where the answer changed, its old words are not own."""
    post = use.post
    opening = Post.objects.filter(thread=post.thread, number=1).first()
    values = queries.values_in_both(author, post.thread, opening, [use.answer])
    if any(policy.is_bare(text, values[lang].values(), post.plain) for lang, text in use.answer.texts):
        return True
    if use.answer.changed_at <= use.at:
        return False
    sent = PostRevision.objects.filter(post=post).order_by("number").first()
    return sent is None or policy.is_bare(sent.source, [], post.plain)
