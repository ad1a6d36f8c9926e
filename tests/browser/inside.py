"""What must be done on a site's own data, in a process of its own: `python -m tests.browser.inside stage|demo`.

`stage` writes a small community to try things in; `demo` looks around in the seeded one. Both print one line of JSON:
who is there (with a session whose second factor is given) and where to look. `later MOMENT` does what is due by then,
with the clock held there; `told NAME` says what somebody was told of last; `due NAME` ends the time to think of somebody
who leaves: the site itself does the rest. `ladder` asks something new on the first page.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

MARK = "INSIDE "


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    rooms: dict[str, Callable[..., dict[str, Any]]] = {
        "stage": _stage,
        "demo": _demo,
        "later": _later,
        "told": _told_at,
        "due": _due,
        "ladder": _ladder,
    }
    print(MARK + json.dumps(rooms[sys.argv[1]](*sys.argv[2:])))  # noqa: T201


def _stage() -> dict[str, Any]:
    """Three boards, one of them private; a thread of three pages, a Chinese one, an awkward one; a conversation."""
    from activity.messages.actions import send_message, start_conversation
    from forum import actions
    from tests.builders.forum import a_board, a_field, a_group, a_reply, a_thread
    from tests.builders.members import PASSWORD, a_member

    people = {
        "asker": a_member(name="林晓雨", password=PASSWORD, email="asker@example.org", language="zh-hans"),
        "owner": a_member(
            name="Marta Reyes", password=PASSWORD, email="owner@example.org", is_verified_owner=True
        ),
    }
    people["reader"] = a_member(
        name="沈一诺",
        password=PASSWORD,
        email="reader@example.org",
        language="zh-hans",
        time_zone="Asia/Shanghai",
    )
    people["leaver"] = a_member(name="Quirin Falk", password=PASSWORD, email="leaver@example.org")
    for role in ("moderator", "editor", "admin"):
        people[role] = a_member(
            name=f"Staff {role.title()}", password=PASSWORD, email=f"{role}@example.org", role=role
        )
    asker, owner = people["asker"], people["owner"]
    group = a_group(slug="driving", title_en="Driving", title_zh="驾驶")
    board = a_board(group=group, slug="range", title_en="Range and charging", title_zh="续航与充电")
    other = a_board(group=group, slug="workshop", title_en="Workshop", title_zh="维修与保养")
    hidden = a_board(
        group=group, slug="staff-room", title_en="Staff room", title_zh="内部", rights={"read": ["moderator"]}
    )
    long = a_thread(author=owner, board=board, title="How far does a winter charge take you")
    for number in range(2, 46):
        a_reply(
            author=(asker, owner)[number % 2], thread=long, body=f"Reading {number}: about {400 - number} km."
        )
    answer = a_reply(
        author=asker, thread=long, body="> How far?\n\n**全程**：市区四百公里，高速三百二十公里。"
    )
    actions.accept_answer(actor=owner, post_id=answer.pk)
    chinese = a_thread(
        author=asker, board=other, title="冷车启动时发动机异响，怎么办", body="早上零下十度，启动后响两分钟。"
    )
    car = a_field(other, "model", label_en="Car", label_zh="车型", is_required=True, lanes=["ask"])
    road = a_field(other, "mileage", label_en="Mileage", label_zh="里程", unit_en="km", unit_zh="公里")
    answered = a_thread(
        author=asker,
        board=other,
        title="A light that says nothing more",
        values={car.pk: ["another-car"], road.pk: ["24 000"]},
    )
    a_thread(
        author=owner,
        board=other,
        lane="chat",
        title="W" * 120,
        body="https://example.org/" + "a" * 300 + "\n\n```\n" + "x" * 400,
    )
    a_reply(author=asker, thread=chinese, body="@Marta Reyes, have you heard that noise?")
    letter = start_conversation(actor=people["moderator"], recipients=[owner], body="Welcome! **Ask** away.")
    send_message(actor=owner, conversation_id=letter.conversation_id, body="谢谢！\n\n> 那就从胎压开始。")
    left, picture = _words_of_the_leaver(people["leaver"], owner, board)
    towing = a_board(group=group, slug="towing", title_en="Towing", title_zh="拖挂")
    titles = [f"A caravan over pass {number + 1}" for number in range(10)]
    passes = [a_thread(author=asker, board=towing, lane="chat", title=title) for title in titles]
    polls = _polls(people, board)
    _queue(people["reader"], board, people["moderator"], passes)
    return _told(
        people,
        polls
        | {
            "conversation": letter.conversation.get_absolute_url(),
            "left_thread": left.get_absolute_url(),
            "left_picture": picture,
            "board": board.get_absolute_url(),
            "other_board": other.get_absolute_url(),
            "private_board": hidden.get_absolute_url(),
            "thread": long.get_absolute_url(),
            "thread_zh": chinese.get_absolute_url(),
            "write": f"{board.get_absolute_url()}new/",
            "thread_answered": answered.get_absolute_url(),
            "narrowed": f"{other.get_absolute_url()}?by={car.pk}.another-car",
            "wrong_filter": f"{other.get_absolute_url()}?field={road.pk}&from=far",
            "write_asked": f"{other.get_absolute_url()}new/",
            "staff_form": f"/staff/boards/{other.pk}/form/",
            "staff_field": f"/staff/boards/{other.pk}/form/{car.pk}/",
            "member": f"/members/{owner.name}/",
            "word": "发动",
        },
        password=PASSWORD,
    )


def _queue(asker: Any, board: Any, moderator: Any, passes: list[Any]) -> None:
    """Three open questions on the desk beside its chats, of which nobody else takes notice; an answer kept ready."""
    from moderation.canned.actions import make_answer
    from moderation.desk import actions
    from tests.builders.forum import a_thread

    titles = (
        "Which wall box for a flat that I rent",
        "隧道里导航总是跳回上一个出口",
        "Snow chains on nineteen inches",
    )
    rows = [a_thread(author=asker, board=board, title=title, body="Who has done it?") for title in titles]
    actions.rescore(thread_ids=[row.pk for row in [*rows, *passes]])
    make_answer(actor=moderator, name="导航", text_zh="{asker}，谢谢你的提问。你在 {city} 吗？", lane="ask")


def _words_of_the_leaver(leaver: Any, owner: Any, board: Any) -> tuple[Any, str]:
    """A thread of somebody else's with a reply and a picture of theirs; the thread, and where the picture lies."""
    from community.files import links
    from tests.builders.files import an_upload
    from tests.builders.forum import a_reply, a_thread

    thread = a_thread(author=owner, board=board, title="Which tyres last longest on wet roads")
    upload = an_upload(owner=leaver)
    words = f"Quillfeather compound, 40,000 km.\n\n![Worn]({upload.address})"
    a_reply(author=leaver, thread=thread, body=words)
    a_reply(author=owner, thread=thread, body="Thank you, @Quirin Falk.")
    return thread, links.shown(upload).src


