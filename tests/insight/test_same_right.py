"""A thread that criticises has the same right to be ranked, suggested, raised, featured and found as one that praises.

Twins that differ in their tone alone, told apart by the site's own lists, go the same way step by step.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.core.tasks.testing import run_due
from forum.models import Board, Thread
from moderation.desk import actions as desk
from moderation.desk.models import DeskThread
from moderation.desk.policy import Act
from moderation.insight.tone import Tone, tone_of
from moderation.raises import actions as raises
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
WHY = "Needs somebody who drives one"
TOLD = {
    "en": ("Wonderful tailgate hinge, who has had it for long?", "Awful tailgate hinge, who has had it for long?"),
    "zh": ("尾门铰链很好，开久了的人怎么说？", "尾门铰链很差，开久了的人怎么说？"),
}  # fmt: skip
WORD = {"en": "tailgate", "zh": "尾门铰链"}


@pytest.fixture(params=TOLD)
def twins(request, frozen_clock) -> tuple[Thread, Thread, str]:
    """Asked and answered at the same moments, each on a board of its own; then nobody wrote for a day."""
    found = []
    for title in TOLD[request.param]:
        board = a_board()
        thread = a_thread(author=a_member(), board=board, title=title, body=title)
        a_reply(author=a_member(), thread=thread)
        Board.objects.filter(pk=board.pk).update(thread_count=20)
        found.append(thread)
    run_due()
    frozen_clock.move(timedelta(hours=25))
    desk.rescore(thread_ids=[thread.pk for thread in found])
    praising, criticising = (Thread.objects.get(pk=thread.pk) for thread in found)
    assert [tone_of(one.title) for one in (praising, criticising)] == [Tone.POSITIVE, Tone.CRITICAL]
    return praising, criticising, WORD[request.param]


def test_twins_of_either_tone_go_the_same_way(twins):
    praising, criticising, word = twins
    moderator = a_member(role="moderator")
    team, reader = signed_in(Client(), moderator, strongly=True), Client()
    rows = [DeskThread.objects.get(pk=thread.pk) for thread in (praising, criticising)]
    assert rows[0].score == rows[1].score and rows[0].reasons == rows[1].reasons
    for thread in (praising, criticising):
        found = reader.get("/search/", {"q": word}).content.decode()
        assert f"/threads/{thread.pk}/" in found or f"/posts/{thread.posts.get(number=1).pk}/" in found
        assert team.get(f"/desk/threads/{thread.pk}/").context["act"] == Act.RAISE
        row = raises.raise_thread(actor=moderator, thread_id=thread.pk, reason=WHY, hours=12, by_lot=False)
        assert row.is_up and WHY in reader.get(thread.board.get_absolute_url()).content.decode()
        version = DeskThread.objects.values_list("version", flat=True).get(pk=thread.pk)
        told = {"feature-version": version, "feature-until": "", "feature-reason": "Look at this first"}
        told["feature-until"] = str((row.at + timedelta(days=3)).date())
        assert team.post(f"/desk/threads/{thread.pk}/feature/", told).status_code == 302
        assert "Look at this first" in reader.get(thread.board.get_absolute_url()).content.decode()
