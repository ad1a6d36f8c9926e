"""The sentences that the composer's scripts show, by key. `{name}` places are filled in by the script."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def writing_words() -> dict[str, str]:
    """All of them, in the active language."""
    return {
        "count": _("%(count)s of %(limit)s characters") % {"count": "{n}", "limit": "{max}"},
        "bold": _("bold text"),
        "italic": _("emphasised text"),
        "link": _("link text"),
        "item": _("list item"),
        "quote": _("quoted words"),
        "code": _("code"),
        "spoiler": _("hidden words"),
        "column": _("Column"),
        "draftSaved": _("Saved %(time)s") % {"time": "{time}"},
        "draft": _("Saved on this device only"),
        "draftNot": _("Not saved"),
        "draftElsewhere": _("Published or discarded on another device"),
        "restored": _("Your draft is back"),
        "noPreview": _("The preview could not be fetched. Your words are still here."),
        "previewRests": _("The preview rests for a moment. Your words are still here."),
        "offline": _("Not sent: the line seems to be down. Nothing was lost; please try again."),
        # Completion of names and signs.
        "people": _("People"),
        "signs": _("Emoji"),
        "inThread": _("in this thread"),
        "choicesOne": ngettext("%(count)s suggestion", "%(count)s suggestions", 1) % {"count": 1},
        "choices": ngettext("%(count)s suggestion", "%(count)s suggestions", 2) % {"count": "{n}"},
        # Pictures and files.
        "files": _("Pictures and files"),
        "pastedPicture": _("Pasted picture"),
        "uploading": _("%(name)s is on its way") % {"name": "{name}"},
        "uploadOf": _("%(done)s of %(total)s") % {"done": "{done}", "total": "{total}"},
        "uploadDone": _("%(name)s stands in your text.") % {"name": "{name}"},
        "uploadFailed": _("This file could not be taken. Your words are still here."),
        "uploadLost": _(
            "This picture could not be read, so it does not stand in your text any more. Please choose another one."
        ),
        "filesLater": _("Pictures and files can be added once you have joined, before it is published."),
        "uploadAgain": _("Try %(name)s again") % {"name": "{name}"},
        "uploadStop": _("Stop %(name)s") % {"name": "{name}"},
        "uploadRemove": _("Take %(name)s out of the text") % {"name": "{name}"},
        "uploadsWaitOne": ngettext(
            "%(count)s file is on its way. Your text goes as soon as it is there.",
            "%(count)s files are on their way. Your text goes as soon as they are there.",
            1,
        )
        % {"count": 1},
        "uploadsWait": ngettext(
            "%(count)s file is on its way. Your text goes as soon as it is there.",
            "%(count)s files are on their way. Your text goes as soon as they are there.",
            2,
        )
        % {"count": "{n}"},
        "uploadsStopped": _("Stopped. Your text was not sent: it waits for you."),
        "altLabel": _("What is to be seen?"),
        "altWhy": _("For those who cannot see it"),
        "filesOf": _("%(count)s of %(limit)s files in this text") % {"count": "{n}", "limit": "{max}"},
        "tooManyFiles": _("One text takes at most %(limit)s files.") % {"limit": "{max}"},
        # Animations.
        "motionPlay": _("Play"),
        "motionStop": _("Pause"),
        # The reply box.
        "quoteThis": _("Quote"),
        "quotedOne": ngettext("%(count)s quote in your reply", "%(count)s quotes in your reply", 1)
        % {"count": 1},
        "quoted": ngettext("%(count)s quote in your reply", "%(count)s quotes in your reply", 2)
        % {"count": "{n}"},
    }
