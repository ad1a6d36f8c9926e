"""Turns stories, written out in full, into planned threads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from community.interchange.demo import pacing, wording
from community.interchange.demo.people import Person, by_name
from community.interchange.demo.plan import PlannedPost, PlannedThread, Quote
from community.interchange.demo.script import Story

_CORRECTION = re.compile(r"\[\[(.*?)=>(.*?)\]\]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def tell(story: Story, *, now: datetime) -> PlannedThread:
    """The story as it happened, some days before `now`."""
    told = story.told
    people = by_name()
    author = people[told["by"]]
    cast = [author, *(people[reply.name] for reply in story.replies)]
    opening = now - timedelta(days=_days_ago(story, cast, now=now))
    tongue = told.get("lang") or ("zh" if _HAN.search(story.title) else "en")
    thread = _happen(story, author=author, opening=opening, tongue=tongue, now=now)
    for _attempt in range(60):
        if thread.ended_at < now - timedelta(minutes=3):
            return thread
        opening -= timedelta(days=1)
        thread = _happen(story, author=author, opening=opening, tongue=tongue, now=now)
    raise ValueError(f"{story.title!r} does not end")


def split_correction(body: str) -> tuple[str, str]:
    """(final text, first text) of a body with `[[old=>new]]`; the first is empty where nothing was corrected."""
    if "[[" not in body:
        return body, ""
    return _CORRECTION.sub(r"\2", body), _CORRECTION.sub(r"\1", body)


def find_quoted(posts: list[PlannedPost], words: str) -> int:
    """The index of the last post that holds these words. ValueError when none does."""
    wanted = _bare(words)
    for index in range(len(posts) - 1, -1, -1):
        if wanted in _bare(posts[index].body):
            return index
    raise ValueError(f"nobody said {words!r}")


def _bare(text: str) -> str:
    return re.sub(r"[*_`\s]", "", text)


def _days_ago(story: Story, cast: list[Person], *, now: datetime) -> int:
    spans = [reply.after for reply in story.replies]
    length = sum(
        10.0 if span == "+event" else 1.0 if span.startswith("day") else pacing.seconds(span) / 86400
        for span in spans
    )
    oldest = min(pacing.HISTORY_DAYS, *(person.joined_days - 1 for person in cast))
    return pacing.opening_day(story.told["when"], now=now, newest=length + 1, oldest=oldest)


def _happen(story: Story, *, author: Person, opening: datetime, tongue: str, now: datetime) -> PlannedThread:
    told = story.told
    day = opening.date()
    if told.get("on") == "sun":
        day -= timedelta(days=(day.weekday() + 1) % 7)
    event = pacing.event_day(told["event"], day) if "event" in told else None
    at = pacing.sit_down(author, day, told.get("at", ""))

    def said(text: str, speaker: Person) -> str:
        if "```" in text:
            return text
        scene = wording.Scene(speaker, author, tongue, day, (now - at).total_seconds() / 86400, event)
        return wording.fill(text, scene)

    body, first = split_correction(said(story.body, author))
    posts = [_post(author, at, body, first)]
    people = by_name()
    for reply in story.replies:
        speaker = people[reply.name]
        at = pacing.after(at, reply.after, opening=day, event=event, person=speaker)
        text = said(reply.body, speaker)
        quote = None
        if text.startswith(">> "):
            words, _, text = text[3:].partition("\n")
            quote = Quote(find_quoted(posts, words), words.strip())
        body, first = split_correction(text.strip())
        posts.append(_post(speaker, at, body, first, quote=quote, hidden=reply.hidden))
    posts = [_accepted(post, posts, index, story) for index, post in enumerate(posts)]
    pin_days, _, pin_reason = told.get("pin", "").partition(" ")
    moved_from, _, move_reason = told.get("moved", "").partition(" ")
    return PlannedThread(
        title=said(story.title, author),
        # `moved` names where it ended up; the header's board is where it was opened.
        board=moved_from or told["board"],
        opened_on=told["board"] if moved_from else "",
        move_reason=move_reason,
        lane=told["lane"],
        tongue=tongue,
        tags=tuple(tag.strip() for tag in told.get("tags", "").split(",") if tag.strip()),
        posts=tuple(posts),
        source="story",
        pin_days=int(pin_days or 0),
        pin_reason=pin_reason,
        lock_reason=told.get("lock", ""),
        hide_reason=told.get("hide", ""),
        fault_codes=told.get("codes", ""),
        merge_into=told.get("merge", ""),
    )


def _post(
    person: Person, at: datetime, body: str, first: str, *, quote: Quote | None = None, hidden: str = ""
) -> PlannedPost:
    edited_at = at + timedelta(minutes=9 + len(body) % 23) if first else None
    return PlannedPost(
        author=person.name,
        at=at,
        body=body,
        quote=quote,
        first_body=first,
        edited_at=edited_at,
        hidden=hidden,
    )


def _accepted(post: PlannedPost, posts: list[PlannedPost], index: int, story: Story) -> PlannedPost:
    if index == 0 or story.told["lane"] != "ask" or not story.replies[index - 1].accept:
        return post
    asker = posts[0].author
    thanks = next((later.at for later in posts[index + 1 :] if later.author == asker), None)
    return replace(post, accepted_at=(thanks or post.at + timedelta(hours=2)) + timedelta(minutes=2))
