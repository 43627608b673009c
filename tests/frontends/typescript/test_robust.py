"""No text makes the frontend raise, and all facts survive their encoding."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolint.engine.facts import encoded
from isolint.engine.read import source_of
from isolint.frontends.typescript import lower
from isolint.model import code
from isolint.model.source import Language

PATHS = st.sampled_from(["", "a.ts", "a.tsx", "a.js", "a.mjs"])
SNIPPETS = (
    """\
'use server'
import db, { type Row, sql as query } from '@/lib/db'
export const GET = wrap(async (req: Request, { params }: { params: Promise<{ id: string }> }) => {
  const { id, ...rest } = await params, [first = 1, , ...others] = rest.list ?? []
  if (!(await can<Role>(req.user!.id)) && typeof id !== 'string') return deny(403)
  const rows = await db.$queryRaw<Row[]>`SELECT * FROM "orders" WHERE id = ${id}` // isolint: ignore[ISO102] why
  return Response.json(rows?.map((row) => ({ ...row, [row.key]: row.value as number })))
})
""",
    """\
@Controller('orders')
export class Orders<T> extends Base<T> implements Api {
  @Column({ nullable: true }) private static name?: string | null = `a${b}c`
  constructor(private readonly prisma: PrismaService, @Inject(KEY) key: Key) { super() }
  get all(): T[] { return this.#all ||= [] }
  find = async (@Param('id') id: string) => { for (const k in id) { continue } }
}
interface Row { id: string; in?: import('./a').B[]; find(id: string): Promise<Row> }
enum Kind { A, B = 'b' }
namespace N { export const a = 1 }
""",
    """\
const { a, b: { c } } = require('./m'); let i = 0
outer: for (i = 0, j = 1; i < 10; i++) switch (a.b) {
  case 1: case 2: if (c) break; f(); break
  default: try { g() } catch ({ code }) { throw new Error(code) } finally { do { x -= -1 } while (--i) }
}
module.exports = { a, async *list() { yield* a }, get b() { return /a+/g }, ...c }
export default <A b={c} {...d} in={e}>f & {g ? <B /> : null} {/* isolint: ignore[A] h */}</A>
""",
)
PIECES = (
    "await ", "async ", "function ", "class ", "export ", "default ", "import ", "const ", "using ", "typeof ", "new ",
    "if (", "switch (", "case ", "=> ", "?.", "??=", "...", "<T>", "<T[]>`", "`", "${", "{", "}", "(", ")", "[", "]",
    "<A>", "</A>", "&", "|", "!", "@a", ":", ";", ",", "'", '"', "\\u{", "//", "/*", "*/", "\n", "\0", "é", "𝒳", "a",
    "// isolint: ignore[", "import('a').b", "enum ", "interface ", "in: ", "#a", "1n", "0x", "/a/",
)  # fmt: skip


def check(text: str, path: str) -> None:
    facts = lower(text, path)
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts
    assert facts.functions[0].qualname == "<module>"
    qualnames = [function.qualname for function in facts.functions]
    assert len(set(qualnames)) == len(qualnames)


@given(st.text(max_size=300), PATHS)
@settings(max_examples=150, deadline=None)
def test_any_text(text: str, path: str) -> None:
    check(text, path)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), PATHS)
@settings(max_examples=300, deadline=None)
def test_pieces_of_code_in_any_order(text: str, path: str) -> None:
    check(text, path)


@given(st.sampled_from(SNIPPETS), st.data(), PATHS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_code_with_a_part_cut_out_or_put_in(snippet: str, data: st.DataObject, path: str) -> None:
    start = data.draw(st.integers(0, len(snippet)))
    end = data.draw(st.integers(start, min(len(snippet), start + 40)))
    check(snippet[:start] + data.draw(st.sampled_from(("", *PIECES))) + snippet[end:], path)


def test_the_snippets_themselves_are_no_trouble() -> None:
    for snippet, path in zip(SNIPPETS, ("a.ts", "a.ts", "a.jsx"), strict=True):
        assert lower(snippet, path).troubles == ()


def test_lone_surrogates_are_read() -> None:
    check("x = '\ud800' + `\udfff${y}` // isolint: ignore[A] \ud800", "a.ts")


@pytest.mark.parametrize("step", ["++{}", "a[{} += 1]", "a[{} ||= 1]", "({} = 1)"])
def test_assignments_within_targets_of_assignments_are_written_down_once(step: str) -> None:
    sizes = []
    for depth in (10, 20, 40):
        text = "x"
        for _ in range(depth):
            text = step.format(text)
        sizes.append(len(encoded(source_of("a.ts", Language.TYPESCRIPT, f"let v = {text} += 1"))))
    assert sizes[2] < 3 * sizes[1] < 9 * sizes[0]
