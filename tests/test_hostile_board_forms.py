"""Text made to break forms, in everything a board can ask: taken as words or refused beside its entry, never alive."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from community.core import ratelimit
from community.core.access import YES
from forum.models import BoardField, FieldKind, Thread
from tests import hostile
from tests.builders.forum import a_board, a_field, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)


def strings(step: int) -> list[str]:
    known = [text for text in hostile.every_naughty_string() if text]
    return list(dict.fromkeys([*known, *hostile.every_xss_vector()]))[::step]


def test_every_kind_of_field_takes_or_refuses_what_is_typed_into_it():
    board = a_board()
    fields = {kind: a_field(board, kind) for kind in FieldKind.values}
    client, taken = signed_in(Client(), a_member()), 0
    for number, text in enumerate(strings(12)):
        typed = {f"f{field.pk}": text for field in fields.values()}
        sent = {"title": f"Number {number} of them", "body": "Words", "lane": "ask", "tags": "", **typed}
        response = client.post(f"/boards/{board.slug}/new/", sent)
        assert response.status_code in (302, 422), text
        page = Page(response.content.decode())
        assert page.faults == [], text
        if response.status_code == 422 and text.isprintable():
            name = f"f{fields['text'].pk}"
            assert page.fields[name].split() == text.split(), "what was typed is still there"
        words = {name: typed[name] for kind in ("text", "long", "city") if (name := f"f{fields[kind].pk}")}
        response = client.post(f"/boards/{board.slug}/new/", sent | dict.fromkeys(typed, "") | words)
        taken += response.status_code == 302
    assert taken > 20
    cache.clear()
    for thread in Thread.objects.all():
        for address in (thread.get_absolute_url(), f"/posts/{thread.posts.get().pk}/edit/"):
            page = Page(client.get(address).content.decode())
            assert page.faults == [], thread.title


def test_what_staff_call_a_field_is_words_wherever_it_stands():
    admin = signed_in(Client(), a_member(role="admin"), strongly=True)
    author = a_member()
    taken = 0
    for text in strings(30):
        board = a_board()
        address = f"/staff/boards/{board.pk}/form/new/choice/"
        sent = {
            "label_en": text,
            "label_zh": text,
            "help_en": text,
            "is_filter": "on",
            "more": f"Plain\n{text}",
        }
        for more in ({"preview": "1"}, {}):
            response = admin.post(address, sent | more)
            assert response.status_code in (200, 302, 422), text
            assert Page(response.content.decode()).faults == [], text
        field = BoardField.objects.filter(board=board).first()
        if field is None:
            continue
        taken += 1
        keys = [key for key, *_rest in field.choices]
        thread = a_thread(author=author, board=board, values={field.pk: [keys[-1]]})
        places = [thread.get_absolute_url(), board.get_absolute_url(), f"/boards/{board.slug}/new/"]
        places += [
            f"{board.get_absolute_url()}?by={field.pk}.{keys[-1]}",
            f"/staff/boards/{board.pk}/form/{field.pk}/",
        ]
        for place in places:
            response = admin.get(place)
            assert response.status_code == 200 and Page(response.content.decode()).faults == [], (place, text)
    assert taken > 5


def test_filters_that_nobody_made_show_the_board():
    board = a_board()
    city, road = a_field(board, "city"), a_field(board, "mileage")
    a_thread(author=a_member(), board=board, values={city.pk: ["Graz"]})
    guest = Client()
    for text in strings(12):
        for asked in (
            {"by": text},
            {"by": f"{city.pk}.{text}"},
            {"field": city.pk, "is": text},
            {"field": text},
        ):
            response = guest.get(f"/boards/{board.slug}/", asked, follow=True)
            assert response.status_code == 200 and Page(response.content.decode()).faults == [], asked
        response = guest.get(f"/boards/{board.slug}/", {"field": road.pk, "from": text, "to": text})
        assert response.status_code in (200, 302), text
