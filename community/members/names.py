"""What a name may be, and when two names look alike. Pure functions: no database, no request."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.members.house import brand_name

SHORTEST = 2
LONGEST = 24
LONGEST_TYPED = 60  # where somebody is meant: with "@" and spaces around
KEY_LENGTH = 64
FORMER = "former-"  # what is left of a name that was erased begins so,
CLAIMED = "claimed-"  # and so the closed shell of an account that became an imported member's
SEPARATORS = " _-.·"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff〇\U00020000-\U0003ffff"
# Latin with the accents of living alphabets and of pinyin; phonetic and small-capital letters are costumes.
_LATIN = "A-Za-zÀ-ÖØ-öø-ňŊ-žƠơƯưǍ-ǜǸǹȘ-țḀ-ỹ"
_ALLOWED = re.compile(f"[{_LATIN}{_HAN}0-9{re.escape(SEPARATORS)}]")
_OUTER = re.compile(f"^[{re.escape(SEPARATORS)}]|[{re.escape(SEPARATORS)}]$")
_DOUBLE = re.compile(f"[{re.escape(SEPARATORS)}]{{2}}")

# Pairs that differ by the length of one stroke. Traditional forms are handled by conversion.
_HAN_TWINS = str.maketrans("曰囗已巳末士戍干沬", "日口己己未土戌千沫")
_LATIN_TWINS = str.maketrans("01i", "oll")
_FOLDED = (("rn", "m"), ("vv", "w"))
# Digits that read as letters inside a word; only for words of authority: "anna5" may live beside "annas".
_LEET = str.maketrans("3457890", "eastbgo")
# Characters that pass for those of an office at a glance; elsewhere they tell two names apart.
_HAN_COSTUMES = str.maketrans("埋里菅贠宫宦缉入糸", "理理管员官官辑人系")


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Anywhere in a name. "Badminton" is no office.
_OFFICES_ANYWHERE = _listed(
    "admin moderator moderation modteam official webmaster sysop helpdesk customerservice "
    "keymember verifiedowner certifiedowner demomember"
)
_INNOCENT = _listed("badminton 爱编辑")
# At the end of a name, or as a word of its own: "annasupport", but not "Supporter".
_OFFICES_AT_THE_END = _listed("support system security service customercare anonymous editor manager")
# Only as a word of its own.
_OFFICES_ALONE = _listed(
    "staff staffer mod mods root team care hq bot editors editorial managers partner partners management guest deleted "
    "nobody everyone me null none undefined convoy info abuse postmaster owner test all here 管理"
)
_HAN_OFFICES = _listed(
    "官方 官网 版主 板主 斑竹 管理员 管理组 管理者 管理人员 站长 站务 客服 工作人员 运营 超管 小编 编辑部 主编 总编 责编 "
    "系统 系统消息 系统通知 系统管理 品牌方 合作方 合作伙伴 售后服务 匿名 游客 已注销 注销用户 注销会员 全体成员 所有人 "
    "认证车主 验证车主 核心成员 演示成员"
)
# At either end of a name: "编辑小林" and "社区管理", but not "爱编辑照片".
_HAN_TITLES = _listed("编辑 管理")
# A whole name: groups are called by these words.
_GROUPS = _listed("owners circle 车主 资深车主 圈内成员")
# Next to the brand's own name they pose as the brand.
_BRAND_COMPANY = _listed(
    "cars car auto motors motor global china europe app news club community brand group company ceo forum "
    "汽车 中国 集团 公司 社区 论坛 车友会 总部 品牌"
)


def clean_name(raw: str, *, by_staff: bool = False) -> str:
    """The name as it will be kept and shown. Invalid, with a reason, for what cannot be a name.

    Compatibility forms (full width, ligatures) become plain ones, runs of blanks one space. `by_staff`: an
    administrator is naming somebody, so words of authority are allowed.
    """
    name = unicodedata.normalize("NFKC", "".join(_visible(raw[: LONGEST * 40])))
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if len(name) < SHORTEST:
        raise _invalid(_("A name has at least two characters."), "name_short")
    for character in name:
        if not _ALLOWED.fullmatch(character):
            raise _invalid(_strange(character), "name_characters")
    if len(name) > LONGEST:
        raise _invalid(
            _("A name has at most %(longest)d characters; this one has %(length)d.")
            % {"longest": LONGEST, "length": len(name)},
            "name_long",
        )
    if _OUTER.search(name) or _DOUBLE.search(name):
        raise _invalid(
            _("Spaces, dots, hyphens and underscores stand singly, between letters or digits."),
            "name_separators",
        )
    if is_numbered(name) or (not by_staff and is_office(name)):
        raise _invalid(
            _("This name reads as if it spoke for the site or the brand. Please choose another."),
            "name_reserved",
        )
    return name


def look_alike_key(name: str) -> str:
    """What is left of a name without all that an eye may miss. Equal keys: the same name to a reader.

    Gone are case, accents, blanks, punctuation, invisible characters, other alphabets' twins (UTS #39 data),
    traditional forms, and what tells 0 from o, 1 from l and i, rn from m.
    """
    text = _letters(name)
    text = _letters("".join(_prototype(character) for character in text).casefold())
    text = "".join(_simplified(_prototype(character)) for character in text).casefold()
    text = text.translate(_HAN_TWINS).translate(_LATIN_TWINS)
    for pair, one in _FOLDED:
        text = text.replace(pair, one)
    return text[:KEY_LENGTH]


def is_numbered(name: str) -> bool:
    """Whether a name reads as what the site itself calls a member who left or an account that was merged.

    "former-7", "Former l2a" and "former-member" do; "Former Racer" and "formerol" are names like others.
    """
    signs = {look_alike_key(FORMER), look_alike_key(CLAIMED)}
    ends = [end for end in range(1, len(name)) if look_alike_key(name[:end]) in signs]
    if not ends:
        return False
    head, tail = name[: ends[-1]], name[ends[-1] :]  # a separator between belongs to the head
    if head.endswith("-") or tail[:1].isdigit():
        return True
    rest = look_alike_key(tail)  # 0 and 1 are o and l there
    if head[-1] not in SEPARATORS and not re.search("[0-9]", tail):
        return False
    return rest.startswith("member") or bool(re.fullmatch("[2-9ol]+x*|[lvxcdm]+", rest))


def numbered_names(start: str, member_id: int) -> Iterator[str]:
    """Names of this form for a member, the usual one first. Nobody else is given one, and old rows may have one."""
    yield f"{start}{member_id}"
    for length in range(1, LONGEST - len(f"{start}{member_id}-") + 1):
        yield f"{start}{member_id}-{'x' * length}"


def part_keys(text: str, *, at_start: bool = False) -> dict[str, str]:
    """Key → letters: a name with `text` in it (`at_start`: in front) has one of these in its key, and those letters.

    There are several where `text` ends between two letters that a key takes for one, as "Ber" does in "Bernd".
    """
    key = look_alike_key(text)
    found = {key: ""} if key else {}
    for pair, one in _FOLDED:
        if key.endswith(pair[0]) and len(key) > 1:
            found[key[:-1] + one] = pair
        if key.startswith(pair[1]) and len(key) > 1 and not at_start:
            found[one + key[1:]] = pair
    return found


def is_office(name: str) -> bool:
    """Whether a name claims to speak for the site: a staff word or the brand, however it is dressed up."""
    whole = _authority_key(name)
    innocent = whole
    for word in _INNOCENT:
        innocent = innocent.replace(_authority_key(word), "")
    if any(_authority_key(word) in innocent for word in _OFFICES_ANYWHERE + _HAN_OFFICES):
        return True
    if innocent.startswith(titles := tuple(map(_authority_key, _HAN_TITLES))) or innocent.endswith(titles):
        return True
    trimmed = re.sub(r"^\d+|\d+$", "", unicodedata.normalize("NFKC", name))
    words = {whole, _authority_key(trimmed), *(_authority_key(word) for word in _words(name))}
    if any(office in words or whole.endswith(office) for office in map(_authority_key, _OFFICES_AT_THE_END)):
        return True
    alone = {_authority_key(word) for word in _OFFICES_ALONE}
    brand = _authority_key(brand_name())
    if words & alone or whole == brand or whole in map(_authority_key, _GROUPS):
        return True
    # "Aurora fan" is a member; "Aurora Cars" and "Aurora 中国" pose as the brand.
    rest = whole.removeprefix(brand).removesuffix(brand) if brand else whole
    return rest != whole and rest in {_authority_key(word) for word in _BRAND_COMPANY}


def reserved_key(key: str) -> str:
    """What keeps an erased name's look-alike key from being given again, and tells nobody the name."""
    return "#" + hashlib.sha256(f"reserved name {key}".encode()).hexdigest()[: KEY_LENGTH - 1]


