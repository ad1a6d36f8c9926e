"""What was counted, as HTML: drawn for every vote, so in Python, which costs a tenth of the same markup as a template.

What is rare (rounds of an order, who chose what) stays a template. Every text goes through `_text`.
"""

from __future__ import annotations

from functools import cache
from html import escape as _text
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community.core import clock, pieces
from community.core.links import link
from community.files.links import shown as picture_of
from polls import labels, wording
from polls.models import Choice, Kind, Secrecy

if TYPE_CHECKING:
    from polls.labels import Label
    from polls.queries.dressing import Bar, Shown

MOST_KEPT = 500
_RESULT, _VERSION = "\ue000result\ue001", "\ue000version\ue001"
_frames: dict[tuple[Any, ...], tuple[str, ...]] = {}

_NO_PICTURE = '<i class="pic-img" aria-hidden="true"></i>'  # keeps the place of one in a row


def box(request: HttpRequest, shown: Shown, style: str) -> str:
    """A poll alone. What stands around the result of a guest who has voted is the same for all who chose alike: it is
    drawn once, and the result put in."""
    told = {"shown": shown, "style": style}
    if request.user.is_authenticated or not _is_usual(shown):
        return render_to_string("polls/_poll.html", told, request)
    key = _frame_key(shown, style)
    frame = _frames.get(key)
    if frame is None:
        drawn = render_to_string(
            "polls/_poll.html", told | {"result_mark": _RESULT, "version_mark": _VERSION}, request
        )
        before, _mark, rest = drawn.partition(_VERSION)
        frame = (before, *rest.partition(_RESULT)[::2])
        if drawn.count(_VERSION) != 1 or drawn.count(_RESULT) != 1:  # somebody's words hold a mark of ours
            return render_to_string("polls/_poll.html", told, request)
        if len(_frames) >= MOST_KEPT:
            _frames.clear()
        _frames[key] = frame
    before, between, after = frame
    result = _quickly(shown) if _is_short(shown, style) else render_to_string("polls/_result.html", told)
    return f"{before}{shown.counts.version}{between}{result}{after}"


def _is_short(shown: Shown, style: str) -> bool:
    """A result of bars alone."""
    return bool(shown.counted) and shown.poll.kind in (Kind.SINGLE, Kind.MULTIPLE) and style != "page"


def _quickly(shown: Shown) -> str:
    """What `_result.html` draws of a result of bars alone."""
    label = labels.of_poll(shown)
    parts = bars(shown) + table(shown) + notes(shown, label) + warnings(label)
    return f'<div class="poll-result" data-poll-result>{parts}</div>'


def _is_usual(shown: Shown) -> bool:
    """A vote beside a result, and nothing else that another guest would not see."""
    is_plain = not (shown.problem or shown.typed or shown.asks_again or shown.is_left_out or shown.is_manager)
    is_plain = is_plain and not shown.is_elsewhere
    return is_plain and shown.has_voted and shown.shows_result and not shown.poll.is_decision


def _frame_key(shown: Shown, style: str) -> tuple[Any, ...]:
    """All that a frame may differ by. Moments are told by the day."""
    poll = shown.poll
    words = tuple(value for name, value in poll.__dict__.items() if name != "_state")
    asker = poll.author.name, poll.author.role
    place = (poll.thread.slug, poll.thread.title, poll.thread.is_locked) if poll.thread else ()
    texts = tuple((choice.number, choice.place, choice.text) for choice in shown.choices)
    mine = tuple(sorted(shown.mine.items())), shown.took_part, shown.just_voted
    today = timezone.localdate(clock.now())
    return style, get_language(), today, poll.is_over, shown.vote.code, mine, words, asker, place, texts


def bars(shown: Shown) -> SafeString:
    """Votes by choice as bars, the members' part solid, and what tells it from the guests'."""
    words = _words(get_language())
    closed = " roads-closed" if shown.poll.is_over else ""
    pictures = " roads-pics" if shown.has_pictures else ""
    animate = " data-animate" if shown.just_voted else ""
    rows = "".join(_bar(shown, bar, words) for bar in shown.bars)
    has_both = shown.counts.guests and shown.counts.members and not shown.poll.is_decision
    legend = words["legend"] if has_both else ""
    return mark_safe(f'<ol class="roads{closed}{pictures}"{animate}>{rows}</ol>{legend}')  # noqa: S308  escaped


def _bar(shown: Shown, bar: Bar, words: dict[str, str]) -> str:
    choice = bar.choice
    marks = (" data-mine" if bar.is_mine else "") + (" data-win" if bar.is_winner else "")
    picture = (picture_in(choice) or _NO_PICTURE) if shown.has_pictures else ""
    mine = f" <small>{words['mine']}</small>" if bar.is_mine else ""
    late = f" <small>{_added(choice)}</small>" if choice.added_at else ""
    solid, length = f"{bar.solid:g}%", f"{bar.length:g}%"
    return (
        f'<li data-number="{choice.number}"{marks}>{picture}<span>{_text(choice.text)}{mine}{late}</span>'
        '<svg class="rdp" aria-hidden="true"><line class="rd-bg" x2="100%" y1="10" y2="10"/>'
        f'<line class="tr2" x1="{solid}" x2="{length}" y1="10" y2="10"/>'
        f'<line class="rd-fg" x2="{solid}" y1="10" y2="10"/>'
        f'<line class="rd-tip" x1="{length}" x2="{length}" y1="4" y2="16"/></svg>'
        f"<b>{words['share'] % {'n': bar.percent}}</b></li>"
    )


