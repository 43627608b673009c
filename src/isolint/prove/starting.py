"""Work that is started elsewhere: by a pool of threads or processes, or in a thread of its own.

Here alone is decided where a boundary of contexts is crossed (`Frame.boundary`); what is called behind one inherits it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.prove.ambient import made_by, maker
from isolint.prove.evaluate import element_of
from isolint.prove.frame import Boundary
from isolint.prove.given import Given
from isolint.prove.show import show
from isolint.prove.terms import (
    NULL,
    Bound,
    Closed,
    Global,
    Items,
    Literal,
    Mapped,
    Member,
    Pending,
    Record,
    Result,
    Term,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

POOLS = frozenset(
    "concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor "
    "concurrent.futures.thread.ThreadPoolExecutor concurrent.futures.process.ProcessPoolExecutor "
    "multiprocessing.Pool multiprocessing.pool.Pool multiprocessing.pool.ThreadPool multiprocessing.dummy.Pool".split()
)
"""What makes a pool whose workers have contexts of their own."""
COPIES = frozenset({"contextvars.copy_context"})
"""What makes a context in which everything is set that was set when it was made."""
APPLYING = frozenset({"apply", "apply_async"})
MAPPING = frozenset({"map", "imap", "imap_unordered", "map_async"})
IN_POOL = APPLYING | MAPPING | {"submit"}
ON_LOOP = "run_in_executor"
IN_COPY = "run"
THREADS = {"threading.Thread": ("target", 1), "threading.Timer": ("function", 1)}
"""Classes whose instances run a function in a thread of their own, and which argument that is."""

QUEUES = frozenset({"bullmq.Worker", "cron.CronJob"})
"""What calls a function that it is given later, when no request is answered."""


def started(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """`pool.submit(f, x)`, `pool.map(f, xs)`, `loop.run_in_executor(None, f, x)`, `context.run(f, x)`: what the
    function gives; None for any other method.
    """
    from isolint.prove.calling import is_function

    if name not in IN_POOL and name not in {ON_LOOP, IN_COPY}:
        return None
    pool, rest = base, given.positional
    if name == ON_LOOP:
        pool, rest = (rest[0], rest[1:]) if rest else (base, rest)
    if not rest or not is_function(rest[0]):
        return None
    work = rest[0]
    if name == IN_COPY:
        handed = Given(rest[1:], given.keywords, given.at)
        return _begin(run, frame, work, handed, None) if made_by(maker(run, base)) in COPIES else None
    if not _starts_bare(run, pool):
        return None
    boundary = _boundary(run, frame, name, work, given, fresh=False)
    if name in MAPPING:
        for source in rest[1:]:
            run.hand_on(frame, source)
        elements = Given(tuple(element_of(source) for source in rest[1:]), (), given.at)
        value = _begin(run, frame, work, elements, boundary)
        return Mapped(value, rest[1]) if len(rest) > 1 else value
    handed = _applied(rest, given) if name in APPLYING else Given(rest[1:], given.keywords, given.at)
    value = _begin(run, frame, work, handed, boundary)
    return Result(Member(base, name), given.positional, given.keywords) if isinstance(value, Literal) else value


def _starts_bare(run: Run, pool: Term) -> bool:
    """Whether nothing is set where a pool's workers begin, None being a loop's own pool: an initializer may set it."""
    made = maker(run, pool)
    return pool == NULL or (made is not None and made_by(made) in POOLS and "initializer" not in dict(made.keywords))


def in_thread(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    """`Thread(target=f, args=(x,))`, `Timer(60, f)`: the thread; None for any other function."""
    from isolint.prove.calling import is_function

    if name not in THREADS:
        return None
    keyword, index = THREADS[name]
    work = given.keyword(keyword) or (given.positional[index] if len(given.positional) > index else None)
    if work is None or not is_function(work):
        return None
    known = frame.known
    _begin(run, frame, work, _applied((), given), _boundary(run, frame, name, work, given, fresh=True))
    frame.known = known  # it may not even have begun
    for operand in (*given.positional, *(value for _, value in given.keywords)):
        run.hand_on(frame, operand)
    return Result(Global(name), given.positional, given.keywords)


def _applied(rest: tuple[Term, ...], given: Given) -> Given:
    """The arguments that are handed over as a list and a mapping of their own."""
    listed = rest[1] if len(rest) > 1 else given.keyword("args")
    named = given.keyword("kwargs") or given.keyword("kwds")
    keywords = (
        [(k.value, v) for k, v, _ in named.entries if isinstance(k, Literal) and isinstance(k.value, str)]
        if isinstance(named, Record)
        else ()
    )
    return Given(listed.items if isinstance(listed, Items) else (), tuple(keywords), given.at)


def queued(run: Run, frame: Frame, name: str, work: Term, given: Given) -> Boundary | None:
    """The boundary that a queue's worker calls a function behind; None when it may have a context of its own."""
    return _boundary(run, frame, name, work, given, fresh=False) if name in QUEUES else None


def _boundary(run: Run, frame: Frame, name: str, work: Term, given: Given, *, fresh: bool) -> Boundary:
    called = work.function.qualname.rpartition(".")[2] if isinstance(work, Closed | Bound) else show(work)
    shown = f"{name.rpartition('.')[2]}({'…' if called.startswith('<') else called})"
    return Boundary(run.place(frame, given.at), shown, fresh)


def _begin(run: Run, frame: Frame, work: Term, given: Given, boundary: Boundary | None) -> Term:
    """Follow the function behind the boundary, or in front of all of them."""
    from isolint.prove.calling import invoke

    outside = frame.boundary
    frame.boundary = boundary
    value = invoke(run, frame, work, given)
    frame.boundary = outside
    return value.value if isinstance(value, Pending) else value
