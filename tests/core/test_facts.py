"""Facts: said inside a transaction, recorded with it, reacted to exactly once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from django.db import IntegrityError, transaction

from community.core import facts
from community.core.facts import Fact, publish, reaction_key, reacts, records, retells
from community.core.models import CronMark, ReactorRun
from community.core.tasks import operators, rows
from community.core.tasks.testing import run_due

NOON = datetime(2026, 11, 23, 12, 0, 5, 123456, tzinfo=UTC)
TODAY = NOON.date()


class Mood(StrEnum):
    CALM = "calm"


@dataclass(frozen=True)
class KettleBoiled(Fact):
    kettle_id: int
    name: str = "铜壶"
    at: datetime = NOON
    day: date = TODAY
    cup_ids: tuple[int, ...] = (1, 2)
    warmth: float | None = None
    kind: str = "kettle"


@dataclass(frozen=True)
class KettleCooled(Fact):
    kettle_id: int
    mood: Mood = Mood.CALM


@dataclass(frozen=True)
class KettleFell(Fact):
    kettle_id: int


@dataclass(frozen=True)
class KettleLeaked(Fact):
    kettle_id: int


class Diary:
    """What the handlers below did; emptied by each test that reads it."""

    heard: list[str] = []
    refuse_kettle: int | None = None


@records(KettleBoiled)
def write_it_down(fact: KettleBoiled) -> None:
    if fact.kettle_id == Diary.refuse_kettle:
        raise IntegrityError("this kettle may not boil")
    CronMark.objects.create(name=f"recorded-{fact.kettle_id}", slot=fact.at)


@reacts(KettleBoiled, name="tests.pour")
def pour(fact: KettleBoiled) -> None:
    CronMark.objects.create(name=f"poured-{CronMark.objects.count()}", slot=fact.at)
    Diary.heard.append(f"pour {fact.kettle_id} {reaction_key()[:4]}")


@reacts(KettleBoiled, KettleCooled, name="tests.listen")
def listen(fact: KettleBoiled | KettleCooled) -> None:
    Diary.heard.append(f"listen {type(fact).__name__}")


@reacts(KettleFell, name="tests.call_for_help", atomic=False)
def call_for_help(fact: KettleFell) -> None:
    Diary.heard.append(
        f"in transaction: {transaction.get_connection().in_atomic_block}, key {len(reaction_key())}"
    )


@retells(KettleLeaked)
def say_again(fact: KettleLeaked) -> None:
    Diary.heard.append(f"again {fact.kettle_id}")


@reacts(KettleLeaked, name="tests.mend")
def mend(fact: KettleLeaked) -> None:
    Diary.heard.append("mend")


@reacts(KettleLeaked, name="tests.mop")
def mop(fact: KettleLeaked) -> None:
    Diary.heard.append("mop")


@pytest.fixture(autouse=True)
def _empty_diary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Diary, "heard", [])
    monkeypatch.setattr(Diary, "refuse_kettle", None)


def poured() -> int:
    return CronMark.objects.filter(name__startswith="poured").count()


def test_a_fact_survives_the_trip_through_json() -> None:
    fact = KettleBoiled(kettle_id=7, warmth=99.5)
    assert Fact.from_json(fact.to_json()) == fact
    cooled = KettleCooled(kettle_id=1)
    assert Fact.from_json(cooled.to_json()) == cooled


def test_a_fact_queued_before_a_release_is_read_after_it() -> None:
    told = KettleBoiled(kettle_id=7).to_json()
    told["values"]["gone_field"] = 1
    del told["values"]["warmth"]
    assert Fact.from_json(told) == KettleBoiled(kettle_id=7)


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(LookupError, match=r"no fact is called 'nowhere\.Never'"):
        Fact.from_json({"type": "nowhere.Never", "values": {}})


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), datetime(2026, 1, 1), b"x"])
def test_only_ids_and_values_are_told(value: object) -> None:
    with pytest.raises(TypeError):
        KettleBoiled(kettle_id=value).to_json()  # type: ignore[arg-type]


def test_an_undecorated_fact_is_refused() -> None:
    class Bare(Fact):
        thing_id: int = 1

    with pytest.raises(TypeError, match="not a dataclass"):
        Bare().to_json()


def test_two_reactors_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"tests\.pour"):
        reacts(KettleBoiled, name="tests.pour")(lambda fact: None)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        publish(KettleBoiled(kettle_id=1))
    assert not rows.rows().exists()
    assert not CronMark.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_back_records_and_queued_reactions() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(KettleBoiled(kettle_id=1))
        assert rows.rows().count() == 2
        raise ZeroDivisionError
    assert not rows.rows().exists()
    assert not CronMark.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_recorder_s_error_undoes_the_whole_change() -> None:
    Diary.refuse_kettle = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CronMark.objects.create(name="the change", slot=NOON)
        publish(KettleBoiled(kettle_id=1))
    assert not CronMark.objects.exists()
    assert not rows.rows().exists()


@pytest.mark.django_db
def test_recorders_run_at_once_and_reactors_when_the_queue_is_worked() -> None:
    publish(KettleBoiled(kettle_id=1))
    assert CronMark.objects.filter(name="recorded-1").exists()
    assert Diary.heard == []
    assert run_due() == 2
    assert sorted(said.split()[0] for said in Diary.heard) == ["listen", "pour"]


@pytest.mark.django_db
def test_a_fact_nobody_hears_queues_nothing() -> None:
    @dataclass(frozen=True)
    class NobodyCared(Fact):
        thing_id: int

    publish(NobodyCared(thing_id=1))
    assert not rows.rows().exists()


@pytest.mark.django_db
def test_running_the_same_reaction_again_changes_nothing() -> None:
    publish(KettleBoiled(kettle_id=1))
    queued = [row.args_kwargs["kwargs"] for row in rows.rows()]
    run_due()
    assert poured() == 1
    for told in queued:
        facts.react.call(**told)
    assert poured() == 1
    assert len(Diary.heard) == 2


@pytest.mark.django_db
def test_what_is_told_again_is_told_once_by_whoever_runs_the_reactors() -> None:
    publish(KettleLeaked(kettle_id=1))
    assert Diary.heard == [], "from a worker: whoever publishes may be killed"
    run_due()
    assert sorted(Diary.heard) == ["again 1", "mend", "mop"]


@pytest.mark.django_db
def test_the_same_words_said_twice_are_two_facts() -> None:
    publish(KettleCooled(kettle_id=1))
    publish(KettleCooled(kettle_id=1))
    run_due()
    assert Diary.heard == ["listen KettleCooled"] * 2


@pytest.mark.django_db
def test_a_failed_reaction_leaves_no_guard_and_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real = facts._by_name["tests.pour"]

    def spill(fact: KettleBoiled) -> None:
        pour(fact)
        raise OSError("spilled")

    publish(KettleBoiled(kettle_id=1))
    monkeypatch.setitem(facts._by_name, "tests.pour", facts._Reactor("tests.pour", spill, True))
    run_due(raise_errors=False)
    assert poured() == 0, "the effect of a failed reaction was kept"
    assert not ReactorRun.objects.filter(reactor="tests.pour").exists()
    monkeypatch.setitem(facts._by_name, "tests.pour", real)
    (waiting,) = [row for row in operators.waiting() if row.name == "tests.pour"]
    facts.react.call(**waiting.arguments)
    assert poured() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reactor_that_talks_to_the_outside_holds_no_transaction() -> None:
    with transaction.atomic():
        publish(KettleFell(kettle_id=1))
    (told,) = [row.args_kwargs["kwargs"] for row in rows.rows()]
    run_due()
    facts.react.call(**told)
    assert Diary.heard == ["in transaction: False, key 64"]
    assert reaction_key() == ""


@pytest.mark.django_db
def test_a_reactor_that_vanished_is_an_error_operators_see() -> None:
    with pytest.raises(LookupError, match=r"no reactor is called 'tests\.gone'"):
        facts.react.call(reactor="tests.gone", fact=KettleFell(kettle_id=1).to_json(), occurrence="x")
