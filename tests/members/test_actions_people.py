"""Ignoring and blocking; roles; standing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from community.core.access import Invalid, Refused
from community.members import access, actions
from community.members.models import Ignore, Role, Standing, StandingChange
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


class TestIgnoring:
    def test_ignored_and_seen_again(self, facts):
        member, target = a_member(), a_member()
        actions.ignore_member(member=member, target=target)
        actions.ignore_member(member=member, target=target)
        assert facts.only("MemberIgnored").blocks is False
        actions.unignore(member=member, target=target)
        assert not Ignore.objects.exists()
        assert facts.only("MemberUnignored").target_id == target.pk

    def test_a_block_keeps_both_apart_until_it_is_lifted(self):
        member, target = a_member(), a_member()
        actions.ignore_member(member=member, target=target)
        actions.block(member=member, target=target)
        assert access.blocked_between(target, member)
        assert access.may_reach(target, member).code == "blocked"
        assert access.may_reach(member, target).code == "blocked"
        actions.ignore_member(member=member, target=target)  # ignoring does not lift a block
        assert access.blocked_between(member, target)
        actions.unblock(member=member, target=target)
        assert access.may_reach(target, member)
        assert Ignore.objects.filter(member=member, target=target, blocks=False).exists()

    def test_nobody_ignores_themselves(self):
        member = a_member()
        with pytest.raises(Invalid):
            actions.ignore_member(member=member, target=member)

    def test_staff_can_be_ignored_but_not_blocked(self):
        member, moderator = a_member(), a_member(role=Role.MODERATOR)
        with pytest.raises(Refused) as refusal:
            actions.block(member=member, target=moderator)
        assert refusal.value.code == "staff"
        actions.ignore_member(member=member, target=moderator)


class TestRoles:
    def test_an_editor_is_in_wagtails_group_only_while_being_one(self, facts):
        boss, member = a_member(role=Role.ADMIN), a_member()
        facts.all.clear()
        actions.set_role(actor=boss, member=member, role=Role.EDITOR)
        assert list(member.groups.values_list("name", flat=True)) == ["Editors"]
        fact = facts.only("RoleChanged")
        assert (fact.before, fact.after, fact.by_id) == ("member", "editor", boss.pk)
        actions.set_role(actor=boss, member=member, role=Role.MEMBER)
        assert not member.groups.exists()

    def test_a_group_of_somebody_elses_making_is_left_alone(self):
        member = a_member()
        member.groups.add(Group.objects.create(name="Press"))
        actions.set_role(actor=None, member=member, role=Role.EDITOR)
        actions.set_role(actor=None, member=member, role=Role.PARTNER)
        assert list(member.groups.values_list("name", flat=True)) == ["Press"]

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.PARTNER, Role.EDITOR, Role.MODERATOR])
    def test_only_administrators_give_roles(self, role):
        with pytest.raises(Refused) as refusal:
            actions.set_role(actor=a_member(role=role), member=a_member(), role=Role.EDITOR)
        assert refusal.value.code == "role"

    def test_nobody_changes_their_own_role(self):
        boss = a_member(role=Role.ADMIN)
        with pytest.raises(Refused) as refusal:
            actions.set_role(actor=boss, member=boss, role=Role.MEMBER)
        assert refusal.value.code == "self"

    def test_an_unknown_role_is_refused(self):
        with pytest.raises(Invalid):
            actions.set_role(actor=None, member=a_member(), role="emperor")


class TestStanding:
    def test_a_suspension_is_read_kept_and_told(self, frozen_clock, facts):
        moderator, member = a_member(role=Role.MODERATOR), a_member()
        until = frozen_clock.now() + timedelta(days=7)
        actions.set_standing(
            actor=moderator,
            member=member,
            standing=Standing.SUSPENDED,
            reason="Insults in four threads.",
            until=until,
        )
        member.refresh_from_db()
        verdict = access.may_speak(member)
        assert not verdict and verdict.code == "suspended"
        assert "until 30 Nov, 09:00" in verdict.reason and "Insults in four threads." in verdict.reason
        line = StandingChange.objects.get()
        assert (line.actor, line.standing, line.until) == (moderator, "suspended", until)
        assert facts.only("StandingChanged").until == until

        frozen_clock.move(timedelta(days=7))
        assert access.may_speak(member)

    def test_restoring_clears_reason_and_end(self):
        moderator, member = (
            a_member(role=Role.MODERATOR),
            a_member(standing=Standing.MUTED, standing_reason="x"),
        )
        actions.set_standing(actor=moderator, member=member, standing=Standing.GOOD)
        member.refresh_from_db()
        assert (member.standing, member.standing_reason, member.standing_until) == ("good", "", None)

    @pytest.mark.parametrize("standing", [Standing.WARNED, Standing.MUTED, Standing.SUSPENDED])
    def test_a_reason_is_required(self, standing):
        with pytest.raises(Invalid) as refusal:
            actions.set_standing(
                actor=a_member(role=Role.MODERATOR), member=a_member(), standing=standing, reason=" "
            )
        assert refusal.value.field == "reason"

    def test_an_end_in_the_past_is_refused(self, frozen_clock):
        with pytest.raises(Invalid) as refusal:
            actions.set_standing(
                actor=a_member(role=Role.MODERATOR),
                member=a_member(),
                standing=Standing.MUTED,
                reason="Spam",
                until=frozen_clock.now(),
            )
        assert refusal.value.field == "until"

    @pytest.mark.parametrize(
        ("actor", "target", "allowed"),
        [
            ("member", "member", False),
            ("partner", "member", False),
            ("editor", "member", False),
            ("moderator", "member", True),
            ("moderator", "partner", True),
            ("moderator", "editor", True),
            ("moderator", "moderator", False),
            ("moderator", "admin", False),
            ("admin", "moderator", True),
            ("admin", "admin", False),
        ],
    )
    def test_nobody_touches_equals_or_betters(self, actor, target, allowed):
        verdict = access.may_set_standing(a_member(role=actor), a_member(role=target))
        assert bool(verdict) is allowed

    def test_a_suspended_moderator_decides_about_nobody(self):
        moderator = a_member(role=Role.MODERATOR, standing=Standing.SUSPENDED)
        with pytest.raises(Refused):
            actions.set_standing(actor=moderator, member=a_member(), standing=Standing.WARNED, reason="x")

    def test_nobody_restores_themselves(self):
        moderator = a_member(role=Role.MODERATOR)
        assert access.may_set_standing(moderator, moderator).code == "self"

    @pytest.mark.parametrize(
        ("standing", "speaks"), [("good", True), ("warned", True), ("muted", False), ("suspended", False)]
    )
    def test_who_may_speak(self, standing, speaks):
        assert bool(access.standing_verdict(a_member(standing=standing))) is speaks

    def test_a_closed_account_and_an_unclaimed_one_do_not_speak(self):
        assert access.may_speak(a_member(is_active=False)).code == "closed"
