"""Thread rows and posts, the two pieces a page repeats twenty times.

Written in Python because the same markup as a template costs six times as much. `components/thread_row.html`
and `components/post.html` are their template faces and document what they read. Every text goes through
`_text`; the only HTML taken as it is comes from `core.text` (a post's words) and from `core.pieces`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape as _text
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from community.core import display, pieces

HEADINGS = frozenset({"h2", "h3", "h4"})


@cache
def _words(_language: str | None) -> dict[str, str]:
    """Every fixed sentence of a row and a post in the active language, with its icon where it has one."""
    icon = pieces.icon
    # Outside the f-strings: the catalogue's collector does not read inside them.
    asked = pgettext("author of the thread", "asked this")
    began = pgettext("author of the thread", "began this")
    accepted, edited = _("Accepted by the person who asked"), _("edited")
    answered, locked, hidden = _("Answered"), _("Locked"), _("Hidden")
    return {
        "unread": _text(_("Unread:")),
        "answered": f'<span class="ok">{icon("check", "s")}{_text(answered)}</span>',
        "locked": f'<span class="locked">{icon("lock", "s")}<span>{_text(locked)}</span></span>',
        "hidden": f'<span class="raised">{icon("hide", "s")}{_text(hidden)}</span>',
        "replies": _text(_("Replies:")),
        "asked": f'<span class="role role-op">{_text(asked)}</span>',
        "began": f'<span class="role role-op">{_text(began)}</span>',
        "permalink": _text(_("Link to this post")),
        "number": _text(_("#%(number)s")),
        "accepted": f'<p class="flag-ans">{icon("check", "s")}{_text(accepted)}</p>',
        "edited": f"{icon('history', 's')}{_text(edited)} ",
        "pin": str(icon("pin", "s")),
        # Only moderators pin: whose words the reason is stands before it.
        "pinned_by": f"{pieces.badge('moderator')} ",
        "raise": str(icon("raise", "s")),
        "topic": str(icon("bookmark", "s")),
        "hide": str(icon("hide", "s")),
        "reply": str(icon("reply", "s")),
    }


def _url_of(thing: Any) -> str:
    own = thing.get_absolute_url
    return _text(own() if callable(own) else own)


def thread_row(
    thread: Any, *, show_board: bool = False, heading: str = "h3", hide_avatar: bool = False
) -> SafeString:
    """One thread of a list. See components/thread_row.html for what it reads."""
    board, last = thread.board, thread.last_poster
    new = getattr(thread, "new_count", None)
    begin, end = _row(
        url=_url_of(thread),
        title=thread.title,
        lang=getattr(thread, "lang", ""),
        lane=(thread.lane, thread.lane_label),
        is_answered=bool(thread.accepted_post_id),
        is_locked=bool(thread.locked_at),
        is_hidden=thread.state == "hidden",
        board=(_url_of(board), board.title) if show_board or thread.tag_list else ("", ""),
        show_board=show_board,
        tags=tuple((slug, name) for slug, name in thread.tag_list),
        topic=getattr(thread, "topic", ""),
        raised=getattr(thread, "raised_words", ""),
        is_pinned=bool(thread.is_pinned),
        pin_reason=thread.pin_reason if thread.is_pinned else "",
        stone="" if hide_avatar else pieces.avatar(thread.author, "s"),
        strip=pieces.strip(thread),
        last=(last.name, last.role),
        replies=thread.reply_count,
        new=-1 if new is None else new,
        heading=heading if heading in HEADINGS else "h3",
        language=get_language(),
    )
    return mark_safe(f"{begin}{pieces.time_ago(thread.last_posted_at)}{end}")  # noqa: S308  drawn below


def thread_list(
    threads: Iterable[Any], *, show_board: bool = False, heading: str = "h3", hide_avatar: bool = False
) -> SafeString:
    """The rows of a list one after another."""
    rows = (
        thread_row(thread, show_board=show_board, heading=heading, hide_avatar=hide_avatar)
        for thread in threads
    )
    return mark_safe("".join(rows))  # noqa: S308  drawn above


@lru_cache(maxsize=8192)
def _row(
    *,
    url: str,
    title: str,
    lang: str,
    lane: tuple[str, str],
    is_answered: bool,
    is_locked: bool,
    is_hidden: bool,
    board: tuple[str, str],
    show_board: bool,
    tags: tuple[tuple[str, str], ...],
    topic: str,
    raised: str,
    is_pinned: bool,
    pin_reason: str,
    stone: str,
    strip: str,
    last: tuple[str, str],
    replies: int,
    new: int,
    heading: str,
    language: str | None,
) -> tuple[str, str]:
    """A row up to the time of its last post, and what follows. It depends on nothing but what is told here.

    Addresses, `stone` and `strip` are HTML already; `new` is -1 where it is not known.
    """
    words = _words(language)
    h, spoken = heading, f' lang="{_text(lang)}"' if lang else ""
    css = "row" + (" row-read" if new == 0 else "") + (" row-pinned" if is_pinned else "")
    marks = [
        f'<span class="lane">{pieces.icon(lane[0], "s")}<span class="lane-t">{_text(lane[1])}</span></span>'
    ]
    if is_answered:
        marks.append(words["answered"])
    if is_locked:
        marks.append(words["locked"])
    if is_hidden:
        marks.append(words["hidden"])
    if show_board:
        marks.append(f'<a class="tag in-board" href="{board[0]}">{_text(board[1])}</a>')
    marks += [
        f'<a class="tag" href="{board[0]}?tag={quote(slug, safe="")}">{_text(name)}</a>'
        for slug, name in tags
    ]
    if topic:
        marks.append(f"<span{display.lang_attribute(topic)}>{words['topic']}{_text(topic)}</span>")
    if raised:
        marks.append(f'<span class="raised">{words["raise"]}<span>{_text(raised)}</span></span>')
    if pin_reason:
        marks.append(f'<span class="pin-why">{words["pinned_by"]}{_text(pin_reason)}</span>')
    name, role = last
    badge = f" {pieces.badge(role, short=True)}" if role != "member" else ""
    more = ngettext("%(count)s new", "%(count)s new", new) % {"count": new} if new > 0 else ""
    begin = (
        f'<li class="{css}" data-row><div class="row-main">{stone}'
        f'<div><{h} class="row-title ph"{spoken}>'
        + (f'<i class="unread"></i><span class="vh">{words["unread"]} </span>' if new > 0 else "")
        + f'<a href="{url}{"?unread=1" if new > 0 else ""}">'
        f"{words['pin'] if is_pinned else ''}{pieces.phrases(title)}</a></{h}>"
        f'<p class="meta">{"".join(marks)}</p></div></div>'
        f"{strip}"
        f'<p class="last"><span>{_text(name)}{badge}</span><small>'
    )
    end = (
        f'</small></p><p class="n"><span class="vh">{words["replies"]} </span>'
        f"{display.compact(replies, language or 'en')}"
        f"{f'<small>{_text(more)}</small>' if more else ''}</p></li>\n"
    )
    return begin, end


def post_open(post: Any, thread: Any, told: str = "") -> SafeString:
    """A post up to and with its words; `post_close` ends it. See components/post.html for what it reads.

    `told` stands above the words: HTML of what else the post says, drawn by its room.
    """
    author = post.author
    begin, prose = _post_head(
        pk=str(post.pk),
        number=int(post.number),
        url=_url_of(post),
        state=post.state,
        reason=post.state_reason if post.state == "hidden" else "",
        is_accepted=thread.accepted_post_id == post.pk,
        starter=thread.lane if post.number != 1 and post.author_id == thread.author_id else "",
        is_mine=bool(getattr(post, "is_mine", False)),
        lang=getattr(post, "lang", ""),
        author=(
            author.name,
            _url_of(author),
            pieces.avatar(author),
            author.role,
            bool(getattr(author, "is_verified_owner", False)),
            bool(getattr(author, "is_key_member", False)),
            bool(getattr(author, "is_imported", False)),
            bool(getattr(author, "is_demo", False)),
        ),
        # Put on by whoever fetched the post for this viewer: the author may keep either to themselves.
        drives=getattr(post, "drives", ""),
        headline=getattr(post, "headline", ""),
        to=_answered(post),
        when=pieces.time_when(post.posted_at),
        language=get_language(),
    )
    return mark_safe(  # noqa: S308  drawn below; post.html comes from core.text
        f'{begin}{told}<div class="prose"{prose}>{post.html}</div>{_cards(post)}</div>{_below(post)}'
        '<div class="post-acts">'
    )


@lru_cache(maxsize=8192)
def _post_head(
    *,
    pk: str,
    number: int,
    url: str,
    state: str,
    reason: str,
    is_accepted: bool,
    starter: str,
    is_mine: bool,
    lang: str,
    author: tuple[str, str, str, str, bool, bool, bool, bool],
    drives: str,
    headline: str,
    to: tuple[str, int, str] | None,
    when: str,
    language: str | None,
) -> tuple[str, str]:
    """What stands before a post's words, and the language mark on them. It depends on nothing but what is told here.

    `url`, `when` and of `author` address and stone are HTML already.
    """
    words = _words(language)
    name, author_url, stone, role, *marks = author
    pk = _text(pk)
    css = "post" + (" post-accepted" if is_accepted else "") + (" post-hidden" if state == "hidden" else "")
    began = (words["asked"] if starter == "ask" else words["began"]) if starter else ""
    about = ""
    if drives:
        car = _("drives %(what)s") % {"what": drives}
        about = f"<span>{_text(car)}</span>"
    elif headline:
        about = f"<span{display.lang_attribute(headline)}>{_text(headline)}</span>"
    notes = words["accepted"] if is_accepted else ""
    if state == "hidden":
        notes += f'<p class="post-note">{words["hide"]}{_text(_why_hidden(reason))}</p>'
    if to:
        said = _("%(name)s, #%(number)s") if to[0] else _("#%(number)s")
        said %= {"name": to[0], "number": to[1]}
        notes += f'<p class="in-reply"><a href="{to[2]}">{words["reply"]}{_text(said)}</a></p>'
    mine = " data-mine" if is_mine else ""
    begin = (
        f'<article class="{css}" id="post-{pk}" aria-labelledby="by-{pk}"{mine} data-row>'
        f"<div>{stone}</div>"
        f'<div class="post-head"><div class="ident"><p class="who" id="by-{pk}">'
        f'<a href="{author_url}">{_text(name)}</a>{pieces.badge(role)}'
        f"{began}</p>"
        f'<p class="own">{pieces.marks(*marks)}{about}</p></div>'
        f'<p class="when">{when}<a href="#post-{pk}" data-copy="{url}" '
        f'title="{words["permalink"]}">{words["number"] % {"number": number}}</a></p></div>'
        f'<div class="body-col">{notes}'
    )
    return begin, f' lang="{_text(lang)}"' if lang else ""


def _answered(post: Any) -> tuple[str, int, str] | None:
    """Who wrote the post that this one answers, its number and address.

    Where that one went its reader may not go: then its number here is all that is said of it.
    """
    to = post.reply_to if post.reply_to_id else None
    if to is None or to.thread_id != post.thread_id:
        return None
    if to.state == "moved":
        return "", to.number, _url_of(to)
    return (pieces.speaker(to.author), to.number, _url_of(to)) if to.author else None


def _below(post: Any) -> str:
    """What other rooms put under a post's words: safe HTML, drawn by them."""
    below = getattr(post, "below", "")
    return f'<div class="post-below">{below}</div>' if isinstance(below, SafeString) and below else ""


