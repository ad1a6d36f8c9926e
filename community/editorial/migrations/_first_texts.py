"""What a fresh site says about itself. True to what the software does; operators add who they are."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

HOME = {
    "hero_title_en": "Answers from people who own one",
    "hero_title_zh": "真正在用的人，最有发言权",
    "lead_en": (
        "Questions, long-run experience and meeting points, kept in order by the people who use the thing every day. "
        "Reading needs no account."
    ),
    "lead_zh": "提问、长期使用的真实经验、线下相聚，都由每天在用的人写下来，整理得清清楚楚。阅读无需注册。",
}
MAGAZINE = {
    "title": "Magazine",
    "title_zh": "杂志",
    "intro_en": "Stories, measurements and longer reads, by owners and by the editors.",
    "intro_zh": "故事、实测和长文，来自车主，也来自编辑部。",
}

# slug → titles, then blocks: "# …" is a heading, anything else a paragraph of the editor's HTML
PLAIN: dict[str, dict[str, Any]] = {
    "about": {
        "title": "About this community",
        "title_zh": "关于本社区",
        "en": [
            "<p>This is a place where people who own and use the same things help each other, and where the brand "
            "listens and answers under its own name.</p>",
            "# How it is arranged",
            "<p>Boards hold threads. Each thread says what it wants: to ask, to tell, to meet or to chat. A question "
            "can have one accepted answer, chosen by the person who asked, and it is shown right under the question, "
            "so that the next reader finds it first.</p>",
            "<p>Every post has a number and an address that stay the same. When a thread is moved, merged or split, "
            "old links still lead to the right place, and a line in the thread says what happened.</p>",
            "# Who is who",
            "<p>Staff of the brand, moderators and partners carry a visible label wherever their words appear. Nobody "
            "posts in somebody else's name. Posts that moved in from an earlier community keep their author and their "
            "date, and say where they came from.</p>",
            "# Reading and writing",
            "<p>Everything on public boards can be read without an account, in English and in Chinese, with any "
            "browser, with or without JavaScript. To write, you need an account and a name of your own.</p>",
        ],
        "zh": [
            "<p>这里是使用同一类产品的人互相帮助的地方。品牌方也在这里倾听，并以自己的身份作答。</p>",
            "# 内容怎样安排",
            "<p>版块里是帖子。每个帖子都说明来意：提问、分享、相聚或闲聊。提问可以有一个被采纳的回答，由提问者选定，"
            "直接显示在问题下方，让后来的人一眼看到。</p>",
            "<p>每一楼都有固定的编号和地址。帖子被移动、合并或拆分后，旧链接仍然有效，帖子里也会留下一行说明。</p>",
            "# 谁是谁",
            "<p>品牌员工、版主和合作伙伴，在任何出现其文字的地方都带有明确的身份标识。没有人能冒用他人的名义发言。"
            "从旧社区迁入的内容保留原作者和原日期，并注明来源。</p>",
            "# 阅读与发言",
            "<p>公开版块的全部内容无需注册即可阅读，提供中文和英文，任何浏览器都能用，不开启 JavaScript 也可以。"
            "想要发言，需要一个账号和一个自己的名字。</p>",
        ],
    },
    "privacy": {
        "title": "Privacy",
        "title_zh": "隐私说明",
        "en": [
            "<p>This page says what the software keeps and why. The people who run this community add who they are, "
            "how to reach them and how long they keep their backups.</p>",
            "# What is kept about you",
            "<ul><li>Your e-mail address, to sign you in. It is never shown to other members.</li>"
            "<li>Your name and what you choose to put on your profile. For each profile field you decide who sees it: "
            "everyone, members, or nobody.</li>"
            "<li>Your password as a one-way hash, or the public half of your passkey. Nobody can read a password "
            "back.</li>"
            "<li>What you write, with its edit history, and your reactions.</li>"
            "<li>How far you have read in each thread and what you watch, so that you can be shown what is new. "
            "Other members do not see this.</li>"
            "<li>Your open sessions with their network address and browser, so that you can recognise and end "
            "them.</li></ul>",
            "# Cookies",
            "<p>One cookie keeps you signed in, one protects forms, and one remembers the language when you choose "
            "it. There are no advertising or tracking cookies, and pages load nothing from other companies.</p>",
            "# Pictures",
            "<p>Uploaded pictures are re-encoded. Hidden data such as the place and the camera is removed before "
            "anything is stored.</p>",
            "# Server logs",
            "<p>The server notes the time, the address of the page and the network address of requests, to keep the "
            "site safe and working.</p>",
            "# Your choices",
            "<p>You can correct your profile, change your name, hide fields, remove your own posts while nobody has "
            "answered, and end sessions, all from your account. Ask the moderators for everything else, including the "
            "deletion of your account.</p>",
        ],
        "zh": [
            "<p>本页说明软件保存哪些信息、为什么保存。运营本社区的团队会在此补充自己的身份、联系方式以及备份的保留时间。</p>",
            "# 保存哪些与你有关的信息",
            "<ul><li>电子邮箱：用于登录，从不向其他成员显示。</li>"
            "<li>你的名字，以及你愿意写在个人主页上的内容。主页的每一项都由你决定谁能看到：所有人、仅成员，或谁也看不到。</li>"
            "<li>密码的单向散列，或通行密钥的公开部分。没有人能还原你的密码。</li>"
            "<li>你写下的内容及其修改历史，以及你的回应。</li>"
            "<li>你在每个帖子里读到哪里、关注了什么，用来告诉你有哪些新内容。其他成员看不到。</li>"
            "<li>你的登录会话及其网络地址和浏览器，方便你辨认和结束它们。</li></ul>",
            "# Cookie",
            "<p>一个 Cookie 用于保持登录，一个用于保护表单，一个在你选择语言后记住语言。没有广告或跟踪 Cookie，"
            "页面也不会从其他公司加载任何内容。</p>",
            "# 图片",
            "<p>上传的图片会被重新编码。拍摄地点、相机型号等隐藏信息在保存之前就已去除。</p>",
            "# 服务器日志",
            "<p>服务器会记录请求的时间、页面地址和网络地址，用于保障网站的安全和正常运行。</p>",
            "# 你可以做什么",
            "<p>你可以在账号设置里更正个人资料、修改名字、隐藏某些项目、结束登录会话；自己的帖子在无人回答之前可以自行移除。"
            "其他要求，包括删除账号，请联系版主。</p>",
        ],
    },
    "guidelines": {
        "title": "Guidelines",
        "title_zh": "社区守则",
        "en": [
            "<p>Few rules, applied to everyone alike, staff included.</p>",
            "# Write as you would speak to a guest",
            "<p>Argue about things, not about people. Say what you measured, saw or did, and say so when you only "
            "guess. If you ask, say what you have tried; if an answer helped, accept it.</p>",
            "# Criticism is welcome",
            "<p>A post that is unhappy with the product has the same right to stand here, to be found and to be "
            "answered as any other. It is never hidden for being critical.</p>",
            "# One person, one voice",
            "<p>Use one account. Say so when you are paid by, work for, or sell what you write about.</p>",
            "# Not here",
            "<ul><li>Insults, threats, hatred and harassment.</li>"
            "<li>Other people's private data: names, numbers, number plates, addresses, private messages.</li>"
            "<li>Advertising, and links whose purpose is not plain.</li>"
            "<li>Text or pictures that you have no right to publish.</li>"
            "<li>Instructions that put people in danger.</li></ul>",
            "# When a rule is broken",
            "<p>A moderator can hide a post, always with a reason, and can bring it back. Repeated or serious breaches "
            "lead to a warning, then to a time without writing, then to suspension. A person decides, not a program. "
            "If you disagree, ask for another moderator to look.</p>",
        ],
        "zh": [
            "<p>规则不多，对所有人一视同仁，员工也不例外。</p>",
            "# 像对待客人那样说话",
            "<p>对事不对人。写你量过、见过、做过的；如果只是猜测，就说明是猜测。提问时说说已经试过什么；回答有帮助，就采纳它。</p>",
            "# 欢迎批评",
            "<p>对产品不满的帖子，与其他帖子有同样的权利留在这里、被搜到、被回答。绝不会因为批评而被隐藏。</p>",
            "# 一个人，一个声音",
            "<p>请只用一个账号。如果你因所写的内容获得报酬、任职于相关公司或销售相关产品，请说明。</p>",
            "# 这里不允许",
            "<ul><li>辱骂、威胁、仇恨和骚扰。</li>"
            "<li>他人的隐私：姓名、电话、车牌、住址、私信内容。</li>"
            "<li>广告，以及用途不明的链接。</li>"
            "<li>你无权发布的文字或图片。</li>"
            "<li>会让人陷入危险的操作指导。</li></ul>",
            "# 违反之后",
            "<p>版主可以隐藏帖子，必须写明理由，也可以恢复。多次或严重违反，先是警告，再是一段时间内不能发言，最后是停用账号。"
            "作出决定的是人，不是程序。如有异议，可以请另一位版主复核。</p>",
        ],
    },
}


def blocks(page: str, language: str) -> list[dict[str, str]]:
    """A body as it is stored, with block ids that are the same on every site."""
    stored = []
    for n, text in enumerate(PLAIN[page][language]):
        kind, value = ("heading", text[2:]) if text.startswith("# ") else ("paragraph", text)
        stored.append({"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"{page}/{language}/{n}"))})
    return stored