def fit_name(raw: str, *, fallback: str) -> str:
    """The nearest allowed name to one from elsewhere; `fallback` (itself allowed) where none is left."""
    from anyascii import anyascii

    parts = []
    for character in unicodedata.normalize("NFC", unicodedata.normalize("NFKC", raw[: LONGEST * 4])):
        parts.append(
            character if _ALLOWED.fullmatch(character) or character.isspace() else anyascii(character)
        )
    kept = "".join(character if _ALLOWED.fullmatch(character) else " " for character in "".join(parts))
    run = re.compile(f"[{re.escape(SEPARATORS)}]{{2,}}")
    kept = run.sub(lambda found: " " if " " in found.group() else found.group()[0], kept)
    kept = kept[:LONGEST].strip(SEPARATORS)
    try:
        return clean_name(kept)
    except Invalid:
        return fallback


def _invalid(reason: str, code: str) -> Invalid:
    return Invalid(reason, field="name", code=code)


def _strange(character: str) -> str:
    if unicodedata.category(character)[0] in "CZM":
        return _(
            "This name holds a character that cannot be seen. Use letters, Chinese characters and digits."
        )
    return _("“%(character)s” cannot be part of a name. Use letters, Chinese characters and digits.") % {
        "character": character
    }


def _visible(text: str) -> list[str]:
    # Zero-width characters, direction marks and variation selectors change nothing a reader sees: drop them.
    # Line breaks and tabs stay here and become a space.
    return [
        character
        for character in text
        if unicodedata.category(character) not in ("Cf", "Cs", "Co")
        and not 0xFE00 <= ord(character) <= 0xFE0F
    ]


