"""/gallery/: for staff, and for everyone where the site is for trying out. Absent for all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.core.gallery.samples import samples

SPECIMENS = {
    "button": "primary, plain, quiet, danger; hover, focus, busy, pressed, disabled",
    "avatar": "a kilometre stone; staff carry a square sign; four sizes, seven tones by name",
    "role": "who speaks for the brand is filled and square; the rest is quiet",
    "type": "heading, standfirst, section head, links, numbers",
    "lane": "what a thread wants, subjects, filters on and off",
    "tabs": "tabs, filters, breadcrumbs",
    "strip": "fourteen days on one scale: new, lively, answered, asleep",
    "thread_row": "pinned, unread and answered, lively, locked, one endless word",
    "board_row": "a board with its last thread; sub-boards",
    "post": "plain, accepted and edited, a reply of the team, hidden; removed, hidden, moved, erased",
    "reactions": "plain, mine, only counted",
    "solved": "the accepted answer under its question",
    "timeline": "the road of a thread, upright and laid flat",
    "dock": "the reply box; closed, with its reason",
    "composer": "toolbar, words, counter",
    "field": "text, help, optional, wrong, choice, tick, lanes, title",
    "pager": "first, middle and last page; by cursor",
    "notice": "information, done, warning, error",
    "empty": "says what went well, and what next",
    "progress": "a road being driven; a skeleton only past 300 ms",
    "table": "every figure has one; scrolls by itself",
    "overlay": "dropdown, dialog, toast, tooltip",
    "need": "what needs me, lines of a side column",
    "search": "result, best result, palette",
    "person": "a profile head and who sees what",
    "gate": "kept words, another way in, small print",
    "log": "what was done to a thread, earlier versions",
}


class SampleForm(forms.Form):
    """Every kind of field, one of them wrong."""

    title = forms.CharField(widget=forms.TextInput(attrs={"data-limit": 160}))
    odometer = forms.IntegerField()
    email = forms.EmailField()
    model = forms.ChoiceField(choices=[("e", "Aurora E"), ("t", "Aurora Trek")], required=False)
    bio = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    tell = forms.BooleanField(required=False, initial=True)
    how = forms.ChoiceField(choices=[], widget=forms.RadioSelect)
    lane = forms.ChoiceField(choices=[], widget=forms.RadioSelect)

    def __init__(self, language: str, words: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        chinese = language.startswith("zh")
        labels = _LABELS_ZH if chinese else _LABELS_EN
        for name, (label, help_text) in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        ways = ["通行密钥", "邮箱验证码"] if chinese else ["A passkey", "A code by e-mail"]
        self.fields["how"].choices = list(enumerate(ways))  # type: ignore[attr-defined]
        self.fields["lane"].choices = words["lanes"]  # type: ignore[attr-defined]
        self.fields["how"].initial, self.fields["lane"].initial = 0, "ask"

    def clean_email(self) -> str:
        raise ValidationError(self.fields["email"].help_text)


_LABELS_EN = {
    "title": ("Title", "One sentence that says what it is about."),
    "odometer": ("Odometer", "In kilometres. Only you see it."),
    "email": ("E-mail", "The part after @ is missing. Nothing else was lost."),
    "model": ("Model", ""),
    "bio": ("About you", ""),
    "tell": ("Tell me when it is answered", "At most once a day"),
    "how": ("How do you want to sign in?", ""),
    "lane": ("What is it for?", ""),
}
_LABELS_ZH = {
    "title": ("标题", "一句话说清是什么事。"),
    "odometer": ("里程", "公里，只有你自己看得到。"),
    "email": ("邮箱", "@ 后面少了一段，其他内容都还在。"),
    "model": ("车型", ""),
    "bio": ("关于你", ""),
    "tell": ("有人回答时告诉我", "每天最多一次"),
    "how": ("以后怎么登录", ""),
    "lane": ("这是什么帖", ""),
}


@dataclass
class Specimen:
    name: str
    about: str
    halves: list[tuple[str, str, SafeString]] = field(default_factory=list)  # scheme, language, HTML

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component four times: light and dark, English and Chinese. No statement beyond the shell's."""
    is_open = settings.DEBUG or settings.DEMO or getattr(request.user, "is_staff_role", False)
    if not is_open:
        raise absent()
    return render(request, "gallery.html", {"specimens": list(_specimens(request)), "here": "gallery"})


def _specimens(request: HttpRequest) -> Iterator[Specimen]:
    made = {name: Specimen(name, about) for name, about in SPECIMENS.items()}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for scheme in ("light", "dark"):
                # Four copies stand on one page: every id carries its copy's mark.
                mark = f"{scheme[0]}{language[0]}"
                context = samples(language, mark) | {"chinese": language != "en"}
                data = {"title": context["words"]["titles"][3], "email": "rosa@", "odometer": "31000"}
                form = SampleForm(language, context["words"], auto_id=f"{mark}_%s", initial=data)
                wrong = SampleForm(language, context["words"], auto_id=f"{mark}w_%s", data=data)
                wrong.is_valid()
                for name, specimen in made.items():
                    html = render_to_string(
                        f"components/specimens/{name}.html",
                        context | {"mark": mark, "form": form, "wrong": wrong},
                        request,
                    )
                    specimen.halves.append((scheme, language, html))
    yield from made.values()
