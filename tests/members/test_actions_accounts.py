"""Opening accounts, proving addresses, moving people in, forgetting those who never came."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from community.core import clock
from community.core.access import Invalid
from community.members import actions
from community.members.counters import rebuild_keys
from community.members.models import Member, NameHistory, Role
from tests.builders.members import a_member, an_imported_member, totp_code

pytestmark = pytest.mark.django_db


def register(**fields):
    return actions.register_member(**{"name": "Anna Kuhn", "email": "anna@example.org"} | fields)


def test_an_account_is_opened_and_nobody_hears_of_it_before_its_address_is_proved(facts):
    member = register(password="birches-and-roads", email="Anna@Example.org")
    assert (member.email, member.name_key) == ("anna@example.org", "annakuhn")
    assert member.check_password("birches-and-roads")
    assert facts.only("MemberRegistered").member_id == member.pk
    assert not facts.of("MemberJoined")
    assert not Member.objects.listed().exists()

    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    actions.confirm_address(member=member)
    assert facts.only("MemberJoined").member_id == member.pk
    assert list(Member.objects.listed()) == [member]


def test_without_a_password_no_password_signs_in():
    assert not register().has_usable_password()


@pytest.mark.parametrize("name", ["Anna Kuhn", "ANNA KUHN", "annakuhn", "Anna_Kuhn", "Änna Kuhn"])
def test_a_name_that_looks_like_an_existing_one_is_refused(name):
    register()
    with pytest.raises(Invalid) as refusal:
        register(name=name, email="other@example.org")
    assert (refusal.value.field, refusal.value.code) == ("name", "name_taken")


def test_a_past_name_stays_reserved():
    actions.rename_member(member=a_member(name="Old Name"), name="New Name")
    with pytest.raises(Invalid) as refusal:
        register(name="old.name")
    assert refusal.value.code == "name_taken"


def test_an_address_opens_one_account():
    register()
    with pytest.raises(Invalid) as refusal:
        register(name="Somebody", email="ANNA@example.org")
    assert (refusal.value.field, refusal.value.code) == ("email", "email_taken")


@pytest.mark.parametrize("email", ["", "anna", "anna@", "a b@example.org"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(Invalid) as refusal:
        register(email=email)
    assert refusal.value.field == "email"


def test_whoever_was_faster_keeps_the_name(monkeypatch):
    a_member(name="Anna Kuhn")
    monkeypatch.setattr("community.members.actions.accounts.free_key", lambda name: "annakuhn")
    with pytest.raises(Invalid) as refusal:
        register()
    assert refusal.value.code == "name_taken"


def test_the_password_of_whoever_opened_the_account_goes_when_somebody_else_proves_the_address():
    member = register(password="set-by-a-stranger")
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    actions.confirm_address(member=member, by_opener=False)
    member.refresh_from_db()
    assert not member.has_usable_password()


def test_a_second_address_proves_nothing_new(facts):
    member = a_member()
    EmailAddress.objects.create(user=member, email="second@example.org", verified=True)
    facts.all.clear()
    actions.confirm_address(member=member)
    assert not facts.of("MemberJoined")


def test_the_admin_role_and_the_superuser_flag_never_drift():
    member = a_member(role=Role.ADMIN)
    assert member.is_superuser
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(role=Role.MEMBER)
    member.role = Role.EDITOR
    member.save(update_fields=["role"])
    member.refresh_from_db()
    assert not member.is_superuser


def test_the_operators_first_administrator():
    boss = Member.objects.create_superuser(email="boss@example.org", name="Aurora Admin", password="x")
    assert (boss.role, boss.is_superuser, boss.is_staff) == (Role.ADMIN, True, True)


class TestImported:
    def test_an_author_moves_in_with_a_label_and_no_way_to_sign_in(self):
        member = an_imported_member(name="José☃", source_id="77")
        assert member.is_imported and member.email is None and not member.has_usable_password()
        assert member.joined_at.year == 2014
        assert member in Member.objects.listed()

    def test_a_second_run_finds_the_same_member(self):
        assert an_imported_member(source_id="77") == an_imported_member(source_id="77", name="Renamed There")
        assert Member.objects.count() == 1

    def test_names_that_collide_get_a_number(self):
        names = [an_imported_member(name="Sam", source_id=str(n)).name for n in (5, 6, 7)]
        assert names == ["Sam", "Sam 6", "Sam 7"]

    def test_a_name_of_authority_becomes_a_plain_one(self):
        assert an_imported_member(name="admin", source_id="9").name == "user9"

    def test_one_that_does_not_fit_is_cut(self):
        assert an_imported_member(name="x" * 60).name == "x" * 24


def test_a_visit_is_noted_every_five_minutes(frozen_clock, django_assert_num_queries):
    member = a_member()
    with django_assert_num_queries(1):
        assert actions.mark_seen(member=member)
    frozen_clock.move(timedelta(minutes=4))
    with django_assert_num_queries(0):
        assert not actions.mark_seen(member=member)
    frozen_clock.move(timedelta(minutes=1))
    with django_assert_num_queries(1):
        assert actions.mark_seen(member=member)
    member.refresh_from_db()
    assert member.last_seen_at == frozen_clock.now()


def test_an_authenticator_app_is_enrolled_and_its_secret_rests_encrypted():
    member = a_member()
    first = actions.enrol_totp(member=member)
    secret = actions.enrol_totp(member=member)
    app = Authenticator.objects.get(user=member, type=Authenticator.Type.TOTP)
    assert secret not in str(app.data)
    assert app.wrap().validate_code(totp_code(secret))
    assert not app.wrap().validate_code(totp_code(first))
    assert Authenticator.objects.filter(user=member, type=Authenticator.Type.RECOVERY_CODES).count() == 1


class TestErasing:
    def test_an_account_that_proved_nothing_is_forgotten_after_a_day(self, frozen_clock, facts):
        stale = register()
        frozen_clock.move(timedelta(hours=23))
        fresh = register(name="Somebody", email="somebody@example.org")
        proved, imported = a_member(), an_imported_member()
        frozen_clock.move(timedelta(hours=2))
        pk = stale.pk
        assert actions.erase_unproven() == 1
        assert facts.only("MembersErased").member_ids == (pk,)
        assert set(Member.objects.all()) == {fresh, proved, imported}
        assert register().name == "Anna Kuhn"

    def test_whoever_opened_it_may_undo_it_but_never_a_proved_one(self):
        member = register()
        assert actions.erase_unproven_account(member=member)
        assert not actions.erase_unproven_account(member=a_member())
        assert Member.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_facts_about_people_need_a_transaction():
    from community.core.facts import publish
    from community.members.facts import MemberJoined

    with pytest.raises(RuntimeError):
        publish(MemberJoined(member_id=1))


def test_the_day_of_joining_can_be_given():
    at = clock.now() - timedelta(days=400)
    assert register(joined_at=at).joined_at == at


def test_the_operator_makes_the_first_administrator_at_the_command_line():
    from django.core.management import call_command

    call_command(
        "createsuperuser", interactive=False, email="boss@example.org", name="Aurora Team", verbosity=0
    )
    boss = Member.objects.get()
    assert (boss.role, boss.email) == (Role.ADMIN, "boss@example.org")


def test_keys_of_names_are_read_anew():
    wing, dragon = a_member(name="李飞"), a_member(name="李龙")
    actions.rename_member(member=dragon, name="龙飞")
    Member.objects.filter(pk=wing.pk).update(name_key="李")
    NameHistory.objects.update(name_key="李")
    assert (rebuild_keys(), rebuild_keys()) == (2, 0)
    wing.refresh_from_db()
    assert (wing.name_key, NameHistory.objects.get().name_key) == ("李飞", "李龙")


def test_only_those_who_proved_themselves_can_be_mentioned(django_assert_num_queries):
    from community.members.mentions import MemberLinks

    register(name="Waiting One")
    a_member(name="Anna Kuhn")
    with django_assert_num_queries(2):
        links = MemberLinks().resolve(["Waiting One", "Anna Kuhn", "Nobody"])
    assert links == {"Anna Kuhn": "/members/Anna%20Kuhn/"}