def _later(moment: str) -> dict[str, Any]:
    """Digests are made and everything queued is done, as at this moment."""
    from datetime import datetime, timedelta

    from activity.notices import tasks
    from community.core import clock
    from community.core.tasks.testing import run_due

    with clock.frozen(datetime.fromisoformat(moment)) as held:
        done = run_due(raise_errors=False)
        held.move(timedelta(seconds=90))  # letters rest for a minute after what they tell of
        done += run_due(raise_errors=False)
        tasks.send_digests.call()
        done += run_due(raise_errors=False)
        held.move(timedelta(seconds=30))  # what met the site's own worker at the same row is tried again
        return {"done": done + run_due()}


def _told_at(name: str) -> dict[str, Any]:
    """What this person was told of last, and when its post was written, in milliseconds."""
    from activity.notices.models import Notification
    from forum.models import Post

    row = Notification.objects.filter(recipient__name=name).latest("at")
    post = Post.objects.get(pk=row.items[-1][0])
    return {"posted": post.posted_at.timestamp() * 1000, "kind": row.kind}


def _due(name: str) -> dict[str, Any]:
    """The time to think is over for this person; the site's own worker finds it in the queue."""
    from community.core import clock
    from community.privacy.models import Erasure
    from community.privacy.tasks import erase_due

    Erasure.objects.filter(member__name=name, state="waiting").update(due_at=clock.now())
    return {"asked": str(erase_due.enqueue().id)}


