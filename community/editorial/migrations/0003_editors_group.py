"""What members in the editor role may do in the CMS: write, publish and keep pictures. Administrators may everything."""

from django.db import migrations

PICTURE_RIGHTS = {"add_picture": "Can add picture", "change_picture": "Can change picture",
                  "delete_picture": "Can delete picture", "choose_picture": "Can choose picture"}  # fmt: skip
PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    PageRight = apps.get_model("wagtailcore", "GroupPagePermission")
    CollectionRight = apps.get_model("wagtailcore", "GroupCollectionPermission")

    # Wagtail's second group would look like the community's moderators, whose place is not the CMS.
    Group.objects.filter(name="Moderators").delete()
    editors, _created = Group.objects.get_or_create(name="Editors")

    def permission(app_label, model, codename, name):
        kind, _created = ContentType.objects.get_or_create(app_label=app_label, model=model)
        found, _created = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        return found

    editors.permissions.add(permission("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"))
    root = Page.objects.get(depth=1)
    for codename in PAGE_RIGHTS:
        right = permission("wagtailcore", "page", codename, codename.replace("_", " ").capitalize())
        PageRight.objects.get_or_create(group=editors, page=root, permission=right)
    top = Collection.objects.get(depth=1)
    for codename, name in PICTURE_RIGHTS.items():
        right = permission("editorial", "picture", codename, name)
        CollectionRight.objects.get_or_create(group=editors, collection=top, permission=right)


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0002_first_pages"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
