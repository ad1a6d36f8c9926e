"""The same request twice has one effect and one answer."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from community.core.access import Invalid, Refused
from community.core.idempotency import Claim, claim
from community.core.models import CronMark, IdempotencyKey

BODY = {"thread": 5, "text": "好的", "at": datetime(2026, 11, 23, tzinfo=UTC)}


def reply(
    key: str | None, *, owner: str = "member:1", verb: str = "reply", text: str = "好的"
) -> dict[str, object]:
    """An action as they are written: claim, stop at a replay, do, finish."""
    with transaction.atomic():
        begun = claim(key=key, owner=owner, verb=verb, body=BODY | {"text": text})
        if begun.result is not None:
            return begun.result
        made = CronMark.objects.create(name=f"effect-{CronMark.objects.count()}", slot=BODY["at"])
        return begun.finish({"made": made.name})


@pytest.mark.django_db
def test_a_replay_has_no_second_effect_and_the_same_answer() -> None:
    assert reply("k1") == reply("k1") == {"made": "effect-0"}
    assert CronMark.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered() -> None:
    assert reply(None) != reply(None)
    assert reply("") != reply("")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_owner_verb_and_key_together_name_a_request() -> None:
    answers = [
        reply("k1"),
        reply("k2"),
        reply("k1", owner="member:2"),
        reply("k1", verb="react"),
    ]
    assert len({str(answer) for answer in answers}) == 4


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_refused() -> None:
    reply("k1")
    with pytest.raises(Refused) as refused:
        reply("k1", text="别的")
    assert refused.value.code == "key_reused"
    assert CronMark.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_the_body_does_not_matter() -> None:
    with transaction.atomic():
        claim(key="k", owner="o", verb="v", body={"a": 1, "b": 2}).finish({"done": 1})
        assert claim(key="k", owner="o", verb="v", body={"b": 2, "a": 1}).result == {"done": 1}


@pytest.mark.django_db(transaction=True)
def test_key_and_effect_go_back_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        reply("k1")
        raise ZeroDivisionError
    assert not IdempotencyKey.objects.exists()
    assert reply("k1") == {"made": "effect-0"}


@pytest.mark.django_db(transaction=True)
def test_a_key_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        claim(key="k", owner="o", verb="v", body={})


@pytest.mark.django_db
def test_an_effect_that_kept_no_answer_is_not_doubled() -> None:
    with transaction.atomic():
        assert claim(key="k", owner="o", verb="v", body={}).result is None
    with pytest.raises(Refused) as refused:
        claim(key="k", owner="o", verb="v", body={})
    assert refused.value.code == "conflict"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["k" * 129, "a\0b", "line\nbreak", "键"])
def test_a_key_no_client_of_ours_makes_is_invalid(key: str) -> None:
    with pytest.raises(Invalid) as invalid:
        claim(key=key, owner="o", verb="v", body={})
    assert invalid.value.field == "idempotency_key"


@pytest.mark.django_db
def test_a_body_with_half_characters_is_digested_not_crashed_on() -> None:
    assert claim(key="k", owner="o", verb="v", body={"text": "\ud800"}).finish({"ok": True}) == {"ok": True}


def test_a_claim_that_keeps_nothing_still_hands_the_answer_on() -> None:
    begun = Claim()
    assert begun.finish({"a": 1}) == {"a": 1} == begun.result
