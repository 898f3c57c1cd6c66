"""What a report proposes, and what became of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models import Category, Entry


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Which proposals; the page goes through these verbs."""

    def open_to(self, person: Agent) -> Self:
        """Leave out what is about restricted entries of lines this person does not belong to."""
        entries = Entry.objects.filter(Q(pk=OuterRef("entry")) | Q(pk=OuterRef("other")), is_restricted=True)
        closed = entries.exclude(concerned_line_ids__overlap=sorted(person.line_ids))
        return self.filter(~Exists(closed))


class Proposal(models.Model):
    """One suggested change of the reshuffle (product.md §6).

    ``key`` names what it is about, such as ``combine:12:57``, and is open once at a time; one dismissed comes
    back only when ``weight`` (its hits or calls) has doubled. ``evidence`` is what the rule saw, as plain
    values; ``change`` what is proposed, ``chosen`` what was accepted instead. ``applied`` tells by field what
    was before and after, and what drafts were made, so that it can be undone at any time.
    """

    class Kind(models.TextChoices):
        REORDER = "reorder", _("Re-order")
        FEATURE = "feature", _("Feature")
        MOVE = "move", _("Move")
        COMBINE = "combine", _("Combine")
        SPLIT = "split", _("Split")
        RETIRE = "retire", _("Retire")
        WRITE = "write", _("Write")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LATER = "later", _("Later")
        ACCEPTED = "accepted", _("Accepted")
        DISMISSED = "dismissed", _("Dismissed")
        UNDONE = "undone", _("Undone")
        GONE = "gone", _("No longer true")

    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=100)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    month = models.DateField()
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, related_name="+")
    gap_key = models.CharField(max_length=24, blank=True)
    weight = models.PositiveIntegerField(default=0)
    evidence = models.JSONField(default=dict)
    change = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    applied = models.JSONField(default=dict)
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    undone_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Proposal"]] = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-weight", "pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [
            models.Index(fields=["state", "kind", "-weight"], name="proposal_by_state"),
            models.Index(fields=["key", "-id"], name="proposal_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["open", "later"]), name="proposal_open_once"
            )
        ]


UNDECIDED = [Proposal.State.OPEN, Proposal.State.LATER]
