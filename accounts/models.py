"""People, the lines they belong to, settings with history, and the audit trail."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class BusinessLine(models.Model):
    """A business department's field, such as 信用卡中心; entries are owned by one."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("business line")
        verbose_name_plural = _("business lines")

    def __str__(self) -> str:
        return self.name


class Agent(AbstractUser):
    """Anybody with an account, whatever their roles. Deactivated when they leave, never deleted."""

    display_name = models.CharField(_("name"), max_length=100, blank=True)
    lines = models.ManyToManyField(
        BusinessLine, related_name="people", blank=True, verbose_name=_("business lines")
    )
    supervisor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="team", verbose_name=_("supervisor")
    )
    language = models.CharField(_("language"), max_length=7, blank=True)
    is_demo = models.BooleanField(_("demo account"), default=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [("publish_unsigned", _("May publish without sign-off"))]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held, read once per request."""
        known = set(Role.values)
        names = self.groups.values_list("name", flat=True)
        return frozenset(Role(name) for name in names if name in known)

    @cached_property
    def line_ids(self) -> frozenset[int]:
        """The business lines belonged to, read once per request."""
        return frozenset(self.lines.values_list("pk", flat=True))

    def has_role(self, *wanted: Role) -> bool:
        """Whether at least one of these roles is held."""
        return not self.roles.isdisjoint(wanted)


class SettingValue(models.Model):
    """One value a setting had from a moment on; the newest is in force, the others are its history."""

    name = models.CharField(max_length=64)
    value = models.JSONField()
    set_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["name", "-id"], name="setting_newest")]


class AuditRow(models.Model):
    """One act that changed knowledge, people or settings. The web role can insert and read, nothing else."""

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["at"], name="audit_at"),
        ]
