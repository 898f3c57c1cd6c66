"""Files beside an inquiry. Their names are masked as every text is; their bytes are never changed."""

import secrets
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from faq import file_types
from inquiries.models import Inquiry, InquiryFile
from inquiries.services.locking import lock
from kb.lib.errors import RuleBrokenError
from kb.lib.masking import mask

MOST_FILES = 10


@transaction.atomic
def attach(inquiry: Inquiry, name: str, content: bytes, *, by: Agent) -> InquiryFile:
    """Keep a file for who asked and who works on it. The same bytes again are the same row.

    Locks the inquiry. Raises RuleBrokenError when it is closed, ``by`` neither asked nor works on it, there
    are too many files, or its bytes are of no type we take or its name says another.
    """
    inquiry = lock(inquiry)
    _check(inquiry, by)
    try:
        file_type = file_types.recognise(name, content)
    except ValueError as refused:
        raise RuleBrokenError(str(refused)) from refused
    tidied = file_types.tidy_name(masked_name(name), file_type)  # it cuts: half a number hides from masking
    digest = sha256(content).hexdigest()
    kept = inquiry.files.defer("content")
    if same := kept.filter(sha256=digest).first():
        return same
    if kept.count() >= MOST_FILES:
        raise RuleBrokenError(_("An inquiry has at most %(most)s files.") % {"most": MOST_FILES})
    file = InquiryFile.objects.create(
        inquiry=inquiry,
        key=secrets.token_urlsafe(32),
        name=masked_name(tidied),
        content_type=file_type.content_type,
        size=len(content),
        sha256=digest,
        content=content,
        added_by=by,
    )
    audit.record(by, "inquiry.file_added", inquiry, file=file.pk, name=file.name, sha256=digest)
    return file


def masked_name(name: str) -> str:
    """A file's name without a caller's numbers, also where an underscore parts their digits.

    A star may stand in no name, so a cross does.
    """
    masked = mask(name.replace("_", " "))
    characters = zip(name, masked, strict=True)
    return "".join("x" if seen == "*" else character for character, seen in characters)


def _check(inquiry: Inquiry, by: Agent) -> None:
    if inquiry.state == Inquiry.State.CLOSED:
        raise RuleBrokenError(_("This question was closed meanwhile."))
    takes_part = Inquiry.objects.filter(pk=inquiry.pk)
    if not (takes_part.asked_by(by).exists() or takes_part.worked_by(by).exists()):
        raise RuleBrokenError(_("Files are added by who asked and who works on it."))
