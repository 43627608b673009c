"""The file that a rule of one's own begins as: complete, with examples that pass."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from isolint.engine.choose import known_rules
from isolint.engine.project import find_project
from isolint.engine.settings import load_settings
from isolint.errors import UsageError
from isolint.model.rule import Rule
from isolint.rules.read import ID_FORM, NAME_FORM

FOLDER = "lint"
PREFIX = "OWN"
_NAME = re.compile(NAME_FORM)

_ID = re.compile(ID_FORM)

_MODELS = """\
          from fastapi import APIRouter, Depends
          from sqlalchemy import ForeignKey, delete, update
          from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

          from auth import current_user
          from db import get_session

          router = APIRouter()


          class Base(DeclarativeBase): ...


          class Organization(Base):
              __tablename__ = "organization"
              id: Mapped[int] = mapped_column(primary_key=True)


          class Invoice(Base):
              __tablename__ = "invoice"
              id: Mapped[int] = mapped_column(primary_key=True)
              organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
              deleted: Mapped[bool]


          @router.delete("/invoices")
          def remove_invoices(session: Session = Depends(get_session), user=Depends(current_user)):
"""

_TEXT = f"""\
id: {{id}}
name: {{name}}  # reads after "allow"
severity: medium
confidence: high
since: 0.1.0
summary: A route deletes rows of a tenant for good
why: >-
  Say what goes wrong, and for whom. This one is an example to be replaced: a customer who deletes by mistake asks for
  the rows back, and there is nothing left to give.
fix: Say what to write instead. Mark the rows as deleted.
message: "{{{{table}}}} is deleted for good in {{{{function}}}}"
# All keys must hold, of a list one value. `isolint rules test` tells what an example is judged as.
match:
  verdict: scoped        # unscoped deletes are reported by ISO103
  operation: delete
  role: route
examples:
  bad:
    - title: Rows are deleted
      line: 28
      code: |
{_MODELS}\
              session.execute(delete(Invoice).where(Invoice.organization_id == user.organization_id))
  good:
    - title: Rows are marked
      code: |
{_MODELS}\
              own = Invoice.organization_id == user.organization_id
              session.execute(update(Invoice).where(own).values(deleted=True))
"""


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule file to be written. `listed` tells whether the configuration names it already."""

    file: Path
    text: str
    listed: bool


def new_rule(name: str, output: str = "", id: str = "") -> NewRule:
    """A rule file of the project around the current folder, with the next free id unless one is given.

    Raises UsageError for a name that cannot be one, and when a rule or the file is there already.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a rule's name: write words with hyphens, such as hard-delete")
    if id and not _ID.fullmatch(id):
        raise UsageError(f"{id!r} cannot be a rule's id: write it like ACME001")
    project = find_project((".",))
    settings = load_settings(project.config)
    known = known_rules(settings.rules, project.root, settings.path)
    taken = next((rule for rule in known if name == rule.name or (id and id == rule.id)), None)
    if taken is not None:
        raise UsageError(f"{taken.origin} is called {taken.id} {taken.name}: choose another name or id")
    file = Path(output) if output else project.root / FOLDER / f"{name}.yaml"
    listed = any(file.resolve() in _matching(project.root, glob, file) for glob in settings.rules.files)
    return NewRule(file, _TEXT.format(id=id or _free(known), name=name), listed)


def _matching(root: Path, glob: str, file: Path) -> tuple[Path, ...]:
    """The file itself when a glob of the configuration would find it."""
    inside = file.resolve().is_relative_to(root) and file.resolve().relative_to(root).match(glob)
    return (file.resolve(),) if inside else ()


def _free(known: Iterable[Rule]) -> str:
    used = {rule.id for rule in known}
    return next(id for number in range(1, 1000) if (id := f"{PREFIX}{number:03}") not in used)
