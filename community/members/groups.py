"""The groups that open Wagtail to staff. Roles are ours; a group is their shadow in Wagtail's tables.

Wagtail asks group rows, not roles, which pages, pictures and documents somebody may change. The group of
each role is made, with its rights, after every migration, and `actions.set_role` keeps the membership.
Administrators need no group: they are superusers.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.models import Group, Permission

from community.members.models import Role

EDITORS = "Editors"  # Wagtail's own migration makes groups of these two names, with fewer rights
GROUP_OF = {Role.EDITOR: EDITORS}

_PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
_FILE_RIGHTS = (
    ("wagtailimages", "image", ("add_image", "change_image", "choose_image", "delete_image")),
    ("wagtaildocs", "document", ("add_document", "change_document", "choose_document", "delete_document")),
)


def ensure_groups(**kwargs: Any) -> None:
    """Make the groups and give them their rights. Runs after migrations; harmless to repeat."""
    if not installed.is_installed("wagtail"):
        return
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    root = Page.objects.filter(depth=1).first()
    if root is None:  # Wagtail's own tables are not filled yet
        return
    editors, _made = Group.objects.get_or_create(name=EDITORS)
    access = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    ).first()
    if access is not None:
        editors.permissions.add(access)
    for codename in _PAGE_RIGHTS:
        right = Permission.objects.filter(content_type__app_label="wagtailcore", codename=codename).first()
        if right is not None:
            GroupPagePermission.objects.get_or_create(group=editors, page=root, permission=right)
    files = Collection.objects.filter(depth=1).first()
    for app, model, codenames in _FILE_RIGHTS if files is not None else ():
        for right in Permission.objects.filter(
            content_type__app_label=app, content_type__model=model, codename__in=codenames
        ):
            GroupCollectionPermission.objects.get_or_create(group=editors, collection=files, permission=right)
