"""The tree that entries are filed in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """One place in the tree; ``path`` is its address from the root, names joined by ``/``."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=100)
    path = models.CharField(max_length=500, unique=True)
    ancestor_ids = ArrayField(models.BigIntegerField(), default=list)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["path"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_in_parent"),
            models.CheckConstraint(
                condition=~models.Q(name__contains="/"), name="category_name_without_slash"
            ),
        ]

    def __str__(self) -> str:
        return self.path