def _letters(text: str) -> str:
    """Letters and digits only, without their marks; signs that pass for letters become those letters."""
    kept = []
    for character in unicodedata.normalize("NFKD", text):
        kind = unicodedata.category(character)[0]
        if kind in "LN":
            kept.append(character)
        elif kind in "SP" and (twin := "l" if character == "|" else _prototype(character)).isalnum():
            kept.append(twin)
    return "".join(kept)


def _words(name: str) -> list[str]:
    """Parts of a name as a reader takes them: at separators, between scripts, at inner capitals."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    spaced = re.sub(f"([{_HAN}]+)", r" \1 ", spaced)
    words = re.split(f"[{re.escape(SEPARATORS)}]+", spaced)
    return [word for part in words for word in (part, part.strip("0123456789")) if word]


@lru_cache(maxsize=4096)
def _authority_key(text: str) -> str:
    return look_alike_key(look_alike_key(text).translate(_LEET)).translate(_HAN_COSTUMES)


@lru_cache(maxsize=8192)
def _simplified(character: str) -> str:
    # One character at a time: phrase rules would give the same character different keys in different names.
    return _converter().convert(character) if ord(character[:1] or "a") > 0x2E7F else character


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _prototype(character: str) -> str:
    """The character that stands for all that look like it."""
    return character if character.isascii() else _prototypes().get(character, character)


@cache
def _prototypes() -> dict[str, str]:
    """Look-alike → the plain character it imitates, from Unicode's confusables. Read once, 15 ms."""
    data = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for character, twins in data.items():
        for twin in (entry["c"] for entry in twins):
            # The data lists both directions. The imitated one is simpler: ASCII, else what NFKC leaves alone.
            if len(twin) == 1 and _plainness(character) < _plainness(twin):
                known = found.get(twin)
                if known is None or _plainness(character) < _plainness(known):
                    found[twin] = character
    return found


def _plainness(text: str) -> tuple[bool, bool, bool, int]:
    # A character never gives way to the radical it looks like, as 龙 and 飞 do: a radical is a sign, which no key keeps.
    return (
        not text.isascii(),
        0x2E80 <= ord(text[0]) <= 0x2FDF,
        not unicodedata.is_normalized("NFKC", text),
        ord(text[0]),
    )
