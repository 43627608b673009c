"""What there is to be visited, in the same order wherever the same program is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.prove.handlers import Handler, exported_handlers, registering
from isolint.prove.roles import path_role, role_of

MODULE_LEVEL = "<module>"

Task = Handler | FunctionRef | tuple[FunctionRef, Role]
"""What is visited: an exported handler, all that a function registers, or a function in its role."""


def all_tasks(program: Program) -> tuple[Task, ...]:
    """Handlers that files export, the functions that register some, and all functions in their roles."""
    return (*exported_handlers(program), *_registering(program), *_roles(program))


def helper(task: Task) -> FunctionRef | None:
    """The function that is visited as a helper, None for entry points."""
    if isinstance(task, Handler | FunctionRef):
        return None
    ref, role = task
    return ref if role is Role.HELPER else None


def path_of(task: Task) -> str:
    """The file that a task stands in."""
    if isinstance(task, Handler | FunctionRef):
        return task.path
    return task[0].path


def names_of(tasks: Sequence[Task]) -> list[str]:
    """A name for each task that it has in another program too, as long as the text of its file is the same."""
    found: Counter[str] = Counter()
    names = []
    for task in tasks:
        name = _name_of(task)
        found[name] += 1
        names.append(f"{name} {found[name]}")
    return names


def _name_of(task: Task) -> str:
    if isinstance(task, Handler):
        return f"exported {task.path} {task.at}"
    if isinstance(task, FunctionRef):
        return f"registering {task.path} {task.qualname}"
    ref, role = task
    return f"{role} {ref.path} {ref.qualname}"


def _registering(program: Program) -> Iterator[Task]:
    return (ref for ref in registering(program) if path_role(ref.path) is None)


def _roles(program: Program) -> Iterator[Task]:
    for ref, function in program.functions():
        if ref.qualname != MODULE_LEVEL and not function.parent:
            yield ref, role_of(program, ref, function)
