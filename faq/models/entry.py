"""Entries as agents meet them, and which of them a person may see."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models.category import Category


def new_external_id() -> str:
    """A name for an entry written here; random, so that it means nothing in another house's file."""
    return f"wq-{uuid4().hex[:16]}"


class Kind(models.TextChoices):
    FAQ = "faq", _("FAQ")
    PRODUCT = "product", _("Product")
    RULE = "rule", _("Rule")
    POLICY = "policy", _("Policy")
    CAMPAIGN = "campaign", _("Campaign")
    SCRIPT = "script", _("Script")
    EMERGENCY_PLAN = "emergency_plan", _("Emergency plan")


class EntryState(models.TextChoices):
    """Where an entry stands; whether a published one is in force depends on the clock as well."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Source(models.Model):
    """Where information came from: a notice, a campaign's rules, a page."""

    title = models.CharField(_("title"), max_length=300)
    link = models.URLField(_("link"), max_length=500, blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["title", "link", "dated_on"], name="source_once"),
            models.UniqueConstraint(
                fields=["title", "link"], condition=Q(dated_on__isnull=True), name="source_undated_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


def _in_force(at: datetime | None) -> Q:
    moment: Any = at or Now()
    return (
        Q(state=EntryState.PUBLISHED)
        & (Q(valid_from__isnull=True) | Q(valid_from__lte=moment))
        & (Q(valid_until__isnull=True) | Q(valid_until__gt=moment))
    )


def _expired(at: datetime | None) -> Q:
    return Q(state=EntryState.PUBLISHED, valid_until__lte=at or Now())


def _being_written() -> Q:
    """Never published, and a draft is open; when that is discarded there is nothing to read of it."""
    drafts = apps.get_model("faq", "Revision").objects.open().filter(entry=OuterRef("pk"))
    return Q(Exists(drafts), state=EntryState.DRAFT)


def _not_out_yet(at: datetime | None) -> Q:
    """Being written, or published for later; an entry whose only draft was discarded is neither."""
    return _being_written() | Q(state=EntryState.PUBLISHED, valid_from__gt=at or Now())


class EntryQuerySet(models.QuerySet["Entry"]):
    """Which entries; every list, search, suggestion and answer goes through these verbs."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Published and inside their validity at that moment; without one, by the database's clock."""
        return self.filter(_in_force(at))

    def visible_to(self, person: Agent, at: datetime | None = None) -> Self:
        """What this person may read at all: see product.md §1, "Who reads what".

        Restricted entries are for people of their lines. Withdrawn and expired: supervisors and auditors.
        Drafts, and what is published but not valid yet: their authors, experts of the lines concerned,
        call-centre experts, information administrators.
        """
        if not person.is_active:
            return self.none()
        allowed = _in_force(at)
        if permissions.may_see_out_of_force(person):
            allowed |= Q(state=EntryState.WITHDRAWN) | _expired(at)
        if permissions.may_see_all_drafts(person):
            allowed |= _not_out_yet(at)
        else:
            wrote = Entry.objects.filter(pk=OuterRef("pk"), revisions__authors=person)
            mine = Q(created_by=person) | Q(Exists(wrote))
            if permissions.may_see_drafts_of_own_lines(person):
                mine |= Q(concerned_line_ids__overlap=sorted(person.line_ids))
            allowed |= _not_out_yet(at) & mine
        return self.filter(allowed).unrestricted_for(person)

    def listed_for(self, person: Agent) -> Self:
        """What the list of entries shows this person: what they see, and whatever they keep valid.

        Who reads every text of an entry (`RevisionQuerySet.readable_by`) finds it here when it is expired or
        withdrawn too, for somebody has to lengthen or restore it.
        """
        if not person.is_active:
            return self.none()
        seen = self.visible_to(person)
        kept = ~Q(state=EntryState.DRAFT) | _being_written()
        if permissions.may_see_all_drafts(person):
            return self.unrestricted_for(person).filter(kept)
        if permissions.may_see_drafts_of_own_lines(person):
            own = self.filter(concerned_line_ids__overlap=sorted(person.line_ids)).filter(kept)
            return seen | own
        return seen

    def with_text(self) -> Self:
        """Those with something to read: of a new entry whose draft was discarded only its name is left."""
        return self.filter(Q(live_revision__isnull=False) | _being_written())

    def kept_by(self, person: Agent) -> Self:
        """What this person answers for: what they review and what their lines own.

        Information administrators answer for all lines' entries.
        """
        if not permissions.may_write_entries(person):
            return self.none()
        kept = self.unrestricted_for(person)
        if person.has_role(Role.INFORMATION_ADMINISTRATOR):
            return kept
        mine = Q(review_owner=person)
        if person.has_role(Role.BUSINESS_EXPERT):
            mine |= Q(line__in=sorted(person.line_ids))
        return kept.filter(mine)

    def review_due(self) -> Self:
        """The day of their review has come, by the database's clock in the site's zone."""
        return self.filter(review_due_on__lte=TruncDate(Now()))

    def unrestricted_for(self, person: Agent) -> Self:
        """Leave out restricted entries of lines this person does not belong to."""
        return self.filter(Q(is_restricted=False) | Q(concerned_line_ids__overlap=sorted(person.line_ids)))

    def findable_by(self, person: Agent, at: datetime | None = None) -> Self:
        """What a search, a list or a suggestion may show this person: in force and not closed to them."""
        if not person.is_active:
            return self.none()
        return self.in_force(at).unrestricted_for(person)

    def of_line(self, code: str) -> Self:
        """Owned by the line of that code, or concerning it."""
        line = BusinessLine.objects.filter(code=code).values("pk")
        return self.filter(concerned_line_ids__overlap=ArraySubquery(line))

    def in_category_order(self) -> Self:
        """As a category lists them; what has not been given a place in it yet (0) stands last."""
        return self.order_by(ExpressionWrapper(Q(position=0), models.BooleanField()), "position", "pk")

    def changed_between(self, since: datetime, until: datetime) -> Self:
        """What came into force, changed, expired or was withdrawn after ``since`` and up to ``until``."""
        went = Q(state=EntryState.WITHDRAWN, withdrawn_at__gt=since, withdrawn_at__lte=until)
        came = Q(changed_at__gt=since, changed_at__lte=until) | Q(valid_from__gt=since)
        expired = Q(valid_until__gt=since, valid_until__lte=until)
        is_out = Q(valid_from__isnull=True) | Q(valid_from__lte=until)
        return self.filter(went | (Q(state=EntryState.PUBLISHED) & is_out & (came | expired)))


class Entry(models.Model):
    """One standard question with its answer.

    The text lives in revisions. ``kind``, ``line``, ``concerned_line_ids`` (the owning line and the others
    concerned) and the validity repeat the live revision's, or the first draft's, so that lists and filters
    read one row; publishing and drafting keep them equal. Only a validity that was shortened at once ends
    before the live revision's. ``published_at`` is when the entry first came out, ``changed_at`` when what
    agents read of it last changed.
    """

    external_id = models.CharField(
        _("external id"), max_length=100, unique=True, blank=True, default=new_external_id
    )
    state = models.CharField(max_length=16, choices=EntryState, default=EntryState.DRAFT)
    live_revision = models.OneToOneField(
        "faq.Revision", models.PROTECT, null=True, blank=True, related_name="live_entry"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.FAQ)
    line = models.ForeignKey(
        BusinessLine, models.PROTECT, related_name="entries", verbose_name=_("owning line")
    )
    concerned_line_ids = ArrayField(models.BigIntegerField(), default=list)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("category")
    )
    position = models.PositiveIntegerField(default=0)
    is_restricted = models.BooleanField(_("restricted"), default=False)
    keywords = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, verbose_name=_("keywords")
    )
    related = models.ManyToManyField("self", blank=True, symmetrical=False, verbose_name=_("related entries"))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("source")
    )
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    review_due_on = models.DateField(_("review due"), null=True, blank=True)
    review_owner = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible for the review"),
    )
    is_unsigned = models.BooleanField(_("imported, not yet signed"), default=False)
    created_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Entry"]] = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["state", "category", "position"], name="entry_in_category"),
            models.Index(fields=["-changed_at"], name="entry_changed"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="entry_ending"),
            models.Index(
                fields=["review_due_on"], condition=Q(review_due_on__isnull=False), name="entry_review_due"
            ),
            models.Index(fields=["live_revision"], condition=Q(is_unsigned=True), name="entry_unsigned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="entry_validity_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state=EntryState.DRAFT) | Q(live_revision__isnull=False),
                name="entry_published_has_text",
            ),
            models.CheckConstraint(condition=~Q(external_id=""), name="entry_has_external_id"),
            models.CheckConstraint(
                condition=~Q(state=EntryState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="entry_withdrawn_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.live_revision.question if self.live_revision else f"#{self.pk}"

    def is_in_force(self, at: datetime) -> bool:
        """The same as ``EntryQuerySet.in_force``, for one row."""
        return (
            self.state == EntryState.PUBLISHED
            and (self.valid_from is None or self.valid_from <= at)
            and (self.valid_until is None or self.valid_until > at)
        )

    def is_open_to(self, line_ids: Collection[int]) -> bool:
        """The same as ``EntryQuerySet.unrestricted_for`` of a person with these lines, for one row."""
        return not self.is_restricted or not set(line_ids).isdisjoint(self.concerned_line_ids)


class SimilarQuestion(models.Model):
    """Another wording callers use for an entry's question, and who or what added it."""

    class Origin(models.TextChoices):
        PERSON = "person", _("Person")
        IMPORT = "import", _("Import")
        LEARNED = "learned", _("Learned from calls")
        COMBINED = "combined", _("From a combined entry")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="similar_questions")
    text = models.CharField(_("text"), max_length=500)
    position = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.PERSON)
    added_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("similar question")
        verbose_name_plural = _("similar questions")
        constraints = [models.UniqueConstraint(fields=["entry", "text"], name="similar_question_once")]

    def __str__(self) -> str:
        return self.text


class FeatureQuerySet(models.QuerySet["Feature"]):
    """Which entries are pinned on the hot list."""

    def running(self, line_ids: Collection[int], at: datetime) -> Self:
        """Those for everybody or for these lines, at that moment; in the order of the hot list."""
        chosen = self.filter(Q(line=None) | Q(line__in=list(line_ids)), starts_at__lte=at)
        return chosen.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("position", "pk")


class Feature(models.Model):
    """An entry pinned on the hot list for a while, for everybody or for one line."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="features")
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True, blank=True)
    featured_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Feature"]] = FeatureQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="feature_once_per_line"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(line__isnull=True), name="feature_once_for_all"
            ),
        ]