def _ladder() -> dict[str, Any]:
    """A poll of today that stands in a thread, with nobody's vote in it."""
    from community.core import clock
    from community.members.models import Member
    from forum.models import Board
    from tests.builders.forum import a_thread
    from tests.builders.polls import a_poll

    board = Board.objects.order_by("pk").first()
    assert board is not None
    admin = Member.objects.get(name="Staff Admin")
    thread = a_thread(author=admin, board=board, title="What the weather does to the range")
    asked = {"question": "What costs you most on the road?", "audience": "everyone"}
    poll = a_poll("Rain", "Wind", "Frost", author=admin, thread=thread, home_on=clock.now().date(), **asked)
    return {
        "thread": thread.get_absolute_url(),
        "poll": poll.get_absolute_url(),
        "reply": f"/threads/{thread.pk}/reply/",
        "funnel": f"/polls/{poll.pk}/funnel/",
    }


def _polls(people: dict[str, Any], board: Any) -> dict[str, str]:
    """A poll of each kind; the one of today stands in a thread and on the first page."""
    from community.core import clock
    from polls.actions import Option
    from tests.builders.forum import a_thread
    from tests.builders.polls import a_poll, a_vote

    thread = a_thread(author=people["owner"], board=board, title="What a full charge is worth in the cold")
    today = a_poll(
        author=people["admin"],
        thread=thread,
        question="At ten below, how far does a full charge take you?",
        about="Motorway, heating on, from 100 % to the charger you actually stopped at.",
        options=[
            Option("Under 250 km", "Half the sticker range"),
            Option("250–300 km", "Six-tenths"),
            Option("300–350 km", "Seven-tenths"),
            Option("Over 350 km", "Better than most"),
        ],
        audience="everyone",
        home_on=clock.now().date(),
    )
    for number in range(9):
        a_vote(today, 1 + number % 4, guest=f"guest{number}")
    a_vote(today, 2, by=people["owner"])
    costs = {"question": "What costs you most range?", "kind": "multiple", "most": 2}
    several = a_poll("Tyres", "Heat pump", "Speed", "Roof box", **costs)
    where = {"question": "Where should the next charger stand?", "kind": "ranked"}
    ranked = a_poll("Heimahe", "Xining", "Gangcha", "Chaka", **where)
    ends = {"low": 1, "high": 5, "low_label": "not at all", "high_label": "entirely"}
    scale = a_poll(question="How content are you?", kind="scale", **ends)
    chinese = a_poll("会", "也许", "不会", question="你会把你的经销商推荐给朋友吗？", secrecy="sealed")
    for poll in (several, ranked, scale):
        a_vote(
            poll, *((2, 3) if poll is several else (2, 1, 3) if poll is ranked else (4,)), by=people["owner"]
        )
    made = {
        "poll": today,
        "poll_several": several,
        "poll_ranked": ranked,
        "poll_scale": scale,
        "poll_sealed": chinese,
    }
    return (
        {name: poll.get_absolute_url() for name, poll in made.items()}
        | {"thread_poll": thread.get_absolute_url()}
        | _quizzes(people)
        | _surveys(people)
    )


