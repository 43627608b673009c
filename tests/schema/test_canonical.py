from __future__ import annotations

from isolint.schema.canonical import expression, query

PRINTED = "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"
RESTORED = "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))"


def test_a_cast_of_an_array_moves_to_its_elements() -> None:
    assert expression(PRINTED) == RESTORED == expression(RESTORED)


def test_casts_to_different_types_stay_different() -> None:
    assert expression(PRINTED.replace("::text[]", "::bpchar[]")) != RESTORED


def test_a_single_relation_needs_no_qualifier() -> None:
    assert query(" SELECT acct.id,\n    acct.email\n   FROM s.acct;") == " SELECT id,\n    email\n   FROM s.acct;"
    assert query("SELECT a.id FROM s.acct a WHERE a.id > 1;") == "SELECT id FROM s.acct a WHERE id > 1;"
    assert query("SELECT u.id FROM ( SELECT x.id FROM x) u;") == "SELECT id FROM ( SELECT x.id FROM x) u;"


def test_joined_relations_keep_their_qualifiers() -> None:
    for joined in ("a JOIN b ON a.id = b.id", "a, b", "(a JOIN b USING (id))"):
        assert query(f"SELECT a.id FROM {joined};") == f"SELECT a.id FROM {joined};"
