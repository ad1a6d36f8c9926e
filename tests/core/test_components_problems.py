"""What is wrong with a form stands above it, and each line leads to its field."""

from __future__ import annotations

from django import forms
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


class Parcel(forms.Form):
    weight = forms.IntegerField(label="Weight")
    way = forms.ChoiceField(choices=[("air", "Air"), ("sea", "Sea")], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Closed on <Sundays>.")


def shown(form: forms.Form) -> str:
    return render_to_string("components/problems.html", {"form": form})


def test_every_error_is_listed_and_leads_to_its_field() -> None:
    html = shown(Parcel({"weight": "much"}))
    assert 'tabindex="-1" autofocus' in html and "Closed on &lt;Sundays&gt;." in html
    assert '<a href="#id_weight">Enter a whole number.</a>' in html
    assert '<a href="#id_way_0">This field is required.</a>' in html, (
        "a choice has no id of its own, its first way has"
    )
    assert html.count("<li>") == 4


def test_a_form_without_errors_says_nothing() -> None:
    assert not shown(Parcel()).strip()


def test_pages_name_the_trouble_first(client: Client, db: None) -> None:
    page = client.post(reverse("account_signup"), {"name": "x" * 60_000, "how": "code"}).content.decode()
    assert "<title>Not sent: " in page
    summary = page.partition('class="problems"')[2].partition("</section>")[0]
    assert page.index('class="problems"') < page.index('id="id_name"')
    assert 'href="#id_name"' in summary and 'href="#id_email"' in summary and 'href="#id_rules"' in summary
