"""Texts of the house have versions; members agree to each, are asked once, and lose nothing of what they write."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from community.core.access import Refused
from community.members import actions as members
from community.members.models import Member
from community.privacy import actions
from community.privacy.models import Consent, Paper
from forum.models import Post
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def rules(kind: str = "terms", **words: str) -> Paper:
    text = {"text_en": "Be **kind**.", "text_zh": "友善待人。"} | words
    return actions.publish_paper(actor=a_member(role="admin"), kind=kind, **text)


def test_without_a_text_nobody_is_asked(client):
    assert signed_in(client, a_member()).get("/boards/").status_code == 200


def test_a_new_version_is_asked_at_the_next_visit_and_leads_on(client):
    rules()
    member = a_member()
    response = signed_in(client, member).get("/boards/?a=1")
    assert response["Location"] == "/account/consents/?next=%2Fboards%2F%3Fa%3D1"
    page = client.get(response["Location"]).content.decode()
    assert "<strong>kind</strong>" in page
    response = client.post("/account/consents/", {"agree": "terms:1", "next": "/boards/?a=1"})
    assert response["Location"] == "/boards/?a=1"
    assert client.get("/boards/").status_code == 200
    consent = Consent.objects.get(member=member)
    assert (consent.kind, consent.version) == ("terms", 1)
    rules(changes_en="A word on dogs.")
    assert client.get("/boards/").status_code == 302
    assert "A word on dogs." in client.get("/account/consents/").content.decode()


def test_what_was_being_written_is_taken_as_it_was_sent(client):
    member = a_member()
    thread = a_thread(author=member)
    signed_in(client, member).get("/boards/")
    rules()
    client.post(f"/threads/{thread.pk}/reply/", {"body": "Written before the rules were new."})
    assert Post.objects.filter(source__contains="before the rules").exists()


def test_a_page_in_chinese_shows_the_chinese_text(client):
    rules()
    member = a_member()
    members.set_preferences(member=member, language="zh-hans")
    assert "友善待人" in signed_in(client, member).get("/account/consents/").content.decode()


def test_an_old_version_cannot_be_agreed_to(client):
    rules()
    rules()
    member = a_member()
    with pytest.raises(Refused):
        actions.give_consents(member=member, versions=[("terms", 1)])
    signed_in(client, member).post(
        "/account/consents/", {"agree": ["terms:1", "terms:x", "nothing:1", "terms:" + "9" * 5000]}
    )
    assert not Consent.objects.exists()


def test_a_free_choice_is_asked_of_nobody_and_taken_back_at_will(client):
    rules("news", text_en="A letter a month.")
    member = a_member()
    assert signed_in(client, member).get("/boards/").status_code == 200
    actions.give_consents(member=member, versions=[("news", 1), ("news", 1)])
    assert Consent.objects.filter(member=member, withdrawn_at=None).count() == 1
    client.post("/account/consents/withdraw/", {"kind": "news"})
    assert not Consent.objects.filter(member=member, withdrawn_at=None).exists()
    actions.give_consents(member=member, versions=[("news", 1)])
    assert Consent.objects.filter(member=member).count() == 2


def test_nobody_takes_part_without_the_needed_ones():
    rules()
    with pytest.raises(Refused):
        actions.withdraw_consent(member=a_member(), kind="terms")


def test_only_administrators_publish():
    with pytest.raises(Refused):
        actions.publish_paper(actor=a_member(role="moderator"), kind="terms", text_en="Mine.")
    assert not Paper.objects.exists()


def test_the_question_costs_no_statement_once_it_is_answered(client, django_assert_num_queries):
    member = a_member()
    rules()
    actions.give_consents(member=member, versions=[("terms", 1)])
    signed_in(client, member)
    client.get("/latest/")
    client.get("/latest/")
    with django_assert_num_queries(2):
        client.get("/latest/")


class TestAtTheDoor:
    """Whoever joins agrees to the texts as the page showed them, and is not asked again."""

    FORM = {"name": "Anna Kuhn", "email": "anna@example.org", "how": "code", "rules": "on"}

    def join(self, client, page: str) -> Member:
        shown = re.search(r'name="papers" value="([^"]*)"', page)
        client.post(reverse("account_signup"), self.FORM | ({"papers": shown[1]} if shown else {}))
        code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()
        client.post(reverse("account_email_verification_sent"), {"code": code})
        return Member.objects.get(email="anna@example.org")

    def test_the_texts_are_there_to_be_read_and_are_noted_by_version(self, client):
        rules()
        rules("privacy", text_en="We keep little.")
        rules("news", text_en="A letter a month.")
        page = client.get(reverse("account_signup")).content.decode()
        assert "/papers/terms/" in page and "/papers/privacy/" in page and "/papers/news/" not in page
        assert "We keep little." in client.get("/papers/privacy/").content.decode()
        member = self.join(client, page)
        agreed = Consent.objects.filter(member=member).values_list("kind", "version")
        assert set(agreed) == {("terms", 1), ("privacy", 1)}
        assert client.get("/boards/").status_code == 200, "asked once is enough"
        rules()
        response = client.get("/boards/")
        assert response.status_code == 302
        page = client.get(response["Location"]).content.decode()
        assert 'value="terms:2"' in page and 'value="privacy:1"' not in page, "only what is new"

    def test_a_text_that_changed_while_somebody_joined_is_asked_at_the_first_visit(self, client):
        rules()
        page = client.get(reverse("account_signup")).content.decode()
        rules()
        member = self.join(client, page)
        assert not Consent.objects.filter(member=member).exists()
        assert client.get("/boards/").status_code == 302

    @pytest.mark.parametrize("papers", ["terms:99", "news:1", "nothing:1", ":", "terms:1" * 99, "terms:１"])
    def test_what_was_never_shown_is_not_noted(self, client, papers):
        rules()
        rules("news", text_en="A letter a month.")
        member = self.join(client, f'name="papers" value="{papers}"')
        assert not Consent.objects.filter(member=member).exists()

    def test_without_texts_nothing_is_noted(self, client):
        page = client.get(reverse("account_signup")).content.decode()
        assert "/guidelines/" in page and 'name="papers"' not in page
        assert not Consent.objects.filter(member=self.join(client, page)).exists()


def test_every_version_can_be_read_by_everybody(client):
    rules()
    rules(text_en="Be kinder.", changes_en="A word more.")
    now = client.get("/papers/terms/").content.decode()
    assert "Be kinder." in now and "A word more." in now and "earlier version" not in now
    old = client.get("/papers/terms/?version=1").content.decode()
    assert "<strong>kind</strong>" in old and "earlier version" in old
    for address in ("/papers/privacy/", "/papers/nothing/", "/papers/terms/?version=9"):
        assert client.get(address).status_code == 404
    assert "Be kinder." in client.get("/papers/terms/?version=x１").content.decode()
