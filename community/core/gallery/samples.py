"""Made-up people, threads and posts for the gallery. They look like the real ones and touch no database."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from community.core import clock
from community.core.pagination import numbered


def samples(language: str, mark: str) -> dict[str, Any]:
    """Everything the specimens show, in one language. `mark` keeps the ids of several copies apart."""
    words = _CHINESE if language.startswith("zh") else _ENGLISH
    now = clock.now()
    owner = _person(words["owner"], drives=words["drives"], is_verified_owner=True)
    expert = _person(words["expert"], drives=words["drives_long"], is_verified_owner=True, is_key_member=True)
    staff = _person(words["staff"], role="moderator", is_staff_role=True, headline=words["headline"])
    moved = _person(words["moved"], is_imported=True)
    demo = _person(words["demo"], is_demo=True)
    people = {"owner": owner, "expert": expert, "staff": staff, "moved": moved, "demo": demo}
    board = SimpleNamespace(title=words["board"], get_absolute_url="/boards/winter/", slug="winter")

    def thread(title: str, author: Any, last: Any, **more: Any) -> Any:
        days = more.pop("opened", 6)
        busy = more.pop("busy", [0, 0, 0, 0, 0, 0, 0, 0, 4, 9, 5, 3, 2, 1])
        accepted = more.pop("accepted", None)
        return SimpleNamespace(
            **{
                "pk": 1, "author": author, "author_id": author.pk, "last_poster": last, "board": board,
                "title": title, "lane": "ask", "lane_label": words["lanes"][0][1], "state": "visible",
                "tag_list": [[tag, tag] for tag in words["tags"]], "is_pinned": False, "pin_reason": "",
                "locked_at": None, "new_count": None, "reply_count": 24, "days": busy,
                "opened_at": now - timedelta(days=days), "last_posted_at": now - timedelta(minutes=6),
                "accepted_post_id": f"{mark}4" if accepted is not None else None,
                "accepted_at": now - timedelta(days=accepted) if accepted is not None else None,
                "get_absolute_url": "/threads/1/",
            } | more
        )  # fmt: skip

    titles = words["titles"]
    tell, meet, chat = ({"lane": lane, "lane_label": label} for lane, label in words["lanes"][1:])
    threads = [
        thread(titles[0], staff, expert, is_pinned=True, pin_reason=words["pin"], new_count=0, **tell),
        thread(titles[1], owner, staff, new_count=3, accepted=5),
        thread(titles[2], expert, demo, new_count=0, reply_count=12345, busy=[3] * 14, opened=30, **tell),
        thread(titles[3], moved, owner, new_count=0, locked_at=now, **meet),
        thread(words["naughty"], demo, moved, new_count=1, tag_list=[[words["naughty"]] * 2], **chat),
    ]
    asked = threads[1]

    def post(number: int, author: Any, text: str, **more: Any) -> Any:
        return SimpleNamespace(
            **{
                "pk": f"{mark}{number}", "thread_id": 1, "number": number, "author": author, "author_id": author.pk,
                "html": text, "state": "visible", "state_reason": "", "edit_count": 0, "edited_at": None,
                "posted_at": now - timedelta(days=6 - number, hours=2), "reply_to_id": None, "reply_to": None,
                "moved_to_id": None, "reactions": {}, "my_reaction": None,
                "get_absolute_url": f"/posts/{number}/", "drives": author.drives, "headline": author.headline,
            } | more
        )  # fmt: skip

    first = post(1, owner, words["post"], reactions={"useful": 18, "same": 41})
    answer = post(
        4, expert, words["answer"], reactions={"useful": 96, "thanks": 4}, my_reaction="useful",
        edit_count=2, edited_at=now - timedelta(hours=3),
    )  # fmt: skip
    reply = post(5, staff, words["reply"], reply_to_id=4, reply_to=answer, reactions={"useful": 63})
    hidden = post(6, demo, words["reply"], state="hidden", state_reason=words["why_hidden"], shown=True)
    gone = [
        post(7, moved, "", state="removed"),
        post(8, moved, "", state="hidden", state_reason=words["why_hidden"]),
        # Its line has an address, which takes a number: one for each look, as the others' marks are.
        post(9, moved, "", pk=int.from_bytes(mark.encode()), state="moved", moved_to_id=1, moved_to=first),
        post(10, moved, "", state="purged"),
    ]
    return {
        "words": words,
        "people": people,
        "threads": threads,
        "thread": asked,
        "posts": [first, answer, reply, hidden, *gone],
        "answer": answer,
        "kinds": words["reactions"],
        "stops": _stops(words, now),
        "pages": [numbered(900, 1, 20), numbered(900, 3, 20), numbered(2900, 145, 20)],
        "cursors": [
            SimpleNamespace(next="n", previous=None),
            SimpleNamespace(next="n", previous="p"),
            SimpleNamespace(next=None, previous="p"),
        ],
        "now": now,
        "earlier": now - timedelta(days=1, hours=3),
        "crumbs": [(words["boards"], "/boards/"), (words["board"], "/boards/winter/")],
    }


def _person(name: str, **more: Any) -> Any:
    plain = {
        "pk": name, "name": name, "role": "member", "is_staff_role": False, "is_verified_owner": False,
        "is_key_member": False, "is_imported": False, "is_demo": False, "avatar": "", "drives": "",
        "headline": "", "get_absolute_url": "/members/",
    }  # fmt: skip
    return SimpleNamespace(**(plain | more))


def _stops(words: dict[str, Any], now: Any) -> list[dict[str, Any]]:
    said = words["stops"]
    return [
        {"kind": "", "text": said[0], "url": "#", "at": now - timedelta(days=6), "gap": 1},
        {"kind": "answer", "text": said[1], "url": "#", "at": now - timedelta(days=5)},
        {"kind": "staff", "text": said[2], "url": "#", "gap": 1},
        {"kind": "minor", "text": said[3]},
        {"kind": "here", "text": said[4]},
        {"kind": "ahead", "text": said[5], "url": "#", "at": now},
        {"kind": "end", "text": said[6], "url": "#"},
    ]


_ENGLISH: dict[str, Any] = {
    "owner": "Anna Kuhn",
    "expert": "Zhou Mingyuan",
    "staff": "Li Wei",
    "moved": "Oskar Lind",
    "demo": "Ines",
    "drives": "Aurora E, 8 months, Leipzig",
    "drives_long": "Aurora E, 3 years, Harbin",
    "headline": "looks after the winter boards",
    "board": "Winter",
    "boards": "Boards",
    "lanes": [("ask", "Question"), ("tell", "Experience"), ("meet", "Meet"), ("chat", "Chat")],
    "tags": ["heat pump", "motorway"],
    "pin": "until 30 November: asked most at this time of year",
    "titles": [
        "Before winter: tyre pressure, preheating, washer fluid and the small battery",
        "At −12 °C the E went 287 km on the motorway. Is that normal?",
        "B-pillar squeak below 5 °C: the felt-tape fix, measured before and after",
        "Ice day at Oberwiesenthal, three cars still wanted",
    ],
    "naughty": "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2,
    "post": "<p>Leipzig to Dresden, −12 °C, 110 on the cruise. The readout said <strong>38 km</strong>, "
    "I arrived 71 km later.</p><ul><li>heating at 22</li><li>seats on</li></ul>",
    "answer": "<p>Normal. The difference is made before you leave:</p><ol><li>Preheat on the cable for "
    "half an hour.</li><li>Heating at 20, seats on.</li></ol>"
    "<pre class='code'><code>range = soc * recent</code></pre>",
    "reply": "<blockquote class='quote'><a class='quote-source' href='#'>Zhou Mingyuan</a><p>Preheat on "
    "the cable.</p></blockquote><p>Since 4.2 the readout follows the last <code>50</code> km.</p>",
    "why_hidden": "advertising",
    "stops": [
        "Anna asked",
        "Accepted answer, #4",
        "Engineer replied, #5",
        "20 Nov, 6 posts",
        "You have read to #20",
        "4 new posts",
        "Oskar, #24",
    ],
    "reactions": [
        ("useful", "Useful"),
        ("same", "Same here"),
        ("thanks", "Thanks"),
        ("funny", "Funny"),
        ("wow", "Surprising"),
    ],
}

_CHINESE: dict[str, Any] = {
    "owner": "林小满",
    "expert": "周明远",
    "staff": "李蔚",
    "moved": "高远",
    "demo": "韩雪",
    "drives": "Aurora E · 8 个月 · 沈阳",
    "drives_long": "Aurora E · 3 年 · 哈尔滨",
    "headline": "照看冬季用车各版",
    "board": "冬季用车",
    "boards": "版块",
    "lanes": [("ask", "提问"), ("tell", "经验"), ("meet", "约伴"), ("chat", "闲聊")],
    "tags": ["热泵", "高速"],
    "pin": "置顶到 11 月 30 日：每年这时候问得最多",
    "titles": [
        "入冬前先看这一帖：胎压、预热、雨刷水、12 V 小电瓶",
        "零下十二度跑高速，Aurora E 满电只走了 287 公里，正常吗？",
        "B 柱异响零下五度以下必现：毛毡胶带前后录音对比",
        "12 月 5 日崇礼雪地试驾，还差三台车",
    ],
    "naughty": "谁知道这个没有空格也没有标点的特别特别长的标题会不会把版面撑破" * 2,
    "post": "<p>周日从沈阳去长春，−12 ℃，定速 110。表显只剩 <strong>38 公里</strong>，"
    "结果又开了 71 公里。</p><ul><li>空调 22 ℃</li><li>座椅加热开着</li></ul>",
    "answer": "<p>正常。差别主要在出发前那半小时：</p><ol><li>插着枪预热半小时。</li>"
    "<li>空调 20 ℃，打开座椅加热。</li></ol>"
    "<pre class='code'><code>range = soc * recent</code></pre>",
    "reply": "<blockquote class='quote'><a class='quote-source' href='#'>周明远</a>"
    "<p>插着枪预热半小时。</p></blockquote><p>4.2 之后剩余里程按最近 <code>50</code> 公里算。</p>",
    "why_hidden": "广告",
    "stops": [
        "林小满提问",
        "采纳的回答，4 楼",
        "工程师回复，5 楼",
        "20 日，6 条",
        "你读到 20 楼",
        "4 条新回复",
        "高远，24 楼",
    ],
    "reactions": [
        ("useful", "有用"),
        ("same", "同感"),
        ("thanks", "感谢"),
        ("funny", "好笑"),
        ("wow", "没想到"),
    ],
}
