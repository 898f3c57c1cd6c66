# mypy: disable-error-code="no-untyped-call"
"""Rows in the states tests need them in, named by that state; entries are made by faq's own services.

Use them as ``PublishedEntryFactory.create(question=...)``: `create` is what is typed.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from factory.base import Factory
from factory.declarations import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Category, Entry, Revision
from faq.services import drafting, publishing, reviewing


class BusinessLineFactory(DjangoModelFactory[BusinessLine]):
    class Meta:
        model = BusinessLine

    code = Sequence(lambda n: f"LINE{n}")
    name = Sequence(lambda n: f"业务线{n}")


class PersonFactory(DjangoModelFactory[Agent]):
    """Somebody without a role; ``lines=[...]`` says which business lines they belong to."""

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n}")
    display_name = Sequence(lambda n: f"员工{n}")

    @classmethod
    def _create(cls, model_class: type[Agent], *args: Any, **kwargs: Any) -> Agent:  # noqa: ARG003
        lines = kwargs.pop("lines", [])
        roles = kwargs.pop("roles", [])
        password = kwargs.pop("password", "a-good-password")
        person = model_class.objects.create_user(password=password, **kwargs)
        person.lines.set(lines)
        # A test with committed transactions empties every table, the groups of the migration too.
        person.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
        return person


class AgentFactory(PersonFactory):
    roles = (Role.AGENT,)


class InformationAdministratorFactory(PersonFactory):
    roles = (Role.INFORMATION_ADMINISTRATOR,)


class CallCentreExpertFactory(PersonFactory):
    roles = (Role.CALL_CENTRE_EXPERT,)


class BusinessExpertFactory(PersonFactory):
    roles = (Role.BUSINESS_EXPERT,)


class SupervisorFactory(PersonFactory):
    roles = (Role.SUPERVISOR,)


class AuditorFactory(PersonFactory):
    roles = (Role.AUDITOR,)


class SystemAdministratorFactory(PersonFactory):
    roles = (Role.SYSTEM_ADMINISTRATOR,)


class FirstLoaderFactory(InformationAdministratorFactory):
    """An information administrator who may publish without sign-off."""

    @classmethod
    def _create(cls, model_class: type[Agent], *args: Any, **kwargs: Any) -> Agent:
        person = super()._create(model_class, *args, **kwargs)
        person.user_permissions.add(Permission.objects.get(codename="publish_unsigned"))
        return person


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name = Sequence(lambda n: f"分类{n}")
    path = SelfAttribute("name")


_TEXT = {
    "lines_concerned",
    "kind",
    "key_points",
    "answer",
    "script",
    "valid_from",
    "valid_until",
    "variants",
}


class DraftEntryFactory(Factory[Entry]):
    """An entry whose first draft is open; takes what `drafting.create_entry` and `drafting.Text` take."""

    class Meta:
        model = Entry

    question = Sequence(lambda n: f"信用卡丢了怎么办（{n}）")
    line = SubFactory(BusinessLineFactory)
    by = SubFactory(InformationAdministratorFactory)

    @classmethod
    def _create(cls, model_class: type[Entry], *args: Any, **kwargs: Any) -> Entry:  # noqa: ARG003
        words = {name: kwargs.pop(name) for name in _TEXT & kwargs.keys()}
        text = drafting.Text(kwargs.pop("question"), kwargs.pop("line"), **words)
        return drafting.create_entry(text, **kwargs).entry


class PublishedEntryFactory(DraftEntryFactory):
    """An entry whose text is live; in force when its validity says so."""

    @classmethod
    def _create(cls, model_class: type[Entry], *args: Any, **kwargs: Any) -> Entry:
        draft = super()._create(model_class, *args, **kwargs)
        return publishing.publish(draft.revisions.get(), by=kwargs["by"])


class WithdrawnEntryFactory(PublishedEntryFactory):
    @classmethod
    def _create(cls, model_class: type[Entry], *args: Any, **kwargs: Any) -> Entry:
        entry = super()._create(model_class, *args, **kwargs)
        return publishing.withdraw(entry, by=kwargs["by"], reason="已停办")


class RevisionInReviewFactory(Factory[Revision]):
    """A submitted draft; takes what DraftEntryFactory takes."""

    class Meta:
        model = Revision

    @classmethod
    def _create(cls, model_class: type[Revision], *args: Any, **kwargs: Any) -> Revision:  # noqa: ARG003
        entry = DraftEntryFactory.create(**kwargs)
        return reviewing.submit(entry.revisions.get(), by=entry.created_by)


def at(text: str) -> datetime:
    """A moment as the tests write it, ``2026-03-01T10:32:00+08:00``."""
    return datetime.fromisoformat(text)
