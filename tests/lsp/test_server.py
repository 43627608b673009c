"""The language server, by a real client over the standard streams of the real command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pytest_lsp", reason="the extra dev is not installed")

from lsprotocol import types

SCOPED, LEAK = 12, 17
"""Lines, from 0, of the two accesses."""

CHECKED = '    if invoice.organization_id != user.organization_id:\n        raise PermissionError\n    return {"id"'


def routes(root: Path) -> str:
    return (root / "routes.py").read_text(encoding="utf-8")


@pytest.mark.asyncio
async def test_finding_shows_when_the_file_is_opened(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    (shown,) = await editor.shows("routes.py", "ISO102")
    assert shown.source == "isolint"
    assert shown.severity is types.DiagnosticSeverity.Error
    assert shown.range.start.line == LEAK
    assert shown.message.endswith("(unscoped-tenant-read)")


@pytest.mark.asyncio
async def test_unsaved_text_is_judged_and_the_file_stays(editor: Any, root: Path) -> None:
    text = routes(root)
    editor.open("routes.py", text)
    await editor.shows("routes.py", "ISO102")
    editor.type("routes.py", text.replace('    return {"id"', CHECKED))
    await editor.shows("routes.py")
    editor.type("routes.py", text)
    await editor.shows("routes.py", "ISO102")
    assert routes(root) == text


@pytest.mark.asyncio
async def test_unsaved_text_of_one_file_counts_for_another(editor: Any, root: Path) -> None:
    models = (root / "models.py").read_text(encoding="utf-8")
    editor.open("models.py", models)
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    editor.type("models.py", models.replace("organization_id", "organisation_ref").replace("organizations.id", "x.id"))
    await editor.until(lambda: not editor.client.diagnostics[editor.uri("routes.py")])


@pytest.mark.asyncio
async def test_columns_are_units_of_the_protocol(editor: Any, root: Path) -> None:
    wide = routes(root).replace("    invoice = session", "    '😀😀'; invoice = session")
    editor.open("routes.py", wide)
    (shown,) = await editor.shows("routes.py", "ISO102")
    line = wide.splitlines()[LEAK].encode("utf-16-le")
    found = line[shown.range.start.character * 2 : shown.range.end.character * 2].decode("utf-16-le")
    assert found == "select(Invoice).where(Invoice.id == invoice_id)"


@pytest.mark.asyncio
async def test_hover_tells_why_an_access_is_scoped(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    told = await editor.hover("routes.py", SCOPED, 20)
    assert told.startswith("**scoped**: tenant-predicate")
    assert "`organization_id` is restricted to `user.organization_id`, which is the caller's own" in told
    assert await editor.hover("routes.py", 0, 0) == ""


@pytest.mark.asyncio
async def test_hover_on_a_leak_names_the_rule(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    told = await editor.hover("routes.py", LEAK, 24)
    assert told.startswith("**unscoped**: no-predicate")
    assert "Reported as ISO102 unscoped-tenant-read" in told


@pytest.mark.asyncio
async def test_suppression_hides_once_a_reason_is_written(editor: Any, root: Path) -> None:
    text = routes(root)
    editor.open("routes.py", text)
    await editor.shows("routes.py", "ISO102")
    action = (await editor.actions("routes.py", LEAK))[-1]
    ((edit,),) = action.edit.changes.values()
    lines = text.splitlines(keepends=True)
    lines.insert(edit.range.start.line, edit.new_text)
    assert lines[LEAK] == "    # isolint: ignore[ISO102] \n"
    editor.type("routes.py", "".join(lines))
    await editor.shows("routes.py", "ISO102", "suppression-without-reason")
    lines[LEAK] = "    # isolint: ignore[ISO102] invoices are public\n"
    editor.type("routes.py", "".join(lines))
    await editor.shows("routes.py")
    assert "suppressed: invoices are public" in await editor.hover("routes.py", LEAK + 1, 24)


@pytest.mark.asyncio
async def test_fix_is_offered_and_removes_the_finding(editor: Any, root: Path) -> None:
    text = routes(root).replace("\n", "\r\n")
    editor.open("routes.py", text)
    await editor.shows("routes.py", "ISO102")
    action = (await editor.actions("routes.py", LEAK))[0]
    assert (action.title, action.is_preferred) == ("Restrict to `organization_id = user.organization_id`", True)
    assert action.edit is None
    ((edit,),) = (await editor.client.code_action_resolve_async(action)).edit.changes.values()
    lines = text.splitlines(keepends=True)
    assert edit.range.start == edit.range.end
    at, line = edit.range.start.character, lines[edit.range.start.line]
    lines[edit.range.start.line] = line[:at] + edit.new_text + line[at:]
    editor.type("routes.py", "".join(lines))
    await editor.shows("routes.py")
    assert "**scoped**" in await editor.hover("routes.py", LEAK, 24)


@pytest.mark.asyncio
async def test_fix_for_a_text_that_has_changed_since_is_not_made(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    action = (await editor.actions("routes.py", LEAK))[0]
    editor.type("routes.py", "\n" + routes(root))
    assert (await editor.client.code_action_resolve_async(action)).edit is None
    assert [message.message for message in editor.client.messages] == [
        "isolint: the text has changed meanwhile: choose the fix again"
    ]


@pytest.mark.asyncio
async def test_no_suppression_is_offered_where_nothing_is_found(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    assert await editor.actions("routes.py", SCOPED) == []


@pytest.mark.asyncio
async def test_configuration_is_read_again_and_an_error_in_it_is_survived(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    config = root / "isolint.yaml"
    config.write_text("tenancies: {}\n", encoding="utf-8")
    editor.touched("isolint.yaml")
    await editor.until(lambda: bool(editor.client.messages))
    assert "tenancies" in editor.client.messages[0].message
    config.write_text("rules:\n  severity:\n    ISO102: off\n", encoding="utf-8")
    editor.touched("isolint.yaml")
    await editor.shows("routes.py")


@pytest.mark.asyncio
async def test_text_that_does_not_parse_is_said_and_survived(editor: Any, root: Path) -> None:
    text = routes(root)
    editor.open("routes.py", text)
    await editor.shows("routes.py", "ISO102")
    editor.type("routes.py", text + "def (:\n")
    await editor.until(
        lambda: "unparsable" in {item.code for item in editor.client.diagnostics[editor.uri("routes.py")]}
    )
    editor.type("routes.py", text)
    await editor.shows("routes.py", "ISO102")


@pytest.mark.asyncio
async def test_file_that_is_not_saved_yet_is_judged(editor: Any, root: Path) -> None:
    editor.open("more.py", routes(root))
    await editor.shows("more.py", "ISO102")
    assert not (root / "more.py").exists()


@pytest.mark.asyncio
async def test_closed_file_shows_nothing(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    editor.close("routes.py")
    await editor.shows("routes.py")


@pytest.mark.asyncio
async def test_saved_text_is_judged(editor: Any, root: Path) -> None:
    editor.open("routes.py", routes(root))
    await editor.shows("routes.py", "ISO102")
    editor.open("notes.txt", "no code")
    (root / "models.py").unlink()
    editor.save("notes.txt", "no code")
    await editor.shows("routes.py")
