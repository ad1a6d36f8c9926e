"""What the fault tests ask of a site's own database, run as a process with that site's settings.

python -m tests.faults.inside people 40     members with sessions, a board, threads to write to; as JSON
python -m tests.faults.inside stand         counts, drift, queue and index, as JSON
python -m tests.faults.inside polls 3       so many polls for everybody, by id, as JSON
python -m tests.faults.inside votes 9 4     what counts of the votes of guests 0 to 8 on four devices each, as JSON
python -m tests.faults.inside withdraw 7 8  purges one reply of thread 7, hides the next, moves thread 8 to a closed board
python -m tests.faults.inside answer        these, and manage.py's commands, line by line, without starting anew for each
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from tests.faults.answering import answer


def people(number: int) -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from tests.builders.forum import a_board, a_thread
    from tests.builders.members import a_member

    members = [a_member() for _ in range(number)]
    board = a_board()
    threads = [a_thread(author=members[0], board=board, lane="chat") for _ in range(4)]
    sessions = []
    for member in members:
        client = Client()
        client.force_login(member)
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "sessions": sessions,
        "board": board.slug,
        "threads": [[thread.pk, thread.get_absolute_url()] for thread in threads],
    } | polls(4)


def stand() -> dict[str, Any]:
    from django.db import connection
    from django_tasks.base import TaskResultStatus

    from community.core import clock, counters
    from community.core.models import ReactorRun
    from community.core.tasks import rows
    from community.search.models import SearchEntry
    from forum.models import Post, Thread

    names = ("forum.posts", "forum.threads", "forum.boards", "forum.members", "forum.tags", "forum.tag_uses")
    queue = list(rows.rows().values_list("status", flat=True))
    posts = Post.objects.visible()
    found: dict[str, Any] = {
        "replies": sorted(posts.filter(number__gt=1).values_list("plain", flat=True)),
        "opened": sorted(posts.filter(number=1).values_list("plain", flat=True)),
        "drift": sum(one.corrected for one in counters.rebuild(names)),
        "headless": Thread.objects.exclude(posts__number=1).count(),
        "gaps": sum(
            sorted(thread.posts.values_list("number", flat=True)) != list(range(1, thread.last_number + 1))
            for thread in Thread.objects.all()
        ),
        "waiting": queue.count(TaskResultStatus.READY) + queue.count(TaskResultStatus.RUNNING),
        "parked": queue.count(TaskResultStatus.FAILED),
        "done": queue.count(TaskResultStatus.SUCCESSFUL),
        "reactions": ReactorRun.objects.count(),
        "posts": posts.count(),
        "indexed": SearchEntry.objects.filter(post__isnull=False).count(),
        "soon": rows.rows().filter(run_after__gt=clock.now() + timedelta(minutes=1)).count(),
    }
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            found["integrity"] = cursor.fetchone()[0]
    return found | votes(4, 400)


def polls(number: int) -> dict[str, Any]:
    from tests.builders.members import a_member
    from tests.builders.polls import a_poll

    author = a_member(role="editor")
    made = [
        a_poll("Rain", "Wind", "Frost", author=author, audience="everyone", results="always")
        for _ in range(number)
    ]
    return {"polls": [poll.pk for poll in made]}


def votes(guests: int, turns: int) -> dict[str, Any]:
    """Of polls that guests 0, 1, … voted in, each on so many devices: how many envelopes there are, which choices of
    which seed count, and in how many polls the totals are not those of the ballots."""
    from polls import guests as cookies
    from polls.counters import recounts
    from polls.models import Ballot, BallotChoice
    from tests.faults.voting import seed_of

    seeds = {
        cookies.key_from(cookies.token_from(seed)): seed
        for seed in (seed_of(guest, turn) for guest in range(guests) for turn in range(turns))
    }
    rows = BallotChoice.objects.filter(ballot__state="counted").order_by("pk")
    chosen: dict[str, list[list[int]]] = {}
    for key, poll, number in rows.values_list("ballot__guest_key", "ballot__poll_id", "choice__number"):
        chosen.setdefault(seeds.get(key, key), []).append([poll, number])
    wrong = sum(not one.agrees for one in recounts())
    return {"envelopes": Ballot.objects.count(), "votes": chosen, "miscounted": wrong}


def withdraw(thread_id: int, other_id: int) -> dict[str, Any]:
    from forum import actions
    from forum.models import Post
    from forum.rights import CIRCLE
    from tests.builders.forum import a_board
    from tests.builders.members import a_member

    admin = a_member(role="admin")
    purged, hidden = Post.objects.filter(thread=thread_id, number__gt=1).order_by("number")[:2]
    actions.purge_post(actor=admin, post_id=purged.pk, reason="Personal")
    actions.hide_post(actor=admin, post_id=hidden.pk, reason="Rude")
    actions.move_thread(actor=admin, thread_id=other_id, board_id=a_board(rights=CIRCLE).pk)
    taken = list(Post.objects.filter(thread=other_id).values_list("pk", flat=True))
    return {"gone": [purged.pk, hidden.pk, *taken]}


def go_on_counting() -> None:
    """The builders number what they make; a process before this one has made some already."""
    from forum.models import Board, BoardGroup, Thread
    from tests.builders import forum, members

    members._serial = count(1 + members.Member.objects.count())
    forum._serial = count(1 + sum(model.objects.count() for model in (BoardGroup, Board, Thread)))


def run(words: Sequence[str]) -> None:
    if words[0] == "manage.py":
        from django.core.management import execute_from_command_line

        execute_from_command_line(list(words))
        return
    go_on_counting()
    commands: dict[str, Any] = {
        "people": people,
        "stand": stand,
        "polls": polls,
        "votes": votes,
        "withdraw": withdraw,
    }
    sys.stdout.write(json.dumps(commands[words[0]](*map(int, words[1:]))))


def main() -> None:
    import django

    django.setup()
    words = sys.argv[1:]
    if words == ["answer"]:
        answer(run)
    else:
        run(words)


if __name__ == "__main__":
    main()
