"""How text becomes terms, and queries become phrases."""

import pytest

from community.search.analysis import LONGEST_TERM, Phrase, fold, pairs, phrases, quotation, terms


def test_a_run_becomes_its_pairs_and_its_last_character():
    assert pairs("发动机") == ["发动", "动机", "机"]
    assert pairs("雪") == ["雪"]
    assert terms("雪。发动机") == ["雪", "发动", "动机", "机"]


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("發動機異響", "发动机异响"),
        ("電池續航", "电池续航"),
        ("臺灣", "台湾"),
        ("軟體", "软体"),
        ("乾燥", "干燥"),
        ("鍵盤", "键盘"),
        ("頭髮", "头发"),
    ],
)
def test_traditional_and_simplified_are_the_same(traditional, simplified):
    assert fold(traditional) == fold(simplified) == simplified
    assert terms(traditional) == terms(simplified)


def test_a_word_keeps_its_meaning_when_simplified():
    assert fold("乾坤") == "乾坤", "not every 乾 is 干"
    assert fold("著名") == "著名"


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("charge charged charging charges", "charg"),
        ("battery batteries BATTERY", "batteri"),
        ("driver’s driver's drivers", "driver"),
    ],
)
def test_forms_of_an_english_word_are_one_term(words, stem):
    assert set(terms(words)) == {stem}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4.2", ["4x2"]),
        ("4,2", ["4x2"]),
        ("1,200 km", ["1200", "km"]),
        ("1,234,567.5", ["1234567x5"]),
        ("1.5.", ["1x5"]),
        ("７ｋＷ", ["7", "kw"]),
        ("7kW", ["7", "kw"]),
        ("7 kW", ["7", "kw"]),
        ("ID.4", ["id", "4"]),
        ("0W-20", ["0", "w", "20"]),
        ("㎞ ﬁne", ["km", "fine"]),
        ("cafe\u0301", ["café"]),
        ("x_y", ["x", "y"]),
        ("Aurora发动机", ["aurora", "发动", "动机", "机"]),
        ("ｱｲｳ", ["アイ", "イウ", "ウ"]),
    ],
)
def test_numbers_units_and_other_scripts(text, found):
    assert terms(text) == found


@pytest.mark.parametrize("text", ["", "   ", "？！…", "\u200b\u200d", "🚗🔋", "—_—"])
def test_signs_alone_give_no_terms(text):
    assert terms(text) == [] and phrases(text) == [] and quotation(text) == []


def test_terms_hold_letters_and_digits_only_whatever_the_text():
    """The engine puts terms between quotes: a sign in one would be syntax."""
    text = "".join(chr(code) for code in range(0x20, 0x3000)) + "字'\"*:()-^" + "\U0001f697\U00020000"
    assert all(term.isalnum() and len(term) <= LONGEST_TERM for term in terms(text))


def test_a_nul_ends_nothing():
    assert terms("發\x00動機") == ["发", "动机", "机"]


def test_a_very_long_word_is_cut_the_same_way_everywhere():
    word = "a" * 10_000
    assert terms(word) == [word[:LONGEST_TERM]]
    assert phrases(word) == [Phrase((word[:LONGEST_TERM],))]


def test_what_one_word_of_a_query_asks_for():
    assert phrases("发动机") == [Phrase(("发动", "动机"))]
    assert phrases("雪") == [Phrase(("雪",), prefix=True)], "any pair that begins with it"
    assert phrases("7kW") == [Phrase(("7", "kw"))], "the number and its unit side by side"
    assert phrases("ID4") == [Phrase(("id", "4"))]
    assert phrases("e-mail") == [Phrase(("e",)), Phrase(("mail",))]
    assert phrases("Aurora发动机") == [Phrase(("aurora",)), Phrase(("发动", "动机"))]
    assert phrases("发动机X7") == [Phrase(("发动", "动机")), Phrase(("x", "7"))]


def test_a_quotation_is_one_phrase_in_reading_order():
    assert quotation("heat pump") == [Phrase(("heat", "pump"), exact=True)]
    assert quotation("冬天 续航") == [Phrase(("冬天", "天", "续航"), exact=True)]
    assert quotation("Aurora 车") == [Phrase(("aurora", "车"), prefix=True, exact=True)]


@pytest.mark.parametrize(
    ("typed", "begins"), [("charging", "charg"), ("battery", "batter"), ("wint", "wint")]
)
def test_while_typing_a_word_may_go_on_in_any_form(typed, begins):
    (phrase,) = phrases(typed, prefix=True)
    assert phrase == Phrase((begins,), prefix=True)
    assert terms(typed)[0].startswith(begins)


def test_while_typing_a_number_is_whole():
    assert phrases("42", prefix=True) == [Phrase(("42",))]
    assert phrases("7k", prefix=True) == [Phrase(("7", "k"), prefix=True)]
