"""Choosing a member as an author. Shows names only: editors need no addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from community.members.models import Member


class NameFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Name"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Part of a name")})
    )

    def filter(self, objects: QuerySet[Member]) -> QuerySet[Member]:
        objects = super().filter(objects)
        if wanted := self.cleaned_data.get("q", "").strip():
            self.is_searching = True
            self.search_query = wanted
            objects = objects.filter(name__icontains=wanted)
        return objects


class _Listed:
    """Members who may be found, the most active first."""

    filter_form_class = NameFilterForm
    ordering = ("-post_count", "pk")

    def get_object_list(self) -> QuerySet[Member]:
        rows: QuerySet[Member] = Member.objects.listed()
        return rows

    @property
    def columns(self) -> list[Any]:
        role = Column("role", label=_("Role"), accessor="get_role_display")
        return [self.title_column, role]  # type: ignore[attr-defined]


class MemberChooseView(_Listed, ChooseView):
    pass


class MemberChooseResultsView(_Listed, ChooseResultsView):
    pass


class MemberChooserViewSet(ChooserViewSet):
    model = Member
    icon = "user"
    choose_one_text = _("Choose a member")
    choose_another_text = _("Choose another member")
    edit_item_text = _("Open this member")
    choose_view_class = MemberChooseView
    choose_results_view_class = MemberChooseResultsView


member_chooser = MemberChooserViewSet("member_chooser", url_prefix="members/choose")
