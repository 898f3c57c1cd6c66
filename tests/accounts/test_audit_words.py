"""Every act that any room records has words, and every kind of subject is one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from accounts.audit_words import ACTS, SUBJECTS
from faq.models import Purpose, Verdict
from inquiries.models import Message
from kb.messages import ROOMS
from reports.models import Proposal

WRITERS = {"audit.record", "audit.record_all"}
FAMILIES = {"inquiry", "proposal", "request", "revision"}  # acts whose last word is a value of the program
NAMES_AN_ACT = re.compile(rf"({'|'.join(FAMILIES)})\.[a-z_]+")


def trees() -> Iterator[ast.AST]:
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "audit" in text and path.name != "audit_words.py":
                yield ast.parse(text)


def recorded() -> Iterator[ast.expr]:
    """What stands as the act wherever the trail is written."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS:
                yield node.args[1]


def test_every_act_written_out_has_words() -> None:
    acts = {str(act.value) for act in recorded() if isinstance(act, ast.Constant)}
    assert len(acts) > 60
    assert not acts - ACTS.keys()


def test_every_act_put_together_has_words() -> None:
    families = {str(act.values[0].value) for act in recorded() if isinstance(act, ast.JoinedStr)}  # type: ignore[attr-defined]
    assert families == {f"{family}." for family in FAMILIES}
    literal = {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAMES_AN_ACT.fullmatch(node.value)
    }
    put_together = {
        *(f"inquiry.{kind}" for kind in Message.Kind),
        *(f"proposal.{state}" for state in set(Proposal.State) - {Proposal.State.GONE}),
        *(f"request.{purpose}" for purpose in set(Purpose) - {Purpose.TEXT}),
        *(f"revision.{verdict}" for verdict in Verdict),
        "request.done",
        "request.discarded",
    }
    assert not (literal | put_together) - ACTS.keys()


def test_words_are_of_acts_that_are_recorded() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py")
        if path.name != "audit_words.py"
    )
    unknown = [act for act in ACTS if act.partition(".")[0] not in FAMILIES and f'"{act}"' not in code]
    assert not unknown


@pytest.mark.parametrize("kind", SUBJECTS)
def test_every_kind_of_subject_is_a_model(kind: str) -> None:
    assert apps.get_model(kind)._meta.label_lower == kind
