"""Private conversations: who may write, what is read by whom, and what staff see."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client

from activity.messages import access, actions, queries
from activity.messages.models import Conversation, Door, Message, MessageReport, Participant
from activity.notices.models import Notification
from community.core.access import Invalid, Refused
from community.core.ratelimit import reset
from community.core.tasks.testing import run_due
from community.files.models import Upload
from community.members import actions as people
from community.members.models import Member
from community.search.models import SearchEntry
from forum.models import Draft
from tests.builders.files import an_upload, photo, spoiled
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db

CANARY = "Canary-4417"


def write(actor: Member, *to: Member, body: str = "Hello", **rest) -> Message:
    return actions.start_conversation(actor=actor, recipients=list(to), body=body, **rest)


def page(member: Member, conversation_id: int, client: Client | None = None):
    return signed_in(client or Client(), member).get(f"/messages/{conversation_id}/")


class TestWriting:
    def test_two_people_have_one_conversation_and_numbers_without_a_gap(self, anna, ben, facts):
        first = write(anna, ben)
        second = write(ben, anna)
        third = actions.send_message(actor=anna, conversation_id=first.conversation_id, body="And?")
        assert first.conversation_id == second.conversation_id
        assert [first.number, second.number, third.number] == [1, 2, 3]
        assert facts.of("MessageSent")[0].recipient_ids == (ben.pk,)

    def test_sent_twice_it_is_there_once(self, anna, ben):
        for _ in range(2):
            first = write(anna, ben, idempotency_key="one")
            actions.send_message(
                actor=anna, conversation_id=first.conversation_id, body="Again", idempotency_key="two"
            )
        assert Message.objects.count() == 2

    def test_a_stranger_cannot_read_write_or_learn_that_it_is_there(self, anna, ben):
        sent, stranger = write(anna, ben), a_member()
        with pytest.raises(Http404):
            actions.send_message(actor=stranger, conversation_id=sent.conversation_id, body="Hi")
        assert page(stranger, sent.conversation_id).status_code == 404

    @pytest.mark.parametrize("standing", ["muted", "suspended"])
    def test_standing_is_asked(self, anna, ben, standing):
        anna.standing = standing
        with pytest.raises(Refused):
            write(anna, ben)

    def test_nothing_and_oneself_are_refused(self, anna, ben):
        with pytest.raises(Invalid):
            write(anna, ben, body=" ")
        with pytest.raises(Refused):
            write(anna, anna)
        assert not Conversation.objects.exists()

    def test_hostile_words_are_made_safe(self, anna, ben):
        sent = write(anna, ben, body="<script>alert(1)</script> [x](javascript:alert(1))")
        shown = page(ben, sent.conversation_id).content.decode()
        assert "<script>alert" not in shown and 'href="javascript:' not in shown

    def test_own_words_can_be_taken_out_and_others_cannot(self, anna, ben):
        sent = write(anna, ben, body=CANARY)
        with pytest.raises(Http404):
            actions.remove_message(actor=ben, message_id=sent.pk)
        actions.remove_message(actor=anna, message_id=sent.pk)
        actions.remove_message(actor=anna, message_id=sent.pk)
        assert CANARY not in page(ben, sent.conversation_id).content.decode()


class TestTheDoor:
    def refusal(self, writer: Member, to: Member) -> tuple[str, str]:
        with pytest.raises(Refused) as refused:
            write(writer, to)
        return refused.value.code, refused.value.reason

    def test_a_block_a_closed_door_and_a_closed_account_read_alike(self, anna, ben):
        actions.set_door(member=ben, opens_to="nobody")
        closed = self.refusal(anna, ben)
        actions.set_door(member=ben, opens_to="everyone")
        people.block(member=ben, target=anna)
        blocked = self.refusal(anna, ben)
        people.unignore(member=ben, target=anna)
        people.block(member=anna, target=ben)
        blocking = self.refusal(anna, ben)
        people.unignore(member=anna, target=ben)
        actions.set_door(member=ben, opens_to="following")
        unfollowed = self.refusal(anna, ben)
        assert {closed, blocked, blocking, unfollowed} == {("no_messages", "Ben does not take messages.")}
        people.follow(member=ben, target=anna)
        assert write(anna, ben)

    def test_staff_reach_everybody_and_are_labelled(self, ben):
        actions.set_door(member=ben, opens_to="nobody")
        sent = write(a_member(role="moderator", name="Mod"), ben)
        assert "Moderator" in page(ben, sent.conversation_id).content.decode()

    def test_whoever_was_written_to_may_answer_behind_any_door(self, anna, ben):
        actions.set_door(member=anna, opens_to="nobody")
        sent = write(anna, ben)
        assert actions.send_message(actor=ben, conversation_id=sent.conversation_id, body="Yes").number == 2

    def test_a_block_closes_a_conversation_there_is(self, anna, ben):
        sent = write(anna, ben)
        people.block(member=ben, target=anna)
        with pytest.raises(Refused) as refused:
            actions.send_message(actor=anna, conversation_id=sent.conversation_id, body="Hello?")
        assert refused.value.code == "no_messages"

    def test_an_unknown_choice_is_refused(self, anna):
        with pytest.raises(Invalid):
            actions.set_door(member=anna, opens_to="friends")
        assert not Door.objects.exists()


class TestSeveral:
    def test_whoever_is_added_reads_from_then_on(self, anna, ben):
        carl, dora = a_member(name="Carl"), a_member(name="Dora")
        sent = write(anna, ben, carl, body=CANARY)
        actions.add_person(actor=ben, conversation_id=sent.conversation_id, person=dora)
        actions.send_message(actor=anna, conversation_id=sent.conversation_id, body="Welcome")
        shown = page(dora, sent.conversation_id).content.decode()
        assert CANARY not in shown and "Welcome" in shown

    def test_nobody_is_added_between_two_or_by_a_stranger_or_against_their_will(self, anna, ben):
        carl, dora = a_member(), a_member()
        pair = write(anna, ben)
        with pytest.raises(Refused):
            actions.add_person(actor=anna, conversation_id=pair.conversation_id, person=carl)
        several = write(anna, ben, carl)
        with pytest.raises(Http404):
            actions.add_person(actor=dora, conversation_id=several.conversation_id, person=dora)
        actions.set_door(member=dora, opens_to="nobody")
        with pytest.raises(Refused) as refused:
            actions.add_person(actor=anna, conversation_id=several.conversation_id, person=dora)
        assert refused.value.code == "no_messages"

    def test_who_left_reads_nothing_and_only_its_starter_brings_them_back(self, anna, ben, facts):
        carl = a_member(name="Carl")
        sent = write(anna, ben, carl)
        actions.leave_conversation(member=carl, conversation_id=sent.conversation_id)
        assert facts.only("ConversationLeft").member_id == carl.pk
        assert page(carl, sent.conversation_id).status_code == 404
        with pytest.raises(Refused):
            actions.add_person(actor=ben, conversation_id=sent.conversation_id, person=carl)
        actions.add_person(actor=anna, conversation_id=sent.conversation_id, person=carl)
        assert page(carl, sent.conversation_id).status_code == 200

    def test_the_words_of_somebody_ignored_are_folded(self, anna, ben):
        sent = write(anna, ben, a_member())
        people.ignore_member(member=ben, target=anna)
        assert "From somebody you ignore" in page(ben, sent.conversation_id).content.decode()


class TestReading:
    def test_unread_ones_come_first_and_muted_ones_do_not(self, anna, ben, frozen_clock):
        old, muted, read = (
            write(a_member(name="One"), ben),
            write(a_member(name="Two"), ben),
            write(anna, ben),
        )
        actions.mute_conversation(member=ben, conversation_id=muted.conversation_id, hours=None)
        actions.mark_read(member=ben, conversation_id=read.conversation_id, number=1)
        order = [row.conversation_id for row in queries.conversations(ben).items]
        assert order[0] == old.conversation_id and set(order[1:]) == {
            muted.conversation_id,
            read.conversation_id,
        }

    def test_a_mark_never_goes_down_or_beyond_the_end(self, anna, ben):
        sent = write(anna, ben)
        actions.send_message(actor=anna, conversation_id=sent.conversation_id, body="More")
        for number in (2, 1, 99):
            actions.mark_read(member=ben, conversation_id=sent.conversation_id, number=number)
        assert Participant.objects.get(member=ben).read_number == 2

    def test_an_open_page_gets_what_came_since_in_the_same_markup(self, anna, ben):
        sent = write(anna, ben)
        client = signed_in(Client(), ben)
        address = f"/messages/{sent.conversation_id}/fresh/?after="
        assert client.get(address + "1").status_code == 204
        actions.send_message(actor=anna, conversation_id=sent.conversation_id, body=CANARY)
        fragment = client.get(address + "1").content.decode()
        assert CANARY in fragment and 'id="message-2"' in fragment and "<html" not in fragment
        assert signed_in(Client(), a_member()).get(address + "1").status_code == 404

    def test_long_conversations_page(self, anna, ben):
        sent = write(anna, ben)
        for n in range(31):
            actions.send_message(actor=anna, conversation_id=sent.conversation_id, body=f"Number {n}")
        mine = access.participant_for(ben, conversation_id=sent.conversation_id)
        latest = queries.messages(mine)
        assert [row.number for row in latest.items] == list(range(3, 33))
        assert [row.number for row in queries.messages(mine, latest.next).items] == [1, 2]

    def test_the_recipient_is_told_who_wrote_and_it_is_read_with_the_page(self, anna, ben):
        sent = write(anna, ben, body=CANARY)
        run_due()
        row = Notification.objects.get(recipient=ben)
        assert row.kind == "message" and CANARY not in str(row.data)
        client = signed_in(Client(), ben)
        assert client.get(f"/notices/{row.pk}/")["Location"] == f"/messages/{sent.conversation_id}/"
        client.get(f"/messages/{sent.conversation_id}/")
        row.refresh_from_db()
        assert row.read_at is not None

    def test_nobody_is_told_of_what_they_mute(self, anna, ben):
        sent = write(anna, ben)
        actions.mute_conversation(member=ben, conversation_id=sent.conversation_id, hours=24)
        run_due()
        Notification.objects.all().delete()
        actions.send_message(actor=anna, conversation_id=sent.conversation_id, body="More")
        run_due()
        assert not Notification.objects.exists()


class TestDrafts:
    def test_the_first_words_to_somebody_are_on_every_device_until_they_are_sent(self, anna, ben):
        address, client = "/messages/new/?to=Ben", signed_in(Client(), anna)
        assert f'data-draft="letter-{ben.pk}"' in client.get(address).content.decode()
        kept = client.post(address, {"to": "Ben", "body": CANARY, "draft": "1"})
        assert kept["Location"] == address and not Message.objects.exists()
        other = signed_in(Client(), anna)
        assert CANARY in other.get(address).content.decode()
        listed = other.get("/account/drafts/").content.decode()
        assert CANARY in listed and 'href="/messages/new/?to=Ben"' in listed
        assert client.post(address, {"to": "Ben", "body": CANARY, "draft_revision": "1"}).status_code == 302
        assert Message.objects.get().source == CANARY and not Draft.objects.exists()

    def test_what_is_saved_late_is_no_draft_of_words_that_were_sent(self, anna, ben):
        sent, client = write(anna, ben, idempotency_key="first"), signed_in(Client(), anna)
        actions.send_message(
            actor=anna, conversation_id=sent.conversation_id, body="More", idempotency_key="second"
        )
        for key, place in (("first", f"letter-{ben.pk}"), ("second", f"message-{sent.conversation_id}")):
            late = client.post("/compose/draft/", {"place": place, "body": "More", "key": key})
            assert late.status_code == 409 and late.json()["words"] == {}
        assert not Draft.objects.exists()


class TestReports:
    def test_moderators_read_the_chosen_words_and_no_others(self, anna, ben):
        sent = write(anna, ben, body="Rude " + CANARY)
        actions.send_message(actor=anna, conversation_id=sent.conversation_id, body="Private-part")
        client = signed_in(Client(), ben)
        told = client.post(
            f"/messages/{sent.conversation_id}/report/", {"numbers": ["1"], "reason": "Insult"}
        ).content.decode()
        assert "a copy of 1 message" in told
        report = MessageReport.objects.get()
        moderator = signed_in(Client(), a_member(role="moderator"), strongly=True)
        shown = moderator.get(f"/staff/messages/{report.pk}/").content.decode()
        assert CANARY in shown and "Private-part" not in shown
        assert moderator.get(f"/messages/{sent.conversation_id}/").status_code == 404

    def test_a_copy_stays_when_its_author_takes_the_words_out(self, anna, ben):
        sent = write(anna, ben, body=CANARY)
        report = actions.report_messages(
            reporter=ben, conversation_id=sent.conversation_id, numbers=[1], reason="Insult"
        )
        actions.remove_message(actor=anna, message_id=sent.pk)
        report.refresh_from_db()
        assert CANARY in report.snapshot[0]["source"]

    def test_strangers_and_those_without_a_choice_report_nothing(self, anna, ben):
        sent = write(anna, ben)
        with pytest.raises(Http404):
            actions.report_messages(
                reporter=a_member(), conversation_id=sent.conversation_id, numbers=[1], reason="Hm"
            )
        for numbers, reporter in (([], ben), ([9], ben), ([1], anna)):
            with pytest.raises(Invalid):
                actions.report_messages(
                    reporter=reporter, conversation_id=sent.conversation_id, numbers=numbers, reason="Hm"
                )

    def test_it_is_decided_once_and_by_nobody_it_is_about(self, ben):
        rude, other = a_member(role="moderator"), a_member(role="moderator")
        sent = write(rude, ben)
        report = actions.report_messages(
            reporter=ben, conversation_id=sent.conversation_id, numbers=[1], reason="Insult"
        )
        for actor in (ben, rude):
            with pytest.raises(Refused):
                actions.settle_report(actor=actor, report_id=report.pk, state="settled", note="Fine")
        actions.settle_report(actor=other, report_id=report.pk, state="settled", note="Spoke to them")
        with pytest.raises(Refused):
            actions.settle_report(actor=other, report_id=report.pk, state="dismissed", note="No")


def test_private_words_are_in_no_index_search_feed_or_profile(anna, ben):
    run_due()
    entries = SearchEntry.objects.count()
    write(anna, ben, body=CANARY)
    run_due()
    assert SearchEntry.objects.count() == entries
    for viewer in (anna, ben, a_member(), a_member(role="admin")):
        client = signed_in(Client(), viewer, strongly=viewer.role == "admin")
        for address in ("/", f"/search/?q={CANARY}x", "/latest/", "/feed/", anna.get_absolute_url()):
            assert CANARY not in client.get(address).content.decode().replace(f"{CANARY}x", "")


def test_newcomers_begin_few_conversations_and_keep_their_words(anna):
    client = signed_in(Client(), anna)
    reset("letters_start_new", f"member:{anna.pk}")
    answers = [
        client.post("/messages/new/", {"to": a_member().name, "body": CANARY}).status_code for _ in range(4)
    ]
    assert answers == [302, 302, 302, 429]


def test_a_person_nobody_knows_is_said_beside_the_field(anna):
    answer = signed_in(Client(), anna).post("/messages/new/", {"to": "Nobody Here", "body": CANARY})
    assert answer.status_code == 422 and CANARY in answer.content.decode()


class TestPicturesWithoutTheScript:
    def test_both_forms_take_files_with_the_words(self, anna, ben, media_root):
        client = signed_in(Client(), anna)
        for address in ("/messages/new/?to=Ben", f"/messages/{write(ben, anna).conversation_id}/"):
            shown = client.get(address).content.decode()
            assert 'enctype="multipart/form-data"' in shown and 'type="file" name="files"' in shown
            file = SimpleUploadedFile("dash.jpg", photo())
            key = "once-" + address[10:13]
            answer = client.post(address, {"to": "Ben", "body": "Look", "key": key, "files": [file]})
            assert answer.status_code == 302
            upload, message = Upload.objects.latest("pk"), Message.objects.latest("pk")
            assert message.source == f"Look\n\n![dash]({upload.address})"
            assert "<img" in message.html

    def test_what_cannot_be_taken_is_said_and_nothing_is_sent(self, anna, ben, media_root):
        where = write(ben, anna).conversation_id
        client = signed_in(Client(), anna)
        for address in ("/messages/new/?to=Ben", f"/messages/{where}/"):
            for data in (photo()[:900], b"no picture"):
                file = SimpleUploadedFile("dash.jpg", data)
                shown = client.post(address, {"to": "Ben", "body": CANARY, "files": [file]}).content.decode()
                assert "dash.jpg: This" in shown and CANARY in shown
        assert Message.objects.count() == 1

    def test_a_picture_that_nothing_came_of_is_taken_out_and_said_once(self, anna, ben, media_root):
        lost = an_upload(owner=anna, data=spoiled(), name="dash.png")
        address, client = f"/messages/{write(ben, anna).conversation_id}/", signed_in(Client(), anna)
        shown = client.post(address, {"body": f"Look\n\n![the \\] dash]({lost.address})\n\nYours"})
        assert "dash was taken out of your text. This picture file is damaged" in shown.content.decode()
        assert lost.key not in shown.content.decode() and Message.objects.count() == 1
        assert client.post(address, {"body": "Look\n\nYours"}).status_code == 302


def test_newcomers_bring_no_more_people_into_a_conversation_than_they_may_write_to(anna, ben):
    others = [a_member() for _ in range(4)]
    sent = write(ben, anna, a_member())
    client = signed_in(Client(), anna)
    reset("letters_start_new", f"member:{anna.pk}")
    for one in others:
        client.post(f"/messages/{sent.conversation_id}/people/", {"name": one.name})
    here = set(Participant.objects.values_list("member_id", flat=True))
    assert {one.pk for one in others[:3]} <= here and others[3].pk not in here
