"""A small community in two languages, written for the search tests: who said what, by a short key."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from community.core.tasks.testing import run_due
from community.members.models import Member
from forum.models import Board, Post, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

GUEST = AnonymousUser()

# key → (lane, title, opening post, replies by key)
TALKS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "range": (
        "ask",
        "冬天续航掉多少？",
        "零下十五度，高速一百二，表显续航只剩六成。大家的电池也这样吗？",
        {
            "range-heat": "开热泵能省一点。座椅加热比空调省电，出发前先预热电池。",
            "range-tyres": "我换了冬季轮胎，胎压打到 2.9 bar，续航大约少百分之八。",
        },
    ),
    "charge": (
        "ask",
        "家里装 7kW 充电桩要注意什么",
        "小区物业要求提供电表箱照片。想问 7 kW 和 11 kW 差别大不大，线缆要多粗？",
        {"charge-cable": "十平方的铜线足够。漏电保护器一定要选 A 型，别买便宜的。"},
    ),
    "noise": (
        "ask",
        "过减速带底盘有异响",
        "方向盘打死的时候左前轮咯噔一声，冷车更明显。",
        {"noise-answer": "多半是稳定杆胶套，换一对不到两百块。我的 Aurora 5 也修过。"},
    ),
    "noise-engine": (
        "ask",
        "发动机冷启动抖动",
        "增程版的发动机早上启动会抖，热车后正常。怠速大概 900 转。",
        {},
    ),
    "software": (
        "tell",
        "4.2 版本更新以后的体会",
        "车机快了不少，导航终于会避开拥堵。语音助手听得懂方言了。",
        {"software-bug": "更新后蓝牙电话断断续续，重启车机就好。"},
    ),
    "trip": (
        "meet",
        "国庆青海湖自驾，缺两位同伴",
        "十月二日从西宁出发，环湖三天。高原上充电站不多，行程我排好了。",
        {"trip-hotel": "茶卡盐湖旁边的民宿可以过夜充电，提前打电话。"},
    ),
    "traditional": (
        "tell",
        "臺灣車主的冬季心得",
        "山上氣溫低，電池衰減明顯。充電時間變長，出門前先預熱座艙。軟體更新後好一些。",
        {},
    ),
    "camping": ("chat", "露营你们都带什么", "外放电很方便，电饭煲、投影仪都能用。帐篷选小一点的。", {}),
    "paint": ("ask", "车漆被石子崩了怎么办", "引擎盖上一个小坑，露出底漆。要不要马上补？会不会生锈？", {}),
    "insurance": ("chat", "第二年保险多少钱", "没有出险，保费还涨了三百。问了三家，报价差很多。", {}),
    "en-precondition": (
        "ask",
        "How do I precondition the battery before fast charging?",
        "It was minus twelve this morning and the charger only gave me 38 kW. Is there a menu for it?",
        {
            "en-precondition-answer": "Set the charger as your destination in the navigation. The car starts warming the "
            "pack about thirty minutes before you arrive.",
            "en-precondition-thanks": "That worked, thank you. 132 kW after a half hour drive.",
        },
    ),
    "en-wipers": (
        "ask",
        "Wipers leave streaks on the windscreen",
        "New blades, same streaks. I cleaned the glass twice already.",
        {
            "en-wipers-answer": "There is wax on the glass from the car wash. Rub it with vinegar, then the blades."
        },
    ),
    "en-towing": (
        "ask",
        "Towing a caravan over the Alps",
        "1,600 kg on the hook, two children, one dog. What does it do to the range?",
        {"en-towing-answer": "We use 34 kWh per 100 km with our caravan. Plan a stop every 150 kilometres."},
    ),
    "en-heatpump": (
        "tell",
        "One winter with the heat pump, measured",
        "I logged every trip from November to March: 21.4 kWh on average, the older car needed 26.",
        {},
    ),
    "en-keys": (
        "chat",
        "Phone as a key: does anybody trust it?",
        "Mine locked me out at a petrol station, of all places.",
        {},
    ),
    "en-cafe": (
        "meet",
        "Meeting at the café by the lake",
        "Sunday at ten. Bring your naïve questions about charging curves.",
        {},
    ),
    "en-recall": (
        "tell",
        "Recall notice for the charging port flap",
        "The dealer replaced it in twenty minutes. Ask for part number AX7-2210.",
        {},
    ),
    "mixed": (
        "ask",
        "Aurora发动机保养多久一次",
        "手册写一万公里或者 12 个月，以先到为准。机油用 0W-20 可以吗？",
        {},
    ),
}


@dataclass(slots=True)
class Corpus:
    """What stands in the database: keys to posts, and who wrote them."""

    board: Board
    asker: Member
    helper: Member
    posts: dict[str, Post] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)

    def key_of(self, post: Post | None) -> str:
        return next((key for key, one in self.posts.items() if post is not None and one.pk == post.pk), "")


def write() -> Corpus:
    """Everything said, and the index written by the queue as on a living site."""
    corpus = Corpus(
        a_board(title_en="Everyday", title_zh="日常"), a_member(name="LinXiaoyu"), a_member(name="Wachterin")
    )
    for key, (lane, title, opening, replies) in TALKS.items():
        thread = a_thread(author=corpus.asker, board=corpus.board, title=title, body=opening, lane=lane)
        corpus.threads[key] = thread
        corpus.posts[key] = thread.posts.get(number=1)
        for reply_key, words in replies.items():
            corpus.posts[reply_key] = a_reply(author=corpus.helper, thread=thread, body=words)
    run_due()
    return corpus
