"""The server: what it is told, when it judges anew, and what it answers.

Judging takes one thread of its own, so that the editor is answered meanwhile. What comes in while it works is judged
together, afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer

import isolint
from isolint.engine.project import CONFIG_NAMES, PYPROJECT
from isolint.engine.stamps import digest_of
from isolint.errors import IsolintError
from isolint.lsp.actions import Actions, chosen
from isolint.lsp.answers import Answers
from isolint.lsp.positions import file_of
from isolint.lsp.project import Checked, Checker, project_of

PAUSE = 0.3
"""Seconds without a change after which what was typed is judged."""

WATCHED = (*CONFIG_NAMES, PYPROJECT, "*.{py,ts,tsx,mts,cts,js,jsx,mjs,cjs,sql,prisma}")
"""Files whose changes outside the editor count."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is open in the editor, as it was when it was asked about."""

    uri: str
    file: Path
    text: str


@dataclass(slots=True)
class Outcome:
    """What judging brought: per project what is known, the documents in it by path, and why others could not be."""

    checked: dict[Path, Checked] = field(default_factory=dict)
    documents: dict[str, tuple[Path, str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class IsolintServer(LanguageServer):
    """One server for all folders of an editor."""

    def __init__(self) -> None:
        super().__init__("isolint", isolint.__version__)
        self._checker = Checker()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="isolint")
        self._timer: asyncio.TimerHandle | None = None
        self._working = False
        self._touched: set[str] = set()
        self._known = Outcome()
        self._said: list[str] = []

    def touch(self, uris: Iterable[str], pause: float = 0.0) -> None:
        """Judge the projects of these documents after a pause, in which further ones may come in."""
        self._touched.update(uris)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._start)

    def touch_all(self) -> None:
        """Judge the projects of all open documents: something other than their texts has changed."""
        self.touch(self.workspace.text_documents, PAUSE)

    def answers(self, uri: str) -> Answers | None:
        """What is known of a document, None before its project was judged for the first time."""
        root, path = self._known.documents.get(uri, (None, ""))
        checked = self._known.checked.get(root) if root else None
        return Answers(checked, path, self.workspace.position_codec) if checked else None

    async def with_edit(self, action: types.CodeAction) -> types.CodeAction:
        """A fix that was chosen, with its edit. It is none any more when the text has changed or it does not hold."""
        uri, fingerprint = chosen(action.data)
        answers = self.answers(uri)
        if answers is not None:
            judged, text = answers.checked.sources.get(answers.path), self.workspace.get_text_document(uri).source
            if judged is not None and judged.digest == digest_of(text.encode("utf-8", "surrogatepass")):
                work = Actions(answers, uri).edit
                action.edit = await asyncio.get_running_loop().run_in_executor(self._worker, work, fingerprint)
                if action.edit is None:
                    self._tell(types.MessageType.Warning, "the fix is withdrawn: the finding would still be there")
            else:
                self._tell(types.MessageType.Info, "the text has changed meanwhile: choose the fix again")
        return action

    def _start(self) -> None:
        self._timer = None
        if self._working or not self._touched:
            return
        touched, self._touched = self._touched, set()
        documents = [
            Document(uri, file, document.source)
            for uri, document in self.workspace.text_documents.items()
            if (file := file_of(uri)) is not None
        ]
        files = {file for uri in touched if (file := file_of(uri)) is not None}
        folders = [file for uri in self.workspace.folders if (file := file_of(uri)) is not None]
        self._working = True
        job = asyncio.get_running_loop().run_in_executor(self._worker, self._judged, files, documents, folders)
        job.add_done_callback(self._done)

    def _judged(self, files: set[Path], documents: list[Document], folders: list[Path]) -> Outcome:
        """In the worker: judge each project that one of `files` is part of."""
        outcome = Outcome()
        projects = {file: project_of(file, folders) for file in files | {document.file for document in documents}}
        texts: dict[Path, dict[str, str]] = {project.root: {} for project in projects.values()}
        for document in documents:
            root = projects[document.file].root
            path = _resolved(document.file).relative_to(root).as_posix()
            texts[root][path] = document.text
            outcome.documents[document.uri] = root, path
        for root, project in {projects[file].root: projects[file] for file in files}.items():
            try:
                outcome.checked[root] = self._checker.check(project, texts[root])
            except IsolintError as error:
                outcome.failures.append(str(error))
        return outcome

    def _done(self, job: asyncio.Future[Outcome]) -> None:
        """Publish what was found; a fault in isolint costs this one answer."""
        self._working = False
        fault = job.exception()
        if fault is not None:
            self._say([f"this is a fault in isolint, please report it: {type(fault).__name__}: {fault}"])
        else:
            outcome = job.result()
            self._known.checked |= outcome.checked
            self._known.documents = outcome.documents
            self._say(outcome.failures)
            self._publish(outcome)
        if self._touched and self._timer is None:
            self._start()

    def _publish(self, outcome: Outcome) -> None:
        for uri, (root, _) in outcome.documents.items():
            answers = self.answers(uri)
            if root in outcome.checked and answers and uri in self.workspace.text_documents:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, answers.diagnostics()))

    def _say(self, failures: list[str]) -> None:
        """Tell what went wrong, once and not at every key."""
        for failure in failures:
            if failure not in self._said:
                self._tell(types.MessageType.Error, failure)
        self._said = failures

    def _tell(self, kind: types.MessageType, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(kind, f"isolint: {message}"))


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Serve one editor until it leaves."""
    _listening(IsolintServer()).start_io(stdin, stdout)


def _resolved(file: Path) -> Path:
    """As `find_project` names files: the folder without symbolic links, the name as it is."""
    return file.parent.resolve() / file.name


def _listening(server: IsolintServer) -> IsolintServer:
    """The server with everything that it listens to."""

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        watching = (
            server.client_capabilities.workspace and server.client_capabilities.workspace.did_change_watched_files
        )
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(f"**/{glob}") for glob in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted = types.Registration("isolint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([wanted]))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.touch([params.text_document.uri])

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.touch([params.text_document.uri], PAUSE)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.touch([params.text_document.uri])

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))
        server.touch_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def elsewhere(_: types.DidChangeWatchedFilesParams) -> None:
        server.touch_all()

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        answers = server.answers(params.text_document.uri)
        return answers.hover(params.position) if answers else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix], resolve_provider=True),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        answers = server.answers(uri)
        return Actions(answers, uri).at(params.range) if answers else []

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        return await server.with_edit(action)

    return server
