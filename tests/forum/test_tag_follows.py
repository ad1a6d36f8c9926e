"""Following tags."""

import pytest
from django.http import Http404
from django.urls import reverse

from forum import actions, rights
from forum.models import TagFollow
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_followed_and_unfollowed_once_each(facts):
    member = a_member()
    a_thread(author=a_member(), tags=["winter"])
    for _ in range(2):
        actions.follow_tag(member=member, slug="winter")
    assert facts.only("TagFollowed").member_id == member.pk
    for _ in range(2):
        actions.unfollow_tag(member=member, slug="winter")
    assert facts.only("TagUnfollowed").member_id == member.pk
    assert not TagFollow.objects.exists()


def test_a_tag_of_private_threads_is_absent():
    insider = a_member()
    board = a_board(rights=rights.CIRCLE)
    actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    a_thread(author=insider, board=board, tags=["secret"])
    with pytest.raises(Http404):
        actions.follow_tag(member=a_member(), slug="secret")
    assert actions.follow_tag(member=insider, slug="secret")


def test_the_button_works_without_a_script(client):
    a_thread(author=a_member(), tags=["winter"])
    page, address = reverse("forum:tag", args=["winter"]), reverse("forum:tag_follow", args=["winter"])
    assert "/follow/" not in client.get(page).content.decode()
    signed_in(client, a_member())
    assert 'value="follow"' in client.get(page).content.decode()
    client.post(address, {"do": "follow"})
    assert 'value="unfollow"' in client.get(page).content.decode()
    client.post(address, {"do": "unfollow"})
    assert not TagFollow.objects.exists()
