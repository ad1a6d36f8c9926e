"""What the files' room does when somebody states a fact."""

from __future__ import annotations

from community.core.facts import reacts, records
from community.files import actions, store
from community.files.facts import UploadCovered, UploadGone
from community.files.models import Upload
from community.members.facts import ImportedMemberClaimed


@reacts(UploadGone, name="files.clear_away", atomic=False)
def clear_away(fact: UploadGone) -> None:
    actions.clear_away(upload_id=fact.upload_id)


@reacts(UploadCovered, name="files.drop_uncovered", atomic=False)
def drop_uncovered(fact: UploadCovered) -> None:
    """Once more, for a process that died between the row and the deletion. Harmless to repeat."""
    upload = Upload.objects.filter(pk=fact.upload_id).exclude(mark=fact.before).first()
    if upload is not None:
        store.drop(*store.names_of(upload, fact.before))


@records(ImportedMemberClaimed)
def move_uploads(fact: ImportedMemberClaimed) -> None:
    """Whoever claims an imported account brings what they uploaded so far."""
    Upload.objects.filter(owner_id=fact.claimant_id).update(owner_id=fact.imported_id)
