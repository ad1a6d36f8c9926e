"""Answers that the demo's team keeps ready, through the room's own actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from community.core import clock
from community.members.models import Member, Role
from moderation.canned import actions

ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Range in winter · 冬季续航",
        "fits": "winter cold range battery km 冬季 冬天 续航 低温 电池 掉电",
        "text_en": "Thank you for writing, {asker}. In the cold a battery gives less: at minus five degrees expect about "
        "two thirds of what it does in summer, and less on short trips. Three things help: warm the car up while "
        "it is still plugged in, keep to the seat heating, and check the tyres.\n\nWhat does your {car} show after "
        "a longer drive?",
        "text_zh": "{asker}，谢谢你的提问。天冷的时候电池的续航会变短：零下五度时大约只有夏天的三分之二，短途更少。"
        "有三个办法：插着充电枪预热、多用座椅加热、检查胎压。\n\n你的 {car} 跑完一段长途之后显示多少？",
        "lane": "ask",
    },
    {
        "name": "A wallbox · 家充桩",
        "fits": "wallbox charging home cable 充电 家充 充电桩 安装",
        "text_en": "Hello {asker}, before a wallbox is mounted an electrician has to look at your connection. Which main "
        "fuse do you have, and how far is it from the meter to where the car stands?",
        "text_zh": "{asker}，你好。装家充桩之前要先请电工看一下线路。你家的总开关是多少安？从电表到停车位大约多远？",
    },
    {
        "name": "A fault code · 故障码",
        "fits": "fault code error warning light workshop 故障 故障码 报警 灯",
        "text_en": "Thank you, {asker}. For {fault} the workshop needs to know when it shows: cold or warm, driving or "
        "charging. If you can, add a picture of the display.",
        "text_zh": "{asker}，谢谢。关于 {fault}，维修站需要知道它什么时候出现：冷车还是热车，行驶中还是充电时。"
        "方便的话请再附一张屏幕的照片。",
        "lane": "ask",
    },
)


def keep_answers(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> None:
    """Three answers of the team's in both languages."""
    held.set(now - timedelta(days=20))
    moderator = next(member for member in cast.values() if member.role == Role.MODERATOR)
    for told in ANSWERS:
        actions.make_answer(actor=moderator, **told)
