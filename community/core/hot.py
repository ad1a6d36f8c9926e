"""Thread rows and posts, the two pieces a page repeats twenty times.

Written in Python because the same markup as a template costs six times as much. `components/thread_row.html`
and `components/post.html` are their template faces and document what they read. Every text goes through
`_text`; the only HTML taken as it is comes from `core.text` (a post's words) and from `core.pieces`.
"""

from __future__ import annotations

from functools import cache
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
    words = _words(get_language())
    h = heading if heading in HEADINGS else "h3"
    new = getattr(thread, "new_count", None)
    board = thread.board
    board_url = _url_of(board) if show_board or thread.tag_list else ""
    lang = f' lang="{_text(thread.lang)}"' if getattr(thread, "lang", "") else ""
    css = "row" + (" row-read" if new == 0 else "") + (" row-pinned" if thread.is_pinned else "")
    marks = [
        f'<span class="lane">{pieces.icon(thread.lane, "s")}'
        f'<span class="lane-t">{_text(thread.lane_label)}</span></span>'
    ]
    if thread.accepted_post_id:
        marks.append(words["answered"])
    if thread.locked_at:
        marks.append(words["locked"])
    if thread.state == "hidden":
        marks.append(words["hidden"])
    if show_board:
        marks.append(f'<a class="tag in-board" href="{board_url}">{_text(board.title)}</a>')
    marks += [
        f'<a class="tag" href="{board_url}?tag={quote(slug, safe="")}">{_text(name)}</a>'
        for slug, name in thread.tag_list
    ]
    if topic := getattr(thread, "topic", ""):
        marks.append(f"<span{display.lang_attribute(topic)}>{words['topic']}{_text(topic)}</span>")
    if raised := getattr(thread, "raised_words", ""):
        marks.append(f'<span class="raised">{words["raise"]}<span>{_text(raised)}</span></span>')
    if thread.is_pinned and thread.pin_reason:
        marks.append(f'<span class="pin-why">{_text(thread.pin_reason)}</span>')
    last = thread.last_poster
    badge = f" {pieces.role_badge(last, short=True)}" if last.role != "member" else ""
    more = ngettext("%(count)s new", "%(count)s new", new) % {"count": new} if new else ""
    return mark_safe(  # noqa: S308  every text above went through _text
        f'<li class="{css}" data-row><div class="row-main">'
        f"{'' if hide_avatar else pieces.avatar(thread.author, 's')}"
        f'<div><{h} class="row-title ph"{lang}>'
        + (f'<i class="unread"></i><span class="vh">{words["unread"]} </span>' if new else "")
        + f'<a href="{_url_of(thread)}{"?unread=1" if new else ""}">'
        f"{words['pin'] if thread.is_pinned else ''}{pieces.phrases(thread.title)}</a></{h}>"
        f'<p class="meta">{"".join(marks)}</p></div></div>'
        f"{pieces.strip(thread)}"
        f'<p class="last"><span>{_text(last.name)}{badge}</span>'
        f"<small>{pieces.time_ago(thread.last_posted_at)}</small></p>"
        f'<p class="n"><span class="vh">{words["replies"]} </span>'
        f"{display.compact(thread.reply_count, get_language() or 'en')}"
        f"{f'<small>{_text(more)}</small>' if more else ''}</p></li>\n"
    )


def post_open(post: Any, thread: Any, told: str = "") -> SafeString:
    """A post up to and with its words; `post_close` ends it. See components/post.html for what it reads.

    `told` stands above the words: HTML of what else the post says, drawn by its room.
    """
    words = _words(get_language())
    author, number = post.author, post.number
    is_accepted = thread.accepted_post_id == post.pk
    is_hidden = post.state == "hidden"
    pk = _text(str(post.pk))
    css = "post" + (" post-accepted" if is_accepted else "") + (" post-hidden" if is_hidden else "")
    is_starter = number != 1 and post.author_id == thread.author_id
    began = (words["asked"] if thread.lane == "ask" else words["began"]) if is_starter else ""
    # Put on by whoever fetched the post for this viewer: the author may keep either to themselves.
    drives, headline = getattr(post, "drives", ""), getattr(post, "headline", "")
    about = ""
    if drives:
        car = _("drives %(what)s") % {"what": drives}
        about = f"<span>{_text(car)}</span>"
    elif headline:
        about = f"<span{display.lang_attribute(headline)}>{_text(headline)}</span>"
    notes = words["accepted"] if is_accepted else ""
    if is_hidden:
        notes += f'<p class="post-note">{words["hide"]}{_text(_why_hidden(post))}</p>'
    if post.reply_to_id and post.reply_to and post.reply_to.author:
        to = post.reply_to
        said = _("%(name)s, #%(number)s") % {"name": pieces.speaker(to.author), "number": to.number}
        notes += f'<p class="in-reply"><a href="{_url_of(to)}">{words["reply"]}{_text(said)}</a></p>'
    lang = f' lang="{_text(post.lang)}"' if getattr(post, "lang", "") else ""
    mine = " data-mine" if getattr(post, "is_mine", False) else ""
    return mark_safe(  # noqa: S308  every text above went through _text; post.html comes from core.text
        f'<article class="{css}" id="post-{pk}" aria-labelledby="by-{pk}"{mine} data-row>'
        f"<div>{pieces.avatar(author)}</div>"
        f'<div class="post-head"><div class="ident"><p class="who" id="by-{pk}">'
        f'<a href="{_url_of(author)}">{_text(author.name)}</a>{pieces.role_badge(author)}'
        f"{began}</p>"
        f'<p class="own">{pieces.owner_marks(author)}{about}</p></div>'
        f'<p class="when">{pieces.time_when(post.posted_at)}<a href="#post-{pk}" data-copy="{_url_of(post)}" '
        f'title="{words["permalink"]}">{words["number"] % {"number": int(number)}}</a></p></div>'
        f'<div class="body-col">{notes}{told}<div class="prose"{lang}>{post.html}</div>{_cards(post)}</div>{_below(post)}'
        '<div class="post-acts">'
    )


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


def _why_hidden(post: Any) -> str:
    if post.state_reason:
        return _("Hidden by the team: %(reason)s") % {"reason": post.state_reason}
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
