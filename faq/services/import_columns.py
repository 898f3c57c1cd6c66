"""Which field each column of somebody's file is: told by them, remembered from last time, or guessed."""

import hashlib
from collections.abc import Mapping, Sequence

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import Agent
from faq.exchange import BY_NAME, LEFT_OUT
from faq.exchange.guessing import guess
from faq.models import ColumnMap
from kb.lib.errors import RuleBrokenError


def columns_for(person: Agent, header: Sequence[str]) -> dict[str, str]:
    """The fields of these columns as far as they are known; a column that is not can be told."""
    remembered = ColumnMap.objects.filter(person=person, header=_name_of(header)).first()
    if remembered is None:
        return guess(header)
    known = {"": LEFT_OUT} | {name: name for name in BY_NAME}
    return {name: field for name, field in remembered.fields.items() if field in known and name in header}


def remember(person: Agent, header: Sequence[str], fields: Mapping[str, str]) -> None:
    """Know these columns again the next time this person brings a file with this header.

    Raises RuleBrokenError on a field that is none, or one for two columns.
    """
    wanted = {name: fields[name] for name in header if name in fields}
    given = [field for field in wanted.values() if field != LEFT_OUT]
    if not set(given) <= BY_NAME.keys():
        raise RuleBrokenError(_("There is no such field."))
    twice = [field for field in given if given.count(field) > 1]
    if twice:
        raise RuleBrokenError(
            _("Two columns cannot be the same field: %(field)s.") % {"field": sorted(set(twice))[0]}
        )
    ColumnMap.objects.update_or_create(
        person=person, header=_name_of(header), defaults={"fields": wanted, "used_at": Now()}
    )


def _name_of(header: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(header).encode(errors="replace")).hexdigest()
