"""What a name may be, and when two look alike."""

from types import SimpleNamespace

import pytest
from django.test import override_settings
from django.utils import translation
from django.utils.html import strip_tags

from community.core import pieces
from community.core.access import Invalid
from community.members import house
from community.members.models import Role
from community.members.names import LONGEST, clean_name, fit_name, is_office, look_alike_key, part_keys
from tests import hostile


@pytest.fixture(autouse=True)
def _brand_of_the_settings(monkeypatch):
    """Names are decided without a database: the brand is the settings' one here."""
    monkeypatch.setattr(house, "_sources", [])


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Anna Kuhn", "Anna Kuhn"),
        ("  Anna   Kuhn ", "Anna Kuhn"),
        ("何晓舟", "何晓舟"),
        ("小满2号", "小满2号"),
        ("Jean-Luc_P.2", "Jean-Luc_P.2"),
        ("Ｚｏｅ", "Zoe"),
        ("Zoe\u0308", "Zoë"),
        ("An\u200bna", "Anna"),
        ("阿凡提·买买提", "阿凡提·买买提"),
        ("Lǚ Bù", "Lǚ Bù"),
        ("Nguyễn", "Nguyễn"),
        ("𠮷野", "𠮷野"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_a_name_is_kept_in_its_plain_form(raw, kept):
    assert clean_name(raw) == kept


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "name_short"),
        ("A", "name_short"),
        ("\u200b\u200b\u200b", "name_short"),
        ("x" * (LONGEST + 1), "name_long"),
        ("Анна", "name_characters"),
        ("Anna😀", "name_characters"),
        ("An/na", "name_characters"),
        ("@anna", "name_characters"),
        ("Z\u0301\u0302\u0303\u0304algo", "name_characters"),
        ("ᴀnna", "name_characters"),
        ("Anna\x00", "name_characters"),
        ("_anna", "name_separators"),
        ("anna-", "name_separators"),
        ("an--na", "name_separators"),
        ("an .na", "name_separators"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_its_reason(raw, code):
    with pytest.raises(Invalid) as refusal:
        clean_name(raw)
    assert (refusal.value.code, refusal.value.field) == (code, "name")
    assert refusal.value.reason


CLAIMS_TO_SPEAK_FOR_THE_SITE = """
admin Admin ADMIN ＡＤＭＩＮ adm1n Admïn the_admin Administrator xadminx a-d-m.i_n
Moderator M0derator mod Mod7 ModAnna
Official 0fficial AnnaOfficial Webmaster
Staff staff-1 AnnaStaff Support annasupport Team root Bot me null here
系统 官方 官⽅ 版主 版_主 板主 林小满版主 管理员 管理員 客服小林 工作人員 站长 小编
编辑 編輯小王 小王编辑 编缉 主编 Editors Edit0r Partner AnnaPartner Partn3rs Moderation Management
合作伙伴 合作方 管理 管理-小王 管埋员 菅理员 管理贠 宫方 官方人员 认证车主 核心成员 key-member VerifiedOwner2
管里员 管理人员 社区管理 管理小林 注销用户 modteam ModTeam2 Annaeditor staffer CommunityManager
Aurora aurora Aur0ra AuroraTeam Aurora_Cars aurora-official Aurora中国 Convoy
"""


@pytest.mark.parametrize("raw", CLAIMS_TO_SPEAK_FOR_THE_SITE.split())
def test_words_of_authority_are_refused_in_every_dress(raw):
    with pytest.raises(Invalid) as refusal:
        clean_name(raw)
    assert refusal.value.code == "name_reserved"


@pytest.mark.parametrize(
    "raw",
    [
        "Badminton Li",
        "Modesto",
        "Stafford",
        "Supporter",
        "Teamo",
        "Robot",
        "Rooter",
        "AuroraFan",
        "Systematic",
        "Partnerová",
        "Editora",
        "Former Fan",
        "Formerly",
        "时间管理大师",
        "爱编辑照片",
        "爱编辑",
        "里程达人",
        "formerol",
        "Former Racer",
        "埋头苦干",
    ],
)
def test_innocent_names_that_contain_such_letters_are_free(raw):
    assert clean_name(raw) == raw


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_sign_that_the_site_itself_puts_beside_a_name_is_refused_as_one(language):
    with translation.override(language):
        signs = [pieces.role_badge(SimpleNamespace(role=role)) for role in Role.values]
        signs += [pieces.role_badge(SimpleNamespace(role=role), short=True) for role in Role.values]
        signs += [str(Role(role).label) for role in Role.values if role != Role.MEMBER]
        for mark in ("is_verified_owner", "is_key_member", "is_demo"):
            signs.append(pieces.owner_marks(SimpleNamespace(**{mark: True})))
    said = {" ".join(strip_tags(sign).replace("·", " ").split()) for sign in signs} - {""}
    assert len(said) > 6
    assert {sign for sign in said if not is_office(sign)} == set()


@pytest.mark.parametrize(
    "raw",
    [
        *("former-95", "f0rmer 95", "forrner_97", "former-io", "Claimed 12", "clairned5", "former-95-x"),
        *("former-12a", "former-member", "Former Member", "former Ⅻ", "former9"),
    ],
)
def test_what_is_left_of_an_account_is_no_name_to_give_in_any_dress(raw):
    for by_staff in (False, True):
        with pytest.raises(Invalid):
            clean_name(raw, by_staff=by_staff)


@pytest.mark.parametrize(
    ("typed", "name", "is_found"),
    [
        ("Ber", "Bernd", True),
        ("Bern", "Bernd", True),
        ("be", "Bernd", True),
        ("Viv", "Vivvi", True),
        ("Ber", "Bemmel", False),
        ("nd", "Bernd", False),
    ],
)
def test_the_beginning_of_a_name_finds_it_between_letters_that_look_like_one(typed, name, is_found):
    keys = part_keys(typed, at_start=True)
    assert is_found == any(
        look_alike_key(name).startswith(key) and letters in name.casefold() for key, letters in keys.items()
    )


def test_an_administrator_may_give_words_of_authority():
    assert clean_name("Aurora Team", by_staff=True) == "Aurora Team"


@override_settings(BRAND_NAME="极光")
def test_a_chinese_brand_is_kept_for_the_brand():
    with pytest.raises(Invalid):
        clean_name("極光")
    assert clean_name("极光车主小林") == "极光车主小林"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "aNNa"),
        ("Anna", "Аnnа"),  # Cyrillic А and а
        ("Alice", "AIice"),
        ("Alice", "A1ice"),
        ("Bob", "B0b"),
        ("Zoë", "Zoe"),
        ("Anna Kuhn", "Anna_Kuhn"),
        ("Anna Kuhn", "annakuhn"),
        ("Łukasz", "Lukasz"),
        ("Morn", "Mom"),
        ("Vivvi", "Viwi"),
        ("何晓舟", "何曉舟"),
        ("已知", "己知"),
        ("Straße", "Strasse"),
        ("Anna", "A\u0301\u0302\u0303nna\u200b\u2060"),
        ("Anna", "𝔸𝕟𝕟𝕒"),
        ("Paul", "Ρaul"),  # Greek Ρ
        ("Bill", "Bi||"),
    ],
)
def test_names_that_look_alike_share_a_key(one, other):
    assert look_alike_key(one) == look_alike_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "Hanna"),
        ("何晓舟", "何小舟"),
        ("李飞", "李龙"),
        ("小车", "小马"),
        ("anna5", "annas"),
        ("Li 2", "Li 3"),
    ],
)
def test_different_names_keep_different_keys(one, other):
    assert look_alike_key(one) != look_alike_key(other)


def test_a_key_survives_itself():
    for name in ("Anna Kuhn", "何曉舟", "Straße", "Ωmega", "ﷺ"):
        assert look_alike_key(look_alike_key(name)) == look_alike_key(name)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Дмитрий", "Dmitriy"),
        ("user@example.com", "user example.com"),
        ("O'Brien", "O Brien"),
        ("D.J. K", "D.J K"),
        ("a__b", "a_b"),
        ("林小满", "林小满"),
        ("admin", "user7"),
        ("", "user7"),
        ("!!!", "user7"),
    ],
)
def test_a_name_from_elsewhere_becomes_the_nearest_allowed_one(raw, kept):
    assert fit_name(raw, fallback="user7") == kept


def test_every_naughty_string_is_a_name_or_is_refused_with_a_reason():
    for text in hostile.every_naughty_string():
        look_alike_key(text)
        assert clean_name(fit_name(text, fallback="user1"))
        try:
            name = clean_name(text)
        except Invalid as refusal:
            assert refusal.reason and refusal.field == "name", text
        else:
            assert 2 <= len(name) <= LONGEST
            assert clean_name(name) == name
