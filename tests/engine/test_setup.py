"""The proposed configuration: it says what is assumed, and changes nothing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import yaml

import isolint
from isolint.engine.baseline import NAME
from isolint.engine.scan import ScanRequest, scan, scan_texts
from isolint.engine.settings import load_settings, parse_settings
from isolint.engine.setup.files import PLACES, SCHEMA, Home, Part, home_of, schema_reference, text_of
from isolint.engine.setup.origin import SCHEMA as PUBLISHED
from isolint.engine.setup.origin import Origin, origin
from isolint.engine.setup.propose import propose
from isolint.errors import UsageError
from isolint.model.report import Report
from isolint.model.tenancy import Strategy

FOLDER = Path(__file__).parents[2] / "fixtures" / "apps"
APPS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
PLACE = re.compile(r"(?:\(|# )(\S+):(\d+)")


def told(report: Report) -> list[tuple[str, ...]]:
    """What a report says of each access."""
    found = [(str(item.access.place), str(item.reason), item.subject) for item in report.evidence]
    return sorted(found) + sorted((finding.fingerprint, finding.level.name) for finding in report.findings)


@pytest.mark.parametrize("name", APPS)
def test_proposal_loads_pins_what_was_inferred_and_leaves_the_findings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER / name)
    request = ScanRequest(jobs=1)
    proposal = propose(request)
    root = shutil.copytree(FOLDER / name, tmp_path / name)
    (root / "isolint.yaml").write_text(proposal.text, encoding="utf-8")
    settings = load_settings(root / "isolint.yaml").tenancy
    assert settings.strategy is proposal.report.tenancy.strategy
    assert settings.roots == proposal.report.tenancy.roots
    assert tuple(settings.keys) == proposal.report.tenancy.keys
    assert [item.name for item in settings.executors] == [item.name for item in proposal.report.tenancy.executors]
    monkeypatch.chdir(root)
    assert told(scan(request)) == told(proposal.report)


@pytest.mark.parametrize("name", APPS)
def test_proposal_gives_the_place_of_every_assumption_and_fits_its_schema(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER / name)
    proposal = propose(ScanRequest(jobs=1))
    flat = " ".join(re.sub(r"\n\s*#", " ", proposal.text).split())
    for item in (*proposal.picture.tenants, *proposal.picture.executors, *proposal.picture.guards):
        assert item.where in flat
        assert item.where
    for place in PLACE.finditer(flat):
        file, line = place[1], int(place[2])
        assert len((FOLDER / name / file).read_text(encoding="utf-8").splitlines()) >= line
    jsonschema.validate(yaml.safe_load(proposal.text), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert max(map(len, proposal.text.splitlines())) <= 120
    assert proposal.text.count("\n") <= 60


def test_first_line_leads_editors_to_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    first = propose(ScanRequest(jobs=1)).text.partition("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None
    assert Path(unquote(urlsplit(found[1]).path)) == SCHEMA
    assert schema_reference(SCHEMA.parents[2]) == "./isolint/data/isolint.schema.json"


def test_without_a_tenancy_the_file_says_what_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    proposal = propose(ScanRequest(jobs=1))
    assert proposal.picture.tenancy.strategy is Strategy.NONE
    assert "# roots: [Organization]" in proposal.text
    assert parse_settings(proposal.text).tenancy == parse_settings("").tenancy


def test_what_cannot_be_pinned_stands_there_as_a_comment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables may have a column that is called like the key and leads elsewhere."""
    (tmp_path / "models.py").write_text(
        """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)


class LoginProvider(Base):
    __tablename__ = "login_provider"
    id: Mapped[int] = mapped_column(primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Login(Base):
    __tablename__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("login_provider.id"))
""",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    text = propose(ScanRequest(jobs=1)).text
    assert "  # keys: [account_id]  # as inferred" in text
    assert parse_settings(text).tenancy.roots == ("Account",)


@pytest.mark.parametrize("name", ["isolint.yaml", "pyproject.toml"])
def test_configured_project_gets_no_proposal(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_text("" if name == "isolint.yaml" else "[tool.isolint]\n", encoding="utf-8")
    (tmp_path / "app.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="exists and is left as it is"):
        propose(ScanRequest(jobs=1))


def test_hook_runs_what_the_published_hook_runs(repository: Path) -> None:
    (published,) = yaml.safe_load((repository / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repo,) = yaml.safe_load(text_of(Part.HOOK, Home(Path(), Path())))["repos"]
    (hook,) = repo["hooks"]
    same = ("id", "entry", "types_or", "files", "require_serial")
    assert [hook[key] for key in same] == [published[key] for key in same]


@pytest.mark.parametrize("part", [Part.GITHUB, Part.GITLAB])
def test_job_scans_the_projects_folder_in_its_repository(part: Part, tmp_path: Path) -> None:
    project = tmp_path / "services" / "my api"
    (tmp_path / ".git").mkdir()
    project.mkdir(parents=True)
    text = text_of(part, home_of(project))
    assert isinstance(yaml.safe_load(text), dict)
    assert "isolint scan 'services/my api' " in text
    assert home_of(project).place(part) == tmp_path / PLACES[part]
    assert home_of(project).place(Part.CONFIG) == project / "isolint.yaml"


@pytest.mark.parametrize("part", [Part.HOOK, Part.GITHUB, Part.GITLAB])
def test_hook_and_jobs_know_what_the_projects_baseline_holds(part: Part, tmp_path: Path) -> None:
    project = tmp_path / "services" / "my api"
    (tmp_path / ".git").mkdir()
    project.mkdir(parents=True)
    (project / NAME).write_text("{}", encoding="utf-8")
    (command,) = {
        found[0] for found in re.finditer("isolint scan.*?--baseline '[^']*'", text_of(part, home_of(project)))
    }
    assert command.endswith(" --baseline 'services/my api/isolint-baseline.json'")
    assert yaml.safe_load(text_of(part, home_of(project)))
    for source in (FROM_GITHUB, FROM_ELSEWHERE):
        assert "services/my api/isolint-baseline.json" in text_of(Part.GITHUB, home_of(project), source)


FROM_GITHUB = Origin("https://github.com/acme/isolint.git", "0123abc")
FROM_ELSEWHERE = Origin("https://git.example.org/tools/isolint", "0123abc")


def test_workflow_uses_the_action_of_the_repository_that_isolint_came_from(repository: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    home = home_of(tmp_path / "services" / "my api")
    (job,) = yaml.safe_load(text_of(Part.GITHUB, home, FROM_GITHUB))["jobs"].values()
    checkout, scan_step = job["steps"]
    assert checkout["with"] == {"fetch-depth": 0}
    assert scan_step == {"uses": "acme/isolint@0123abc", "with": {"path": "services/my api"}}
    inputs = yaml.safe_load((repository / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert set(scan_step["with"]) <= set(inputs)


@pytest.mark.parametrize("part", [Part.GITHUB, Part.GITLAB])
def test_jobs_install_the_isolint_that_wrote_them(part: Part) -> None:
    home = Home(Path(), Path())
    assert f'pip install "isolint @ git+{FROM_ELSEWHERE.url}@0123abc"' in text_of(part, home, FROM_ELSEWHERE)
    assert f'pip install "isolint=={isolint.__version__}"' in text_of(part, home, Origin())
    assert yaml.safe_load(text_of(part, home, FROM_ELSEWHERE))


def test_schema_is_named_where_it_is_published(repository: Path, tmp_path: Path) -> None:
    assert (repository / PUBLISHED).read_bytes() == SCHEMA.read_bytes()
    assert schema_reference(tmp_path, FROM_GITHUB) == (
        f"https://raw.githubusercontent.com/acme/isolint/0123abc/{PUBLISHED}"
    )
    assert schema_reference(tmp_path, FROM_ELSEWHERE) == SCHEMA.as_uri()


NOTED = {
    "https://github.com/acme/isolint": "acme/isolint@0123abc",
    "ssh://git@github.com/acme/isolint.git": "acme/isolint@0123abc",
    "https://me:secret@github.com/acme/isolint": "acme/isolint@0123abc",
    "https://secret@github.com/acme/isolint.git/": "acme/isolint@0123abc",
    "https://git.example.org/github.com/isolint": "",
}


@pytest.mark.parametrize("url", NOTED)
def test_origin_is_what_the_installer_has_noted(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = {"url": url, "vcs_info": {"vcs": "git", "requested_revision": "v0.1.0", "commit_id": "0123abc"}}
    folder = tmp_path / "isolint-0.1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: isolint\nVersion: 0.1.0\n", encoding="utf-8")
    (folder / "direct_url.json").write_text(json.dumps(noted), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert origin().action == NOTED[url]
    assert "secret" not in origin().requirement
    (folder / "direct_url.json").write_text(json.dumps({"url": "file:///isolint", "dir_info": {}}), encoding="utf-8")
    assert origin() == Origin()


KEYED = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    dept_no: Mapped[int]


class File(Base):
    __tablename__ = "file"
    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[int]
"""


def test_synonyms_of_a_key_are_keys() -> None:
    tenancy = scan_texts({"models.py": KEYED}, "tenancy: {keys: {dept_no: [department]}}").tenancy
    assert {name: how.columns for name, how in tenancy.owned.items()} == {"Note": ("dept_no",), "File": ("department",)}
    assert tenancy.keys == ("dept_no", "department")
