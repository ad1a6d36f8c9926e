"""Elasticsearch as the engine: filled beside a living site, never undone by the late, put right after an outage."""

from __future__ import annotations

import json
import os
import signal
import time
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import override_settings

from community.core import clock
from community.core.tasks import rows
from community.core.tasks.testing import run_due
from community.members.models import Member
from community.privacy import actions as privacy
from community.privacy.models import Erasure
from community.search import checkup, drift, elastic, indexing, queries, sending
from community.search.asking import parse
from community.search.models import SearchEntry, Unsent
from forum import actions
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.search import corpus, meant_cases, questions
from tests.services.elastic import found, held, known, settled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patient")]
GUEST = AnonymousUser()


def test_what_is_written_is_found_and_what_is_purged_is_gone(engine):
    thread = a_thread(author=a_member(), title="Sunroof rattles", body="On cobbles.")
    reply = a_reply(author=a_member(), thread=thread, body="Grease the rail.")
    settled()
    assert found("rail") == [reply] and held() == known() and not Unsent.objects.exists()
    assert checkup.search_engine().status == "OK", checkup.search_engine().told
    actions.purge_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="Personal")
    settled()
    assert found("rail") == [] and held() == known()
    assert f"post-{reply.pk}" not in held()


def test_four_hundred_questions_find_the_same_in_the_same_order(engine):
    talks = corpus.write()
    settled()
    assert questions.wrong(talks) == [] and not elastic.is_resting()


def test_filters_follow_a_thread_to_its_new_board(engine):
    garage, camp = a_board(slug="garage"), a_board(slug="camp")
    thread = a_thread(author=a_member(), board=garage, title="Lantern")
    a_reply(author=a_member(), thread=thread, body="A lantern too.")
    settled()
    assert len(found("lantern", board="garage")) == 2
    actions.move_thread(actor=a_member(role="admin"), thread_id=thread.pk, board_id=camp.pk)
    assert found("lantern", board="garage") == [], "the database has the last word"
    settled()
    assert len(found("lantern", board="camp")) == 2


def test_people_stand_apart_with_those_who_were_moved_in_last(engine):
    thread = a_thread(author=a_member(), title="Lantern")
    here = a_member(name="Lantern Ann")
    run_due()
    rows = [
        Member(name=name, name_key=name, email=None, source="x", source_id=name)
        for name in (f"lantern user {n}" for n in range(9))
    ]
    indexing.index_members([row.pk for row in Member.objects.bulk_create(rows)])
    settled()
    results = queries.search(GUEST, parse({"q": "lantern"}))
    assert [hit.post.thread_id for hit in results.hits] == [thread.pk]
    assert results.people[0] == here and len(results.people) == queries.PEOPLE and results.more_faces
    everybody = queries.search(GUEST, parse({"q": "lantern", "type": "member"}))
    assert everybody.people[0] == here and everybody.total == 10 and not elastic.is_resting()


def test_nothing_finds_who_left_for_good(engine):
    leaver, other = a_member(name="Quirin Falk"), a_member()
    theirs = a_thread(author=other)
    a_reply(author=leaver, thread=theirs, body="The Quillfeather compound lasts.")
    a_thread(author=leaver, title="Quillfeather or not", body="Who knows?")
    a_reply(author=other, thread=theirs, body="Thank you, @Quirin Falk.")
    settled()
    assert len(found("Quillfeather")) == 2 and f"member-{leaver.pk}" in held()
    erasure = privacy.request_erasure(member=leaver, remove_posts=True)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=clock.now())
    assert privacy.perform_erasure(erasure_id=erasure.pk)
    settled()
    assert found("Quillfeather") == [] and f"member-{leaver.pk}" not in held()
    answer = elastic.client().search(index=elastic.alias(), size=1000)
    documents = [json.dumps(hit["_source"], ensure_ascii=False).lower() for hit in answer["hits"]["hits"]]
    assert documents and not any("quillfeather" in text for text in documents)
    assert held() == known()


