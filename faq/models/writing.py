"""What stands beside a text while it is written: files, and what the browser has not sent yet."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq.models.entry import Entry
from faq.models.revision import Revision


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Which files; a file is as readable as the texts that carry it, and no more."""

    def readable_by(self, person: Agent) -> Self:
        """Files of a text that is live in an entry this person may read now, or of a text they may read."""
        carried = Revision.attachments.through.objects.filter(attachment=OuterRef("pk"))
        live = Entry.objects.visible_to(person).filter(live_revision=OuterRef("revision"))
        texts = Revision.objects.readable_by(person).filter(pk=OuterRef("revision"))
        return self.filter(Exists(carried.filter(Exists(live) | Exists(texts))))

    def without_content(self) -> Self:
        """For lists: up to 10 MB each stay in the database."""
        return self.defer("content")


class Attachment(models.Model):
    """A file that belongs to an entry; which texts carry it say their revisions. Its bytes never change.

    ``key`` is the random name in its address, ``content_type`` what its bytes are, never what was claimed.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=43, unique=True)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Attachment"]] = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """What people call its type, ``PDF``: the name's ending, which agrees with the bytes."""
        return self.name.rpartition(".")[2].upper()


class Autosave(models.Model):
    """What one person has typed into a draft's form and not saved; without ``revision`` a new entry's.

    ``values`` are the form's fields as sent, ``seen_at`` the ``changed_at`` of the text it began from.
    """

    person = models.ForeignKey(Agent, models.CASCADE, related_name="autosaves")
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, blank=True, related_name="autosaves")
    values = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "revision"],
                condition=Q(revision__isnull=False),
                name="autosave_one_per_draft",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(revision__isnull=True), name="autosave_one_new"
            ),
        ]
