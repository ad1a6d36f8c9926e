"""Ways through a long thread and on from it: pager, road, threads nearby. In Python as `hot` is, for the same reason.

`components/pager.html` and `components/timeline.html` are their template faces and document what they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape as _text
from typing import Any

from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.core import display, pieces

_CAR = (
    '<svg viewBox="0 0 18 28" aria-hidden="true">'
    '<path class="top" d="M4 6.5C4 2.5 5.5 1 9 1s5 1.5 5 5.5V22c0 3.5-1.5 5-5 5s-5-1.5-5-5z"/>'
    '<path class="win" d="M5.5 18.5C7 17.5 11 17.5 12.5 18.5L12 21.5H6zM5.6 11.5 6 8.2C7.5 7.4 10.5 7.4 12 8.2l.4 3.3'
    'C11 10.8 7 10.8 5.6 11.5z"/></svg>'
)


@cache
def _words(_language: str | None) -> dict[str, str]:
    # Outside the f-strings: the catalogue's collector does not read inside them.
    pages, previous, following, page = _("Pages"), _("Previous"), _("Next"), _("Page %(number)s")
    return {
        "pages": _text(pages),
        "previous": f"{pieces.icon('back', 's')}{_text(previous)}",
        "next": f"{_text(following)}{pieces.icon('forward', 's')}",
        "page": _text(page),
        "road": _text(_("This thread’s road")),
        "answered": _text(_("Answered")),
    }


def pager(context: Context, page: Any, label: str = "", param: str = "", note: str = "") -> SafeString:
    """Numbered pages. See components/pager.html for what it reads."""
    below = f'<p class="pager-note">{_text(str(note))}</p>' if note else ""
    if page.pages <= 1:
        return SafeString(below)
    words, here, last = _words(get_language()), page.page, page.pages
    to = _queries(context["request"], param or "page")
    steps = []
    for step in display.page_steps(here, last):
        css = ' class="pg-x"' if step in (here - 1, here + 1) and step not in (1, last) else ""
        if step is None:
            steps.append(f'<li{css}><span class="gap" aria-hidden="true">…</span></li>')
        else:
            current = ' aria-current="page"' if step == here else ""
            said = words["page"] % {"number": step}
            steps.append(f'<li{css}><a href="{to(step)}" aria-label="{said}"{current}>{step}</a></li>')
    ends = [
        f'<a href="{to(step)}" rel="{rel}">{words[word]}</a>'
        if 1 <= step <= last
        else f'<span aria-disabled="true">{words[word]}</span>'
        for step, rel, word in ((here - 1, "prev", "previous"), (here + 1, "next", "next"))
    ]
    return mark_safe(  # noqa: S308  every text above went through _text
        f'<nav class="pager" aria-label="{_text(str(label)) if label else words["pages"]}">{ends[0]}'
        f"<ol>{''.join(steps)}</ol>{ends[1]}</nav>\n{below}"
    )


def _queries(request: Any, param: str) -> Callable[[int], str]:
    """The query string of each page, escaped; the first page has no parameter of its own."""
    if not (set(request.GET) - {param}):
        return lambda step: f"?{_text(param)}={step}" if step > 1 else "?"

    def to(step: int) -> str:
        asked = request.GET.copy()
        if step > 1:
            asked[param] = str(step)
        else:
            asked.pop(param, None)
        return _text(f"?{asked.urlencode()}")

    return to


def route(stops: Iterable[Mapping[str, Any]], title: str = "") -> SafeString:
    """The road of a thread. See components/timeline.html for what it reads."""
    items = []
    for stop in stops:
        kind, text, url = stop["kind"], _text(str(stop["text"])), stop.get("url")
        gap = f' data-gap="{int(stop["gap"])}"' if stop.get("gap") else ""
        if kind == "here":
            items.append(f'<li class="at"{gap}><p class="here">{_CAR}{text}</p></li>')
            continue
        said = f'<a href="{_text(url)}">{text}</a>' if url else text
        items.append(f'<li class="{_text(kind)}"{gap}>{pieces.time_when(stop.get("at"))}{said}</li>')
    return mark_safe(  # noqa: S308  every text above went through _text
        f'<p class="route-h"><span>{_words(get_language())["road"]}</span><span>{_text(str(title))}</span></p>'
        f'<ol class="route">{"".join(items)}</ol>\n'
    )


def near_rows(threads: Iterable[Any]) -> SafeString:
    """Threads under another one, each with what became of it."""
    words, language = _words(get_language()), get_language() or "en"
    rows = []
    for thread in threads:
        lang = f' lang="{_text(thread.lang)}"' if thread.lang else ""
        said = words["answered"] if thread.accepted_post_id else _text(thread.lane_label)
        rows.append(
            f'<li><a href="{_text(thread.get_absolute_url())}"{lang}>{pieces.phrases(thread.title)}</a>'
            f"<span>{said} · {display.compact(thread.reply_count, language)}</span></li>"
        )
    return mark_safe("".join(rows))  # noqa: S308  every text above went through _text
