"""Names, words, pictures and preferences."""

from datetime import timedelta

import pytest

from community.core.access import Invalid, Refused
from community.members import actions
from community.members.models import NameHistory, Role, Standing
from tests import hostile
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


class TestRenaming:
    def test_the_old_name_is_kept_for_its_member(self, facts):
        member = a_member(name="Anna Kuhn")
        actions.rename_member(member=member, name="Anna Berg")
        member.refresh_from_db()
        assert (member.name, member.name_key) == ("Anna Berg", "annaberg")
        assert [past.name for past in member.past_names.all()] == ["Anna Kuhn"]
        fact = facts.only("MemberRenamed")
        assert (fact.before, fact.after, fact.by_id) == ("Anna Kuhn", "Anna Berg", member.pk)

    def test_once_in_thirty_days(self, frozen_clock):
        member = a_member(name="Anna Kuhn")
        actions.rename_member(member=member, name="Anna Berg")
        frozen_clock.move(timedelta(days=29))
        with pytest.raises(Invalid) as refusal:
            actions.rename_member(member=member, name="Anna Thal")
        assert refusal.value.code == "name_early"
        frozen_clock.move(timedelta(days=2))
        assert actions.rename_member(member=member, name="Anna Thal").name == "Anna Thal"

    def test_another_spelling_of_the_same_name_is_free(self):
        member = a_member(name="anna kuhn")
        actions.rename_member(member=member, name="Anna Kuhn")
        actions.rename_member(member=member, name="Anna-Kuhn")
        assert member.name == "Anna-Kuhn"
        assert not NameHistory.objects.exists()

    def test_the_own_old_name_may_be_taken_again(self, frozen_clock):
        member = a_member(name="Anna Kuhn")
        actions.rename_member(member=member, name="Anna Berg")
        frozen_clock.move(timedelta(days=31))
        actions.rename_member(member=member, name="Anna Kuhn")
        assert member.name == "Anna Kuhn"

    def test_a_taken_name_is_refused_and_nothing_changes(self):
        member = a_member(name="Anna Kuhn")
        a_member(name="Jonas Berg")
        with pytest.raises(Invalid) as refusal:
            actions.rename_member(member=member, name="jonas.berg")
        assert refusal.value.code == "name_taken"
        member.refresh_from_db()
        assert member.name == "Anna Kuhn"

    def test_only_administrators_rename_others(self):
        member = a_member(name="Anna Kuhn")
        with pytest.raises(Refused):
            actions.rename_member(member=member, name="Somebody", by=a_member(role=Role.MODERATOR))
        actions.rename_member(member=member, name="Aurora Team", by=a_member(role=Role.ADMIN))
        assert member.name == "Aurora Team"

    def test_a_muted_member_keeps_the_name(self):
        member = a_member(standing=Standing.MUTED)
        with pytest.raises(Refused) as refusal:
            actions.rename_member(member=member, name="Somebody")
        assert refusal.value.code == "muted"


class TestProfile:
    def test_fields_are_written_and_named_in_the_fact(self, facts):
        member = a_member()
        actions.update_profile(
            member=member,
            headline="  Range in winter ",
            bio="One.\r\nTwo.\x07",
            city="Leipzig",
            website="https://example.org",
            visibility={"city": "members"},
        )
        member.refresh_from_db()
        assert (member.headline, member.bio, member.city) == ("Range in winter", "One.\nTwo.", "Leipzig")
        assert member.visibility == {"city": "members"}
        assert facts.only("ProfileChanged").fields == ("bio", "city", "headline", "visibility", "website")

    def test_what_is_not_given_stays_and_nothing_new_is_no_fact(self, facts):
        member = a_member(city="Leipzig", headline="Hello")
        actions.update_profile(member=member, headline="Hello")
        member.refresh_from_db()
        assert member.city == "Leipzig"
        assert not facts.of("ProfileChanged")

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"headline": "x" * 81}, "headline"),
            ({"bio": "x" * 2001}, "bio"),
            ({"city": "x" * 61}, "city"),
            ({"website": "javascript:alert(1)"}, "website"),
            ({"website": "https://" + "x" * 200 + ".org"}, "website"),
            ({"website": "example"}, "website"),
            ({"visibility": {"city": "friends"}}, "visibility_city"),
            ({"visibility": {"password": "everyone"}}, "visibility_password"),
        ],
    )
    def test_what_does_not_fit_is_refused_beside_its_field(self, fields, named):
        member = a_member()
        with pytest.raises(Invalid) as refusal:
            actions.update_profile(member=member, **fields)
        assert refusal.value.field == named

    def test_a_suspended_member_speaks_nowhere_but_may_hide(self):
        member = a_member(standing=Standing.SUSPENDED, city="Leipzig")
        with pytest.raises(Refused):
            actions.update_profile(member=member, bio="Buy my book")
        actions.update_profile(member=member, visibility={"city": "nobody"})
        member.refresh_from_db()
        assert member.visibility == {"city": "nobody"}

    def test_every_naughty_string_is_stored_as_typed_or_refused(self):
        member = a_member()
        for text in hostile.every_naughty_string():
            try:
                actions.update_profile(member=member, bio=text, headline=text)
            except Invalid as refusal:
                assert refusal.reason
            else:
                member.refresh_from_db()
                visible = text.replace("\r\n", "\n").strip()
                assert len(member.bio) <= len(visible) or member.bio == visible


class TestPreferences:
    def test_choices_are_kept(self):
        member = a_member()
        actions.set_preferences(member=member, language="zh-hans", theme="dark", time_zone="Asia/Shanghai")
        member.refresh_from_db()
        assert (member.language, member.theme, member.time_zone) == ("zh-hans", "dark", "Asia/Shanghai")

    def test_nothing_new_costs_nothing(self, django_assert_num_queries):
        member = a_member(language="en")
        with django_assert_num_queries(0):
            actions.set_preferences(member=member, language="en")

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"language": "fr"}, "language"),
            ({"theme": "pink"}, "theme"),
            ({"time_zone": "Moon/Base"}, "time_zone"),
        ],
    )
    def test_unknown_choices_are_refused(self, fields, named):
        with pytest.raises(Invalid) as refusal:
            actions.set_preferences(member=a_member(), **fields)
        assert refusal.value.field == named
