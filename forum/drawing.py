"""The posts of a thread page as HTML: what stands between the words is drawn here twenty times a page.

Written in Python because the same markup as templates costs ten times as much; what is rare (a tombstone, an ignored
post, a line of the log) stays a template. Every text goes through `_text`; a post's words come from `core.text`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape as _text
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.core import display, hot, pieces
from community.core.links import link
from forum.fields import form_of, told_of
from forum.models import PostState, ReactionKind
from forum.narrowing import part_of

if TYPE_CHECKING:
    from forum.models import Board, Post
    from forum.queries.threads import ThreadPage

SHORT = 60  # letters of an answer that stands beside others


@cache
def _words(_language: str | None) -> dict[str, str]:
    """Every fixed sentence between posts in the active language, with its icon where it has one."""
    icon = pieces.icon
    # Outside the f-strings: the catalogue's collector does not read inside them.
    unread, reply, quote, accept = _("New from here"), _("Reply"), _("Quote"), _("This answers it")
    unaccept, edit, remove, hide = _("Not the answer after all"), _("Edit"), _("Remove"), _("Hide")
    restore, purge, more = _("Restore"), _("Erase for good"), _("More for #%(number)s")
    score = _("%(score)s where it came from")
    return {
        "unread": f'<p class="unread-line" id="unread">{_text(unread)}</p>',
        "reply": f"{icon('reply', 's')}{_text(reply)}",
        "quote": f"{icon('quote', 's')}{_text(quote)}",
        "accept": f"{icon('check', 's')}{_text(accept)}",
        "unaccept": _text(unaccept),
        "edit": _text(edit),
        "remove": _text(remove),
        "hide": _text(hide),
        "restore": _text(restore),
        "purge": _text(purge),
        "more": f'<span class="vh">{_text(more)}</span>',
        "more_icon": str(icon("more", "s")),
        "score": f'<span class="react">{icon("up", "s")}{_text(score)}</span>',
    }


def posts(page: ThreadPage) -> SafeString:
    """All posts of a page in order, with anchors, the unread line and the log between them."""
    parts: list[str] = []
    words = _words(get_language())
    kinds = _kinds(get_language())
    for post in page.posts:
        if post.is_first_unread:
            parts.append(words["unread"])
        parts.append(f'<span class="anchor" id="n{post.number}"></span>\n')
        parts.append(_post(page, post, words, kinds))
        parts += (render_to_string("forum/_log_line.html", {"line": line}) for line in post.log_after)
    return mark_safe("".join(parts))  # noqa: S308  drawn below, or by templates


def post(page: ThreadPage, post: Post) -> str:
    """One post of a page alone, as it stands among the others."""
    return _post(page, post, _words(get_language()), _kinds(get_language()))


@cache
def _kinds(_language: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((str(kind), str(label)) for kind, label in ReactionKind.choices)


def _post(page: ThreadPage, post: Post, words: dict[str, str], kinds: Iterable[tuple[str, str]]) -> str:
    is_worded = post.state == PostState.VISIBLE or (post.shown and post.state == PostState.HIDDEN)
    if not is_worded:
        return render_to_string("components/tombstone.html", {"post": post})
    history = link("forum:post_history", post.pk) if post.edit_count else ""
    told = particulars(post, page.thread.board) if post.particulars else ""
    drawn = (
        hot.post_open(post, page.thread, told)
        + _acts(page, post, words, kinds)
        + hot.post_close(post, history)
    )
    if getattr(post, "is_ignored", False) and not post.is_mine:
        return render_to_string("forum/_ignored_post.html", {"post": post, "drawn": mark_safe(drawn)})  # noqa: S308
    return drawn


def particulars(post: Post, board: Board) -> SafeString:
    """What a post answered to its board's form. Answers that others may share lead to those on its present board."""
    linked = {asked.pk for asked in form_of(board) if asked.is_filter}
    parts = []
    for one in told_of(post.particulars):
        things = _text(_(", ")).join(
            f'<a href="{link("forum:board", board.slug)}?by={quote(part_of(one.field, key))}">{_text(said)}</a>'
            if key and one.field in linked
            else f"<span{display.lang_attribute(said)}>{_text(said)}</span>"
            for said, key in one.words()
        )
        said = "".join(text for text, _key in one.words())
        # A tower of a few letters a line is no table: what is long has a row of its own.
        row = '<div class="wide">' if len(said) > SHORT or "\n" in said else "<div>"
        parts.append(f"{row}<dt>{_text(one.name)}</dt><dd>{things}</dd></div>")
    return mark_safe(f'<dl class="particulars">{"".join(parts)}</dl>')  # noqa: S308  every text above was escaped


def _acts(page: ThreadPage, post: Post, words: dict[str, str], kinds: Iterable[tuple[str, str]]) -> str:
    """What may be done with one post. The verdicts were reached in `queries`, by the rules in `access`."""
    can, is_visible = page.can, post.state == PostState.VISIBLE
    bar = pieces.reaction_bar(post, kinds, link("forum:post_react", post.pk) if post.can_react else "")
    score = words["score"] % {"score": int(post.imported_score)} if post.imported_score else ""
    verbs = _verbs(
        pk=post.pk,
        number=int(post.number),
        thread_id=page.thread.pk,
        is_visible=is_visible,
        can_reply=can["reply"] and is_visible,
        can_accept=can["accept"] and post.number > 1 and is_visible,
        is_accepted=post.is_accepted,
        can_edit=post.can_edit,
        can_remove=post.can_remove,
        can_moderate=post.can_moderate,
        language=get_language(),
    )
    return f'<span class="post-reacts">{bar}{score}</span>{verbs}'


@lru_cache(maxsize=8192)
def _verbs(
    *,
    pk: int,
    number: int,
    thread_id: int,
    is_visible: bool,
    can_reply: bool,
    can_accept: bool,
    is_accepted: bool,
    can_edit: bool,
    can_remove: bool,
    can_moderate: bool,
    language: str | None,
) -> str:
    """The links and buttons of one post. They depend on nothing but what is told here."""
    words = _words(language)
    parts: list[str] = []
    if can_reply:
        reply = link("forum:reply", thread_id)
        parts.append(
            f'<a href="{reply}?to={pk}">{words["reply"]}</a><a href="{reply}?quote={pk}">{words["quote"]}</a>'
        )
    if can_accept:
        if is_accepted:
            parts.append(_button(link("forum:unaccept", thread_id), words["unaccept"]))
        else:
            parts.append(_button(link("forum:post_accept", pk), words["accept"]))
    entries = []
    if can_edit:
        entries.append(f'<a href="{link("forum:post_edit", pk)}">{words["edit"]}</a>')
    if can_remove:
        entries.append(f'<a href="{link("forum:post_remove", pk)}">{words["remove"]}</a>')
    if can_moderate:
        if is_visible:
            entries.append(f'<a href="{link("forum:post_hide", pk)}">{words["hide"]}</a>')
        else:
            entries.append(_button(link("forum:post_restore", pk), words["restore"], css="menu-item"))
        entries.append(f'<a href="{link("forum:post_purge", pk)}">{words["purge"]}</a>')
    if entries:
        parts.append(
            f'<details class="menu" data-menu><summary>{words["more_icon"]}'
            f"{words['more'] % {'number': number}}</summary>"
            f'<div class="menu-pop">{"".join(entries)}</div></details>'
        )
    return "".join(parts)


def _button(address: str, said: str, *, css: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return f'<button{named} form="acts" formaction="{address}">{said}</button>'