def table(shown: Shown) -> SafeString:
    """The same as figures, when asked for: members, guests where there may be some, and the share."""
    words = _words(get_language())
    with_guests = bool(shown.counts.guests) or shown.audience.takes_guests
    caption = words["counting" if shown.is_being_counted else "final" if shown.poll.is_over else "so_far"]
    heads = [words["choice"], words["members"], *([words["guests"]] if with_guests else []), words["shares"]]
    rows = []
    for bar in shown.bars:
        late = f", {words['late']}" if bar.choice.added_at else ""
        guests = f'<td data-of="1">{bar.guests}</td>' if with_guests else ""
        rows.append(
            f'<tr data-number="{bar.choice.number}"><th scope="row">{_text(bar.choice.text)}{late}</th>'
            f'<td data-of="0">{bar.members}</td>{guests}'
            f"<td data-share>{words['share'] % {'n': bar.percent}}</td></tr>"
        )
    head = "".join(f'<th scope="col">{said}</th>' for said in heads)
    return mark_safe(  # noqa: S308  texts were escaped
        f'<details class="disclosure"><summary>{words["as_table"]}</summary>'
        f'<table class="table"><caption>{caption}</caption><thead><tr>{head}'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )


def notes(shown: Shown, label: Label) -> SafeString:
    """Who answered, since when, what was changed meanwhile, and where that is told at length."""
    words, poll, parts = _words(get_language()), shown.poll, []
    for place, said in enumerate(wording.answered(shown)):
        is_count = place == 0 or (place == 1 and shown.audience.takes_guests)
        mark = f' data-count="{place}"' if is_count else ""
        parts.append(f"<span{mark}>{conditional_escape(said)}</span>")
    if poll.correction_count:
        parts.append(_link(link("polls:corrections", poll.pk), words["changed"]))
    if poll.end_moved_at:
        parts.append(_link(link("polls:corrections", poll.pk), words["moved"]))
    if poll.recount_count:
        n = poll.recount_count
        said = ngettext("Recounted %(n)s time", "Recounted %(n)s times", n) % {"n": n}
        parts.append(_link(link("polls:recounts", poll.pk), _text(said)))
    if poll.secrecy == Secrecy.NAMED:
        parts.append(_link(link("polls:voters", poll.pk), words["who"]))
    if label.share:
        parts.append(f"<span>{_text(label.share)}</span>")
    parts.append(_link(reverse("polls:truth"), words["judge"]))
    return mark_safe(f'<p class="note-line">{"".join(parts)}</p>')  # noqa: S308  texts were escaped


def warnings(label: Label) -> SafeString:
    """What a result cannot carry."""
    alert = pieces.icon("alert", "s")
    rows = "".join(
        f'<li data-rule="{rule}">{alert}<span>{_text(said)}</span></li>' for rule, said in label.warnings
    )
    return mark_safe(f'<ul class="truth-warn">{rows}</ul>' if rows else "")  # noqa: S308  texts were escaped


def _link(address: str, words: str) -> str:
    return f'<a class="link" href="{address}">{words}</a>'


def picture_in(choice: Choice) -> SafeString:
    """The picture of a choice in its own place, with what is to be seen in words; "" without one."""
    if choice.picture is None or choice.picture.state == "gone":
        return SafeString()
    seen = picture_of(choice.picture)
    drawn = (
        f'<img class="pic-img" src="{_text(seen.src)}" srcset="{_text(seen.srcset)}" sizes="15rem" '
        f'alt="{_text(choice.alt)}" width="{seen.width}" height="{seen.height}" loading="lazy" decoding="async">'
    )
    return mark_safe(drawn)  # noqa: S308  texts were escaped


def tile_of(choice: Choice) -> SafeString:
    """The picture of a choice among others with pictures; the same room, said to be empty, where it has none."""
    words = _text(_("No picture"))
    return picture_in(choice) or mark_safe(  # noqa: S308  text was escaped
        f'<i class="pic-img pic-none" aria-hidden="true">{words}</i>'
    )


def _added(choice: Choice) -> SafeString:
    assert choice.added_at
    return pieces.at_moment(_("added %(when)s"), choice.added_at)


@cache
def _words(_language: str | None) -> dict[str, str]:
    """The fixed words of a result in the active language."""
    members, guests, as_table = _text(_("Members")), _text(_("Guests")), _text(_("As a table"))
    return {
        "mine": _text(_("my vote")),
        "share": _text(_("%(n)d %%")),
        "final": _text(_("Final count")),
        "so_far": _text(_("Votes so far")),
        "counting": _text(_("The last votes are being counted")),
        "choice": _text(_("Choice")),
        "members": members,
        "guests": guests,
        "shares": _text(_("Share")),
        "late": _text(_("added later")),
        "as_table": f"{pieces.icon('forward', 's')}{as_table}",
        "legend": f'<p class="legend"><span class="k1">{members}</span><span class="k3">{guests}</span></p>',
        "changed": _text(_("What was changed")),
        "moved": _text(_("The end was moved")),
        "who": _text(_("Who chose what")),
        "judge": _text(_("How we judge results")),
    }