def test_a_late_task_never_undoes_a_newer_one(engine):
    thread = a_thread(author=a_member(), title="Sunroof", body="Old words.")
    post = thread.posts.get(number=1)
    settled()
    late = sending.index_action(SearchEntry.objects.get(post=post))
    actions.edit_post(actor=thread.author, post_id=post.pk, body="Newer words.", title="Tailgate")
    settled()
    (index,) = sending.write_indices()
    for _ in range(2):
        sending.deliver(index, [late])
    assert held() == known() and found("tailgate") == [post] and found("sunroof") == []


def test_a_late_task_does_not_bring_back_what_was_purged(engine):
    thread = a_thread(author=a_member())
    reply = a_reply(author=a_member(), thread=thread, body="A telephone number.")
    settled()
    late = sending.index_action(SearchEntry.objects.get(post=reply))
    actions.purge_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="Personal")
    settled()
    sending.deliver(sending.write_indices()[0], [late])
    assert f"post-{reply.pk}" not in held()


def test_the_command_fills_compares_and_repairs(engine):
    a_thread(author=a_member(), title="Lantern")
    run_due()
    for _ in range(2):
        call_command("reindex", stdout=StringIO())
    client, (index,) = elastic.client(), sending.write_indices()
    entry = SearchEntry.objects.filter(kind="post").first()
    gone = SearchEntry.objects.filter(kind="member").first()
    client.delete(index=index, id=gone.key)
    stray = elastic.source(entry) | {"seq": 10**9, "ref": 10**9}
    client.index(index=index, id="post-1000000000", document=stray)
    SearchEntry.objects.filter(pk=entry.pk).update(version=entry.version + 7)
    out = StringIO()
    with pytest.raises(CommandError, match="They differ"):
        call_command("reindex", check=True, stdout=out)
    assert "1 missing, 1 stale, 0 narrowed wrongly, 1 too many" in out.getvalue()
    call_command("reindex", repair=True, stdout=StringIO())
    call_command("reindex", check=True, stdout=StringIO())
    assert held() == known()


def _lost(index: str, entry: SearchEntry) -> None:
    elastic.client().delete(index=index, id=entry.key)


def _older(index: str, entry: SearchEntry) -> None:
    old = elastic.source(entry) | {"version": entry.version - 1, "body_terms": "before"}
    elastic.client().index(index=index, id=entry.key, document=old)


def _shown(index: str, entry: SearchEntry) -> None:
    """A hidden post told as visible, under the version that counts."""
    marks = [mark for mark in elastic.marks_of(entry) if mark != "gone"]
    elastic.client().index(index=index, id=entry.key, document=elastic.source(entry) | {"marks": marks})


def _stray(index: str, entry: SearchEntry) -> None:
    document = elastic.source(entry) | {"seq": entry.pk + 10**6, "ref": 10**6}
    elastic.client().index(index=index, id="post-1000000", document=document)


@pytest.mark.parametrize(
    ("inject", "kind"), [(_lost, "missing"), (_older, "stale"), (_shown, "marked"), (_stray, "surplus")]
)
def test_what_differs_is_put_right_within_the_minute(engine, inject, kind):
    thread = a_thread(author=a_member(), title="Lantern")
    reply = a_reply(author=a_member(), thread=thread, body="A lantern to hide.")
    actions.hide_post(actor=a_member(role="moderator"), post_id=reply.pk, reason="Off topic")
    settled()
    inject(sending.write_indices()[0], SearchEntry.objects.get(post=reply))
    found = drift.in_elasticsearch(repair=False)
    assert len(getattr(found, kind)) == found.total == 1
    drift.mend_drift.func()
    assert drift.in_elasticsearch(repair=False).total == 0 and held() == known()
    before = held()
    drift.mend_drift.func()
    assert held() == before, "what is right is left alone"