def _surveys(people: dict[str, Any]) -> dict[str, str]:
    """One to answer, one with its results out, a decision that nobody answered in time, and a draw that was held."""
    from datetime import timedelta

    from community.core import clock
    from polls import actions as polls
    from polls.surveys import actions, typed
    from tests.builders.draws import HOUR, a_draw
    from tests.builders.members import a_member
    from tests.builders.polls import a_poll, a_vote
    from tests.builders.surveys import a_question, a_scale, a_survey, answered, words

    admin = people["admin"]
    asked = actions.make_survey(actor=admin, spec=typed.template("satisfaction"))
    told = a_survey(
        a_scale("nps", "the Aurora E"),
        a_question("At home", "At work", "On the road", text="Where do you charge most?"),
        words(text="What should we do first?"),
        title="A year with the Aurora E",
        author=admin,
    )
    for n in range(14):
        answered(told, {1: 10 if n % 3 else 5, 2: 1 + n % 2, 3: "Warm cars."})
    actions.close_wave(actor=admin, slug=told.slug)
    actions.publish_results(
        actor=admin,
        slug=told.slug,
        wave_number=1,
        note="You said it is cold. We warm the battery on the way.",
    )
    with clock.frozen(clock.now() - timedelta(days=30)) as held:
        question = "Shall the app show the outside temperature?"
        decision = a_poll("Yes", "No", question=question, is_decision=True, author=admin, results="always")
        which = a_poll("Left", "Right", question="Which way to the lake?")
        draw = a_draw(which, winners=2)
        for n in range(6):
            member = a_member()
            a_vote(decision, 1 + n % 2, by=member)
            a_vote(which, 1 + n % 2, by=member)
            polls.enter_draw(actor=member, draw_id=draw.pk, is_adult=True)
        polls.close_poll(actor=admin, poll_id=decision.pk)
        held.move(HOUR)
        polls.freeze_draw(draw_id=draw.pk)
        held.move(HOUR)
        polls.hold_draw(actor=admin, draw_id=draw.pk, value="4 8 15 16 23 42")
    return {
        "survey": asked.get_absolute_url(),
        "survey_results": f"{told.get_absolute_url()}results/",
        "survey_form": "/surveys/new/?template=satisfaction",
        "survey_list": "/surveys/",
        "said": "/said/",
        "decision": decision.get_absolute_url(),
        "draw": draw.get_absolute_url(),
    }


def _quizzes(people: dict[str, Any]) -> dict[str, str]:
    """One of knowledge and one of taste, of two questions each."""
    from tests.builders.quizzes import a_quiz, an_outcome_quiz

    made = {
        "quiz": a_quiz(2, pass_percent=50, author=people["admin"]),
        "quiz_outcome": an_outcome_quiz(),
        "quiz_hosted": _hosted_quiz(people["admin"]),
    }
    return {name: quiz.get_absolute_url() for name, quiz in made.items()}


def _hosted_quiz(author: Any) -> Any:
    from polls.quizzes.actions import OptionSpec, QuestionSpec
    from tests.builders.quizzes import a_quiz

    asked = {
        "At ten below, which one buys the most kilometres?": (
            "110 down to 100 km/h", "Cabin from 22 to 20 °C", "Preheat for half an hour", "Tyres from 2.4 to 2.6 bar",
        ),
        "Which one charges fastest from cold?": ("A warmed battery", "A cold one", "Both alike"),
    }  # fmt: skip
    questions = [
        QuestionSpec(
            text,
            [OptionSpec(option, is_right=not at) for at, option in enumerate(options)],
            why="Preheating saves the first 40 km; slowing down saves all of them.",
            source="Measured on three winter trips",
        )
        for text, options in asked.items()
    ]
    return a_quiz(questions, author=author, title="Winter evening quiz", shuffles=False, seconds=120)


def _demo() -> dict[str, Any]:
    """The demo's own people and its busiest answered questions, an English and a Chinese one."""
    from community.members.models import Member
    from forum.models import Thread

    fit = Member.objects.filter(is_active=True, standing="good", email__isnull=False).order_by("pk")
    people = {"owner": fit.filter(role="member", is_verified_owner=True).first()}
    people |= {role: fit.filter(role=role).first() for role in ("moderator", "editor", "admin")}
    answered = Thread.objects.filter(state="visible", lane="ask", accepted_post__isnull=False)
    busiest = list(answered.select_related("board", "author").order_by("-last_number")[:40])
    thread = next(row for row in busiest if row.title.isascii())
    chinese = next(row for row in busiest if not row.title.isascii())
    return _told(
        {kind: member for kind, member in people.items() if member},
        {
            "board": thread.board.get_absolute_url(),
            "thread": thread.get_absolute_url(),
            "thread_zh": chinese.get_absolute_url(),
            "write": f"{thread.board.get_absolute_url()}new/",
            "member": f"/members/{thread.author.name}/",
            "word": "电池",
        },
    )


def _told(people: dict[str, Any], places: dict[str, str], *, password: str = "") -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from tests.builders.members import signed_in

    told = {}
    for kind, member in people.items():
        client = signed_in(Client(SERVER_NAME="localhost"), member, strongly=member.is_staff_role)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        told[kind] = {"name": member.name, "email": member.email, "password": password, "session": key}
    return {"cookie": settings.SESSION_COOKIE_NAME, "people": told, "places": places}


if __name__ == "__main__":
    main()
