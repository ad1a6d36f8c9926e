"""A dump of any size that is the same every time: `write_dump(folder, questions=…)`.

Every question holds a word that stands nowhere else (`zq17x` for question 17), so that a benchmark knows what
each page and each search must show. Answers follow a Zipf law: a few long threads, many short ones.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

START = datetime(2024, 1, 1, tzinfo=UTC)
LONGEST = 600
WORDS = """
battery range charger winter tyre brake pedal noise cabin heater update screen route seat belt mirror paint
warranty dealer service oil filter clutch gear engine idle torque towing roof rack camera sensor key fob door
window wiper lamp bulb fuse cable socket adapter kilometre mile morning rain snow hill motorway city parking
"""
WORDS_ZH = """
电池 续航 充电 冬季 轮胎 刹车 异响 车厢 暖风 升级 屏幕 导航 座椅 安全带 后视镜 车漆 保修 经销商 保养 机油 滤芯
离合 变速箱 发动机 怠速 扭矩 拖车 行李架 摄像头 传感器 钥匙 车门 车窗 雨刷 大灯 保险丝 线束 插座 公里 早晨
下雨 高速 市区 停车 提车 试驾 油耗 异味 隔音
"""
ENGLISH, CHINESE = WORDS.split(), WORDS_ZH.split()


@dataclass(frozen=True)
class Written:
    """What a dump holds, for comparing with what arrived."""

    path: Path
    questions: int
    answers: int
    accepted: int

    @property
    def posts(self) -> int:
        return self.questions + self.answers


def canary(question: int) -> str:
    """The word that only this question holds."""
    return f"zq{question}x"


def write_dump(folder: Path, *, questions: int, seed: int = 7) -> Written:
    """Write `Posts.xml` into `folder`, a row at a time: memory does not grow with the dump."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Posts.xml"
    answers = accepted = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        for row, kind, is_accepted in _rows(questions, random.Random(seed)):
            file.write(row)
            answers += kind == 2
            accepted += is_accepted
        file.write("</posts>\n")
    return Written(path, questions, answers, accepted)


def _rows(questions: int, chance: random.Random) -> Iterator[tuple[str, int, bool]]:
    """Each row with its kind, and whether it names an accepted answer."""
    next_id = 1
    for number in range(1, questions + 1):
        replies = min(LONGEST, int(chance.paretovariate(1.1)) - 1)
        question_id, next_id = next_id, next_id + 1 + replies
        asked_at = START + timedelta(minutes=7 * number)
        has_accepted = replies > 0 and chance.random() < 0.5
        fields = {
            "Id": question_id,
            "PostTypeId": 1,
            "CreationDate": asked_at,
            "Score": chance.randrange(-2, 30),
            "ViewCount": chance.randrange(5000),
            "Body": f"<p>{_prose(chance)}</p><p>{canary(number)}</p>",
            "OwnerUserId": chance.randrange(1, max(3, questions // 4)),
            "Title": f"{_prose(chance, 6)} {canary(number)}",
            "Tags": f"<{chance.choice(ENGLISH)}><{chance.choice(ENGLISH)}>",
            "AnswerCount": replies,
        }
        if has_accepted:
            fields["AcceptedAnswerId"] = question_id + 1
        yield _row(fields), 1, has_accepted
        for reply in range(1, replies + 1):
            yield (
                _row(
                    {
                        "Id": question_id + reply,
                        "PostTypeId": 2,
                        "ParentId": question_id,
                        "CreationDate": asked_at + timedelta(minutes=3 * reply),
                        "Score": chance.randrange(-2, 20),
                        "Body": f"<p>{_prose(chance)}</p><p>{_prose(chance)}</p>",
                        "OwnerUserId": chance.randrange(1, max(3, questions // 4)),
                    }
                ),
                2,
                False,
            )


def _prose(chance: random.Random, words: int = 40) -> str:
    if chance.random() < 0.5:
        return "".join(chance.choices(CHINESE, k=words))
    return " ".join(chance.choices(ENGLISH, k=words))


def _row(fields: dict[str, object]) -> str:
    attributes = " ".join(f"{name}={quoteattr(_text(value))}" for name, value in fields.items())
    return f"  <row {attributes} />\n"


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.000") if isinstance(value, datetime) else str(value)