def _cards(post: Any) -> str:
    """What other sites say of the pages that the post links to. Their words, so they go through `_text` too."""
    cards = getattr(post, "cards", None)
    if not cards:
        return ""
    drawn = [
        f'<li><a class="link-card" href="{_text(card["url"])}" rel="nofollow ugc noopener"><b>{_text(card["title"])}</b>'
        + (f"<span>{_text(card['words'])}</span>" if card["words"] else "")
        + f"<small>{_text(card['site'])}</small></a></li>"
        for card in cards
    ]
    return f'<ul class="link-cards">{"".join(drawn)}</ul>'


def _why_hidden(reason: str) -> str:
    if reason:
        return _("Hidden by the team: %(reason)s") % {"reason": reason}
    return _("Hidden by the team. Only the author and moderators see it.")


def post_close(post: Any, history_url: str = "") -> SafeString:
    """The foot of a post: that it was edited, and the end of its element."""
    if not post.edit_count:
        return SafeString("</div></article>\n")
    said = f"{_words(get_language())['edited']}{pieces.time_ago(post.edited_at)}"
    if history_url:
        said = f'<a href="{_text(history_url)}">{said}</a>'
    return mark_safe(f'<span class="edited">{said}</span></div></article>\n')  # noqa: S308  built above


def forget() -> None:
    """Drops the remembered sentences, when addresses or catalogues change under a running process."""
    _words.cache_clear()
    _row.cache_clear()
    _post_head.cache_clear()