def test_private_and_hidden_words_are_neither_shown_nor_counted(engine):
    from forum.rights import CIRCLE

    moderator = a_member(role="moderator")
    open_thread = a_thread(author=a_member(), board=a_board(), title="Quetzal one")
    hidden = a_thread(author=a_member(), board=a_board(), title="Quetzal two")
    a_thread(author=moderator, board=a_board(rights=CIRCLE), title="Quetzal three")
    settled()
    actions.hide_thread(actor=moderator, thread_id=hidden.pk, reason="Off topic")
    for is_indexed in (False, True):
        if is_indexed:
            settled()
        results = queries.search(GUEST, parse({"q": "quetzal"}))
        assert [hit.post.thread_id for hit in results.hits] == [open_thread.pk] and results.total == 1
        assert queries.suggest(GUEST, "quet")["threads"] == [open_thread]


def _pid() -> int:
    """The node's process, where `deploy/services.sh` wrote it."""
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    state = Path(os.environ.get("CONVOY_VAR", root / "var")) / "services" / "search.pid"
    if not state.exists():
        pytest.skip("the search node was not started by deploy/services.sh here, so it cannot be frozen")
    return int(state.read_text().split()[0])


def test_frozen_elasticsearch_costs_a_second_once_and_nothing_is_lost(
    engine, elasticsearch_url, monkeypatch, client
):
    author, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=author, title="Lantern")
    removed = a_reply(author=author, thread=thread, body="lantern to remove")
    settled()
    pid = _pid()
    monkeypatch.setattr(elastic, "PATIENCE", 0.6)
    elastic._client.cache_clear()
    os.kill(pid, signal.SIGSTOP)
    try:
        asked: list[str] = []
        monkeypatch.setattr(elastic, "REST", 60)
        monkeypatch.setattr(elastic, "client", lambda: asked.append("") or elastic._client(elasticsearch_url))
        for _once in range(2):  # the second time it is left alone
            began = time.monotonic()
            assert queries.search(GUEST, parse({"q": "lantern"})).total == 2, "the database answered"
            assert time.monotonic() - began < 5, "its patience is 0.6 s; the rest is a busy machine's"
            assert len(asked) == 1 and elastic.is_resting()
        page = client.get("/search/", {"q": "lantern"})
        assert page.status_code == 200 and "2 found" in page.content.decode()
        elastic.wake()
        actions.purge_post(actor=moderator, post_id=removed.pk, reason="Spam")
        written = a_reply(author=author, thread=thread, body="lantern while frozen")
        monkeypatch.setattr(sending, "PATIENCE", 0.5)
        run_due()
        assert Unsent.objects.exists() and sending.index_lag().total_seconds() >= 0
        assert client.get(thread.get_absolute_url()).status_code == 200
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(elastic, "PATIENCE", 20)
    monkeypatch.setattr(sending, "PATIENCE", 20)
    elastic._client.cache_clear()
    elastic.wake()
    sending.send_again.func()
    assert (
        not Unsent.objects.exists() and drift.in_elasticsearch(repair=False).total == 0 and held() == known()
    )
    assert {post.pk for post in found("lantern")} == {thread.posts.get(number=1).pk, written.pk}


def test_dead_elasticsearch_is_no_error_anywhere(engine, client):
    thread = a_thread(author=a_member(), title="Lantern")
    settled()
    with override_settings(ELASTICSEARCH_URL="http://127.0.0.1:9"):
        elastic.wake()
        page = client.get("/search/", {"q": "lantern"})
        assert page.status_code == 200 and thread.title in page.content.decode()
        for _change in range(2):
            indexing.index_posts([thread.posts.get(number=1).pk])
            run_due()
        assert Unsent.objects.count() == 2
        again = rows.rows().filter(run_after__gt=clock.now(), task_path=sending.send.module_path)
        assert again.count() == 1, "once for both"
        with pytest.raises(CommandError, match="ELASTICSEARCH_URL"):
            call_command("reindex", elasticsearch=True, stdout=StringIO())
    elastic.wake()
    with clock.frozen(clock.now() + sending.SOON):
        run_due()
    assert not Unsent.objects.exists() and held() == known()


def test_what_was_meant_is_the_same_here(engine):
    corpus.write()
    settled()
    assert meant_cases.wrong() == [] and not elastic.is_resting()
