"""What stands in FROM: tables, CTEs, derived tables, functions, and the joins between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace
from sqlglot import exp

from isolint.frontends.sql.booleans import restrict
from isolint.frontends.sql.comparisons import Where
from isolint.frontends.sql.names import folded
from isolint.frontends.sql.scope import Scope, Source, Target
from isolint.frontends.sql.state import State, bare, is_query
from isolint.model.sql import Condition, Operand, SqlOperation


@dataclass(slots=True)
class From:
    """Fills the sources of one scope; `conditions` are those of its joins, `merged` what USING made one column."""

    scope: Scope
    state: State
    conditions: list[Condition] = field(default_factory=list)
    merged: dict[str, Target] = field(default_factory=dict)

    def add(self, node: exp.Expr) -> None:
        """Add a source with the joins and laterals that hang on it."""
        if isinstance(node, exp.Table):
            self._add_table(node)
        elif isinstance(node, exp.Subquery) and isinstance(bare(node), exp.Table):
            self.add(bare(node))
        elif isinstance(node, exp.Subquery):
            self._add_derived(node, node, Scope(self.scope.number, self.scope.outer, self.scope.ctes))
        elif isinstance(node, exp.Lateral) and is_query(node.this):
            self._add_derived(node.this, node, self.scope)
        else:
            self.scope.add(_alias(node), _renamed(Source(), node))
        self.add_joins(node)

    def add_joins(self, node: exp.Expr) -> None:
        """Add what is joined to a source or a SELECT."""
        for lateral in node.args.get("laterals") or []:
            self.add(lateral)
        for join in node.args.get("joins") or []:
            self._join(join)

    def add_written(self, node: exp.Table, operation: SqlOperation) -> int:
        """Add the table that a statement writes to; its index."""
        index = self.state.add_table(node, operation, self.scope.number)
        name = folded(node.this)
        self.scope.add(_alias(node) or name, Source(index, named=not _alias(node)))
        self.add_joins(node)
        return index

    def _add_table(self, node: exp.Table) -> None:
        name, alias = folded(node.this), _alias(node)
        if not name:
            self.scope.add(alias, _renamed(Source(), node))
        elif not node.args.get("db") and name in self.scope.ctes:
            self.scope.add(alias or name, self.scope.ctes[name])
        else:
            index = self.state.add_table(node, SqlOperation.READ, self.scope.number)
            self.scope.add(alias or name, Source(index, named=not alias))

    def _add_derived(self, query: exp.Expr, named: exp.Expr, around: Scope) -> None:
        entered = self.state.enter(query, around)
        self.state.emit(replace(condition, position="select") for condition in entered.foreign)
        self.scope.add(_alias(named), _renamed(entered.source, named))

    def _join(self, join: exp.Join) -> None:
        side = join.side.upper() if join.side else ""
        before = self.scope.owned() if side else set()
        first_new, earlier = len(self.state.tables), len(self.scope.sources)
        self.add(join.this)
        found = self._on(join, earlier)
        if side:
            new = set(range(first_new, len(self.state.tables)))
            right = self.scope.owned() - before
            kept = {"LEFT": before, "RIGHT": right, "FULL": before | right}.get(side, set())
            self.state.mark_outer({"LEFT": new, "RIGHT": before, "FULL": before | new}.get(side, set()))
            found = [replace(c, widened=True) if c.table in kept else c for c in found]
        self.conditions += found

    def _on(self, join: exp.Join, earlier: int) -> list[Condition]:
        on, using = join.args.get("on"), join.args.get("using") or []
        found = restrict(on, self.scope, self.state, Where("join")) if isinstance(on, exp.Expr) else []
        sources = list(self.scope.sources.values()) if using else []
        for identifier in using:
            found += self._using(folded(identifier), sources[:earlier], sources[earlier:])
        return found

    def _using(self, name: str, earlier: list[Source], newest: list[Source]) -> list[Condition]:
        """`a JOIN b USING (x)` is `a.x = b.x`; with several sources before, the one that an earlier USING named."""
        left = self.merged.get(name) or _only(name, earlier)
        right = _only(name, newest)
        self.merged.setdefault(name, left)
        self.state.columns.update({(t.table, name): None for t in (left, right)})
        return [
            Condition(one.table, one.column, "eq", Operand("column", other.column, other.table), "join", one.shared)
            for one, other in ((left, right), (right, left))
        ]


def _only(name: str, sources: list[Source]) -> Target:
    found = [targets for source in sources if (targets := source.column(name))]
    return found[0][0] if len(found) == 1 else Target(-1, name)


def _alias(node: exp.Expr) -> str:
    alias = node.args.get("alias")
    return folded(alias.this) if isinstance(alias, exp.TableAlias) else ""


def _renamed(source: Source, node: exp.Expr) -> Source:
    """The source with the column names of its alias, `AS x(a, b)`."""
    alias = node.args.get("alias")
    columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    if columns:
        source.names = [folded(c.this if isinstance(c, exp.ColumnDef) else c) for c in columns]
    return source
