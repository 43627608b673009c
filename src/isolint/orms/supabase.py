"""The client of Supabase: tables and columns by their names in the database."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.orms.layer import Action, Form, Layer, actions

COMPARED = {"0": Form.COMPARISON}
LAYER = Layer(
    name="supabase",
    rank=58,
    modules=("@supabase/supabase-js", "@supabase/ssr", "@supabase/auth-helpers-nextjs", "@supabase/postgrest-js"),
    named={"from": Action()},
    query={
        **actions(Action(where=COMPARED), "eq is match"),
        **actions(Action(where=COMPARED, operator="in"), "in"),
        **actions(Action(where=COMPARED, operator="ne"), "neq"),
        **actions(Action(where=COMPARED, operator="other"), "gt gte lt lte like ilike contains containedBy textSearch"),
        **actions(Action(operation=Operation.CREATE, payload=("0",)), "insert"),
        **actions(Action(operation=Operation.UPDATE, payload=("0",)), "update upsert"),
        **actions(Action(operation=Operation.DELETE), "delete"),
        **actions(Action(), "select order limit range single maybeSingle returns throwOnError csv explain"),
    },
    transparent=frozenset({"data"}),
    thenable=True,
)
