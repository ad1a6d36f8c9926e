"""What readers, helpers and the team see of known answers, as plain forms, and what a page costs."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.core import near
from community.core.tasks.testing import run_due
from forum import actions as forum
from moderation.desk import actions as desk_actions
from moderation.solutions import actions, queries
from moderation.solutions.addresses import Elsewhere, place_in, thread_in
from moderation.solutions.forms import ELSEWHERE, LinkForm
from moderation.solutions.models import Link, Review, Solution, Solved
from moderation.solutions.policy import Range
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.solutions import WORDS, a_solution, linked

pytestmark = pytest.mark.django_db
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}
HOSTILE = "<script>alert(1)</script> & “quotes”"


@pytest.fixture
def desk(mei):
    return signed_in(Client(), mei, strongly=True)


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_card_stands_under_the_question_and_its_effect_under_the_answer(mei):
    solution = a_solution(by=mei, held=Range("Aurora E", 2024, 2026))
    threads = [linked(solution, by=mei) for _ in range(2)]
    actions.say_solved(actor=threads[0].author, solution_id=solution.pk)
    html = page(Client(), threads[0].get_absolute_url())
    assert "The same problem has an answer" in html and WORDS[:40] in html
    assert "Holds for Aurora E, model years 2024 to 2026" in html and "helps 2 threads" in html
    assert "1 person said it solved theirs" in html and "This solved mine" in html
    own = page(Client(), solution.thread.get_absolute_url())
    assert "Known answer" in own and "helps 2 threads" in own
    with translation.override("zh-hans"):
        client = Client(headers={"accept-language": "zh-CN"})
        assert "帮到 2 个帖子" in page(client, threads[1].get_absolute_url())


def test_what_an_answer_did_stands_apart_where_it_is_changed(desk, mei):
    solution = a_solution(by=mei)
    thread = linked(solution, by=mei)
    actions.say_solved(actor=thread.author, solution_id=solution.pk)
    for address in (f"/known/{solution.pk}/", f"/threads/{solution.thread_id}/known/"):
        html = page(desk, address)
        assert "known-reviews" in html
        assert "helps 1 thread</span> <span>1 person said it solved theirs" in html


def test_hostile_words_are_words(mei):
    solution = a_solution(
        by=mei, held=Range(f"Aurora {HOSTILE}"[:60]), body=f"{HOSTILE} {WORDS}", reason=HOSTILE
    )
    thread = linked(solution, by=mei, reason=HOSTILE)
    for address in (thread.get_absolute_url(), solution.thread.get_absolute_url(), f"/known/{solution.pk}/"):
        assert "<script>alert" not in page(signed_in(Client(), mei), address)


def test_a_press_is_a_plain_form_and_can_be_taken_back(solution):
    thread = linked(solution)
    client = signed_in(Client(), thread.author)
    answer = client.post(f"/known/{solution.pk}/solved/", {"next": thread.get_absolute_url()})
    assert answer.headers["Location"] == thread.get_absolute_url()
    assert "You said that it solved yours." in page(client, thread.get_absolute_url())
    client.post(f"/known/{solution.pk}/solved/", {"back": "1"})
    assert not Solved.objects.exists()


def test_a_guests_press_waits_until_they_have_signed_in(solution):
    thread, member = linked(solution), a_member()
    client = Client(enforce_csrf_checks=True)
    assert (
        "csrf"
        not in page(client, thread.get_absolute_url()).split('class="known-said"')[1].split("</form>")[0]
    )
    told = {"next": thread.get_absolute_url()}
    strange = client.post(f"/known/{solution.pk}/solved/", told, HTTP_SEC_FETCH_SITE="cross-site")
    assert strange.status_code == 302 and "sessionid" not in client.cookies
    answer = client.post(f"/known/{solution.pk}/solved/", told, **OWN)
    assert answer.status_code == 302 and "login" in answer.headers["Location"]
    assert not Solved.objects.exists()
    client.force_login(member)
    assert Solved.objects.get().member == member


def test_moderators_link_and_make_on_one_page_and_helpers_may_not_elsewhere(mei, solution):
    client = signed_in(Client(), mei)
    thread = a_thread(author=a_member(), board=solution.thread.board)
    address = f"/threads/{thread.pk}/known/"
    wrong = client.post(address, {"do": "link", "link-target": "nowhere"})
    assert wrong.status_code == 422 and "no address of a thread" in wrong.content.decode()
    nothing = client.post(address, {"do": "link", "link-target": str(a_thread(author=a_member()).pk)})
    assert nothing.status_code == 422 and "Nothing in that thread" in nothing.content.decode()
    done = client.post(
        address, {"do": "link", "link-target": f"/posts/{solution.post_id}/", "link-reason": "Same"}
    )
    assert done.status_code == 302 and Link.objects.get().reason == "Same"
    assert "This thread is linked" in page(client, address)
    client.post(address, {"do": "unlink"})
    assert not Link.objects.filter(ended_at=None).exists()
    a_reply(author=a_member(), thread=thread)
    made = client.post(
        address, {"do": "make", "make-post": "2", "make-car": "Aurora E", "make-year_to": "2026"}
    )
    assert made.status_code == 302 and Solution.objects.get(thread=thread).year_to == 2026
    assert signed_in(Client(), a_member()).get(address).status_code == 403


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("/threads/12/", 12),
        ("http://localhost:8000/threads/12/a-title/?page=2#post-3", 12),
        ("see http://localhost:8000/threads/12/a-title", 12),
        ("testserver/threads/12/", 12),
        ("threads/12/a-title", 12),
        ("（http://testserver/threads/12/）", 12),
        ("“http://testserver/threads/12/a-title”.", 12),
        ("http://testserver/boards/threads/12/", None),
        ("#12", None),
        ("threads", None),
    ],
)
def test_a_thread_is_told_by_its_number_or_its_address_among_words(typed, number):
    assert thread_in(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "https://other-forum.example/threads/42/how-to",
        "see https://other-forum.example/posts/42/",
        "other-forum.example/threads/42/",
        "//other-forum.example/threads/42/",
        "http://testserver@other-forum.example/threads/42/",
        "http://testserver.other-forum.example/threads/42/",
        "javascript://other/threads/42/",
    ],
)
def test_another_sites_address_names_no_thread_here(typed):
    with pytest.raises(Elsewhere):
        place_in(typed)
    form = LinkForm({"target": typed})
    assert form.errors["target"] == [ELSEWHERE]


def test_a_helper_is_offered_to_change_only_what_they_may(mei, solution):
    address, change = f"/threads/{solution.thread_id}/known/", f'href="/known/{solution.pk}/"'
    assert change in page(signed_in(Client(), mei), address)
    helper = solution.post.author
    forum.accept_answer(actor=solution.thread.author, post_id=solution.post_id)
    helper.refresh_from_db()
    assert change not in page(signed_in(Client(), helper), address)


def test_the_owner_of_a_page_of_ones_own_helped_people(solution):
    author, person = solution.post.author, a_member()
    assert "People helped" not in page(Client(), author.get_absolute_url())
    actions.say_solved(actor=person, solution_id=solution.pk)
    near.forget(queries.HELPERS)  # as the commit would
    assert "helped 1 owner:" in page(Client(), author.get_absolute_url())
    assert "Your answers helped 1 owner:" in page(signed_in(Client(), author), author.get_absolute_url())


def test_the_range_another_answer_and_taking_back_are_forms(mei, solution):
    client, address = signed_in(Client(), mei), f"/known/{solution.pk}/"
    assert client.post(address, {"do": "range", "range-software_to": "new"}).status_code == 422
    assert client.post(address, {"do": "range", "range-software_to": "4.2"}).status_code == 302
    other = a_reply(author=a_member(), thread=solution.thread)
    assert (
        client.post(address, {"do": "replace", "replace-post": "99", "replace-reason": "Better"}).status_code
        == 422
    )
    told = {"do": "replace", "replace-post": str(other.number), "replace-reason": "Better"}
    assert client.post(address, told).status_code == 302
    now = Solution.objects.get(withdrawn_at=None)
    assert (now.post_id, now.software_to) == (other.pk, "4.2")
    address = f"/known/{now.pk}/"
    assert client.post(address, {"do": "withdraw"}).status_code == 422
    assert client.post(address, {"do": "withdraw", "withdraw-reason": "x" * 400}).status_code == 422
    assert client.post(address, {"do": "withdraw", "withdraw-reason": "Wrong"}).status_code == 302
    assert client.get(address).status_code == 404


# The desk ---------------------------------------------------------------------------------------------------------


def test_reviews_are_worked_on_the_desk_by_plain_forms(desk, mei):
    solution = a_solution(by=mei, held=Range("Aurora E", None, 2026))
    near.forget(queries.WAITING)
    assert desk.post("/desk/known/", {"car": "Aurora E", "year": "2027", "software": "4"}).status_code == 422
    assert desk.post("/desk/known/", {"car": "Aurora E", "year": "2027"}).status_code == 302
    run_due()
    near.forget(queries.WAITING)
    assert "1 known answer waits for another look" in page(desk, "/desk/")
    pk = Review.objects.get().pk
    assert "A newer model year is out: Aurora E 2027" in page(desk, "/desk/known/")
    address = f"/desk/known/{pk}/"
    wrong = desk.post(
        address, {"do": "narrow", f"narrow{pk}-year_from": "2030", f"narrow{pk}-year_to": "2020"}
    )
    assert wrong.status_code == 422 and "comes after the last one" in wrong.content.decode()
    assert desk.post(address, {"do": "true"}).status_code == 302
    solution.refresh_from_db()
    assert solution.year_to == 2027 and "Nothing waits for another look" in page(desk, "/desk/known/")


def test_the_desks_list_costs_the_same_however_long_it_is(desk, mei):
    found = []
    for rows in (1, 4):
        for _ in range(rows):
            solution = a_solution(by=mei)
            Solution.objects.filter(pk=solution.pk).update(review_after="2020-01-01")
        actions.open_due_reviews()
        found.append(cost(desk, "/desk/known/"))
    assert found[0] == found[1] <= 6


def html_of_known(desk, thread):
    return page(desk, f"/desk/threads/{thread.pk}/").split('class="known"')[1].split("</section>")[0]


def test_the_desk_links_the_known_answer_and_takes_that_back(desk, mei):
    asked = a_thread(author=a_member(), title="Beeping after the winter update")
    reply = a_reply(author=a_member(), thread=asked, body=WORDS)
    forum.accept_answer(actor=asked.author, post_id=reply.pk)
    thread = a_thread(author=a_member(), title="Beeping since the winter update", board=asked.board)
    desk_actions.rescore(thread_ids=[thread.pk])
    row = desk_actions.link_answer(actor=mei, thread_id=thread.pk, version=0, target_id=asked.pk)
    link = Link.objects.get()
    assert (link.thread, link.solution.post) == (thread, reply), "the accepted answer became known"
    assert html_of_known(desk, thread).count(asked.title) == 1, "linked, and said once"
    desk_actions.undo(actor=mei)
    assert queries.link_of(thread.pk) is None and row.pk == thread.pk
    link.solution.refresh_from_db()
    assert link.solution.withdrawn_at is not None, "and what became known by it is not known any more"
    run_due()
    cache.clear()
    html = page(desk, f"/desk/threads/{thread.pk}/")
    assert 'name="link-answer" value=' not in html and f'name="link-target" value="{asked.pk}"' in html
    actions.make_known(actor=mei, post_id=reply.pk)
    run_due()
    cache.clear()
    html = page(desk, f"/desk/threads/{thread.pk}/")
    assert f'name="link-answer" value="{link.solution_id}"' in html and "all cars" in html


def test_while_a_title_is_typed_known_answers_come_first(mei):
    """The nearer thread stands behind: it has no answer. One that is linked leads to the answer itself."""
    asked = "Beeping after the winter update"
    near_one, host = (
        a_thread(author=a_member(), title=asked),
        a_thread(author=a_member(), title="Beeping, an update"),
    )
    solution = a_solution(thread=host, by=mei, held=Range("Aurora E", None, 2026))
    same = linked(
        solution, thread=a_thread(author=a_member(), title="Beeping since that update", board=host.board)
    )
    run_due()
    html = page(signed_in(Client(), a_member()), f"/search/near?title={asked.replace(' ', '+')}")
    assert html.index(f"/posts/{solution.post_id}/") < html.index(near_one.get_absolute_url())
    assert "Aurora E, up to model year 2026" in html and same.get_absolute_url() not in html
    assert html.count(f"/posts/{solution.post_id}/") == 1


# What a page costs ------------------------------------------------------------------------------------------------


def test_a_page_without_any_pays_nothing_and_one_with_some_a_statement(solution):
    reader, board = signed_in(Client(), a_member()), solution.thread.board
    plain = a_thread(author=a_member(), board=board, title="Beeping after the winter update, once more")
    forum.rename_thread(actor=plain.author, thread_id=plain.pk, title="Beeping since the winter update")
    plain.refresh_from_db()
    thread = a_thread(author=a_member(), board=board, title="Beeping after the winter update")
    linked(solution, thread=thread)
    run_due()
    bare = cost(reader, plain.get_absolute_url())
    assert cost(reader, thread.get_absolute_url()) == bare + 1 <= 6
    for _ in range(5):
        linked(solution)
    assert cost(reader, thread.get_absolute_url()) == bare + 1
    assert cost(reader, solution.thread.get_absolute_url()) <= 6
