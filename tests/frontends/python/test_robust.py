"""No text makes the frontend raise, and all facts survive their encoding."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isolint.frontends.python import lower
from isolint.model import code

SNIPPETS = (
    '''\
@router.get("/{organization_id}/orders", response_model=list[Order])
async def list_orders(
    organization_id: UUID, session: AsyncSession = Depends(get_session), *, limit: int = 50
) -> list[Order]:
    """Orders of an organization."""
    if not (member := await find_member(session, organization_id)):
        raise HTTPException(status_code=403, detail=f"not in {organization_id!s:>{width}}")
    statement = select(Order).where(Order.organization_id == member.organization_id, Order.deleted_at.is_(None))
    return [row async for row in await session.stream(statement.limit(limit)) if row.total >= -1.5e3]
''',
    """\
class Invoice(models.Model, metaclass=Base):
    organization: Organization = models.ForeignKey("Organization", on_delete=models.CASCADE)
    total, paid = 0, None

    class Meta:
        ordering = ["-created_at"]

    @property
    def open(self): return self.total - (self.paid or 0) > 0x0F

    def save(self, *args, **kwargs):
        with transaction.atomic(), lock(self.pk) as held:
            try:
                super().save(*args, **kwargs)
            except (IntegrityError, ValueError) as error:
                raise Conflict("x") from error
            else:
                del held.cache[self.pk:]
            finally:
                log("saved", extra={"id": self.pk, **CONTEXT})
""",
    """\
match event:
    case {"type": "order", "items": [first, *rest], **other} if first:
        queue.put(lambda item=first: handle(item))
    case Order(id=number) | Refund(number):
        cursor.execute("SELECT * FROM orders WHERE id = %s"
                       " AND organization_id = %s", (number, org))
    case -1 | None:
        pass
    case _:
        while True:
            x = yield 1; y += x if x else ~x  # isolint: ignore[ISO102] why until=2027-01-31
            break
""",
)
PIECES = (
    "(",
    ")",
    "[",
    "}",
    "'",
    '"',
    '"""',
    "\\\n",
    "\n",
    "\t",
    "\f",
    "\0",
    "\r",
    "#",
    " if ",
    ":",
    "*",
    "f'{",
    "é",
    "lambda ",
    "case ",
    "  ",
)

edits = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 12), st.one_of(st.sampled_from(PIECES), st.text(max_size=3))),
    max_size=6,
)
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(text: str) -> None:
    facts = lower(text)
    assert code.DECODER.decode(code.ENCODER.encode(facts)) == facts
    last = max(1, facts.lines + 1)
    for function in facts.functions:
        assert (1, 1) <= function.at[:2] <= function.at[2:] <= (last, len(text) + 2)
    assert len({function.qualname for function in facts.functions}) == len(facts.functions)


@relaxed
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@relaxed
@given(st.text(alphabet=" \n\t()[]{}'\"\\:=,.#@*fx1-", max_size=60))
def test_any_text_of_python_characters(text: str) -> None:
    check(text)


@relaxed
@given(st.sampled_from(SNIPPETS), edits)
def test_edited_programs(snippet: str, changes: list[tuple[int, int, str]]) -> None:
    text = snippet
    for place, width, piece in changes:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + width :]
    check(text)


def test_the_programs_are_valid_before_they_are_edited() -> None:
    assert [lower(snippet).troubles for snippet in SNIPPETS] == [(), (), ()]
