"""A small project with one leak, and an editor that has it open: a real client that talks to the command."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
"""
ROUTES = """\
from fastapi import APIRouter, Depends
from sqlalchemy import select

from auth import current_user
from db import get_session
from models import Invoice

router = APIRouter()


@router.get("/invoices")
def list_invoices(session=Depends(get_session), user=Depends(current_user)):
    return session.scalars(select(Invoice).where(Invoice.organization_id == user.organization_id)).all()


@router.get("/invoices/{invoice_id}")
def read_invoice(invoice_id: int, session=Depends(get_session), user=Depends(current_user)):
    invoice = session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()
    return {"id": invoice.id}
"""
PATIENCE = 90
"""Seconds."""


class Editor:
    """The client with a project open, in the words of the tests."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.version = 0

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str) -> None:
        item = types.TextDocumentItem(self.uri(path), "python", 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, path: str, text: str) -> None:
        """Replace the whole text, without saving it."""
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=self.version)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def close(self, path: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def touched(self, path: str) -> None:
        """Tell that a file changed outside the editor."""
        event = types.FileEvent(self.uri(path), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.05)

    async def shows(self, path: str, *codes: str) -> list[types.Diagnostic]:
        """Wait until the diagnostics of a file are those with these codes."""

        def shown() -> list[types.Diagnostic] | None:
            found = self.client.diagnostics.get(self.uri(path))
            return None if found is None else list(found)

        await self.until(lambda: (now := shown()) is not None and [item.code for item in now] == list(codes))
        return shown() or []

    async def hover(self, path: str, line: int, character: int) -> str:
        position = types.Position(line, character)
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(path)), position)
        answer = await self.client.text_document_hover_async(params)
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def actions(self, path: str, line: int) -> list[types.CodeAction]:
        at = types.Range(types.Position(line, 4), types.Position(line, 4))
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(path)), at, types.CodeActionContext(diagnostics=[])
        )
        answer = await self.client.text_document_code_action_async(params)
        return [item for item in answer or [] if isinstance(item, types.CodeAction)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "routes.py").write_text(ROUTES, encoding="utf-8")
    return folder


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "isolint", "lsp"]))
async def client(lsp_client: LanguageClient, root: Path, _own_cache: None) -> AsyncIterator[None]:
    """A session with the server, which must end when it is asked to."""
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(
                workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching)
            ),
            workspace_folders=[types.WorkspaceFolder(root.as_uri(), "project")],
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, root: Path) -> Editor:
    """The editor, with nothing open yet."""
    registered: list[types.RegistrationParams] = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.append(params)

    return Editor(client, root)
