"""Every field of every table has a rule: whose it is, how it is told, how it goes (`community.core.personal`)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from community.core import personal
from community.core.personal import Goes, Rule, Stays

MODELS: dict[str, Any] = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
HOW = (
    "Say in {place}/personal.py whose it is, under which name the export tells it (or why not), and what an erasure "
    "does with it: see `community.core.personal`, and forum/personal.py for examples."
)


def fields_of(model: Any) -> dict[str, Any]:
    """The table's own columns and relations, without what a parent table holds."""
    return {field.name: field for field in [*model._meta.local_fields, *model._meta.local_many_to_many]}


def to_members(model: Any) -> set[str]:
    return {
        name
        for name, field in fields_of(model).items()
        if field.is_relation and field.related_model is apps.get_model(settings.AUTH_USER_MODEL)
    }


def how(label: str) -> str:
    config = apps.get_app_config(label.split(".", maxsplit=1)[0])
    return HOW.format(place=config.name.replace(".", "/") if config.label in OURS else "community/members")


@pytest.mark.parametrize("label", sorted(MODELS))
def test_every_table_has_a_rule(label):
    assert personal.rule_of(label), f"{label} has no rule about personal data. {how(label)}"


def test_no_rule_is_about_a_table_that_is_gone():
    # allauth makes this one only where Django's sites are installed, wagtail that one only on SQLite.
    elsewhere = {"socialaccount.SocialApp_sites", "wagtailsearch.SQLiteFTSIndexEntry"}
    assert {rule.model for rule in personal.rules()} - set(MODELS) - elsewhere == set()


@pytest.mark.parametrize("rule", personal.rules(), ids=lambda rule: rule.model)
def test_every_field_has_a_rule(rule: Rule):
    if rule.model not in MODELS:
        pytest.skip("this table is made on other databases only")
    model = MODELS[rule.model]
    if not rule.is_foreign:
        ruled, there = set(rule.told) | set(rule.untold), set(fields_of(model))
        assert there - ruled == set(), f"new fields of {rule.model} have no rule. {how(rule.model)}"
        assert ruled - there == set(), f"{rule.model} has no such fields any more"
        assert set(rule.told) & set(rule.untold) == set()
    else:
        assert rule.model.split(".")[0] not in OURS, "a table of ours names each of its fields"
    owners = {rule.owner, *rule.also} if isinstance(rule.owner, str) else set(rule.also)
    unsaid = to_members(model) - owners - set(rule.points)
    assert unsaid == set(), f"{unsaid} of {rule.model} name a member: say whose row it is. {how(rule.model)}"


def test_what_stays_after_an_erasure_is_said_of_every_field():
    for rule in personal.personal_rules():
        assert rule.room in personal.rooms(), rule.model
        assert str(rule.title), rule.model
        if isinstance(rule.erase, Stays):
            blank, kept = set(rule.erase.blank), set(rule.erase.kept)
            assert blank | kept == set(fields_of(MODELS[rule.model])), f"{rule.model}. {how(rule.model)}"
            assert blank & kept == set(), rule.model
            assert all(rule.erase.kept.values()), rule.model
        else:
            assert isinstance(rule.erase, Goes)


def test_every_reason_is_given():
    for rule in personal.rules():
        assert all(rule.untold.values()), rule.model
        assert all(rule.points.values()), rule.model
        assert rule.is_personal or rule.because, rule.model


def test_a_rule_that_names_a_step_finds_it():
    steps = {step.name for step in personal.steps()}
    assert {rule.by for rule in personal.personal_rules() if rule.by} <= steps


def test_a_second_rule_for_a_table_is_refused():
    with pytest.raises(ValueError, match="two rules"):
        personal.nothing("core.CronMark", "again", "name slot")
