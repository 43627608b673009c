"""Services over models that declare no foreign keys: look-ups by keywords, getters by id, checks by name."""

from __future__ import annotations

from textwrap import indent

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Evidence, Verdict

MODELS = """
import operator

from peewee import CharField, Model


class Base(Model):
    @classmethod
    def query(cls, order_by=None, **kwargs):
        filters = []
        for name, value in kwargs.items():
            if not hasattr(cls, name) or value is None:
                continue
            if isinstance(value, list):
                filters.append(operator.attrgetter(name)(cls) << value)
            else:
                filters.append(operator.attrgetter(name)(cls) == value)
        return [row for row in cls.select().where(*filters)]


class Tenant(Base):
    id = CharField(primary_key=True)
    name = CharField()


class Membership(Base):
    id = CharField(primary_key=True)
    tenant_id = CharField()
    user_id = CharField()


class Shelf(Base):
    id = CharField(primary_key=True)
    tenant_id = CharField()
    name = CharField()


class Book(Base):
    id = CharField(primary_key=True)
    shelf_id = CharField()


class Token(Base):
    tenant_id = CharField()
    beta = CharField()


class Sketch(Base):
    id = CharField(primary_key=True)
    user_id = CharField()


class ReviewRound(Base):
    id = CharField(primary_key=True)
    tenant_id = CharField()


class ReviewNote(Base):
    id = CharField(primary_key=True)
    round_id = CharField()
"""
SERVICES = """
from app.models import Book, Membership, ReviewNote, Shelf, Sketch


class Service:
    model = None

    @classmethod
    def query(cls, order_by=None, **kwargs):
        return cls.model.query(order_by=order_by, **kwargs)

    @classmethod
    def get_by_id(cls, pid):
        try:
            row = cls.model.get_or_none(cls.model.id == pid)
            if row:
                return True, row
        except Exception:
            pass
        return False, None

    @classmethod
    def save(cls, **kwargs):
        return cls.model(**kwargs).save(force_insert=True)


class ShelfService(Service):
    model = Shelf

    @classmethod
    def details(cls, shelf_id):
        return cls.model.select().where(cls.model.id == shelf_id).first()

    @classmethod
    def listed(cls, tenant_ids, user_id):
        mine = (cls.model.tenant_id << tenant_ids) | (cls.model.tenant_id == user_id)
        return list(cls.model.select().where(mine))

    @classmethod
    def accessible(cls, shelf_id, user_id):
        found, shelf = cls.get_by_id(shelf_id)
        if not found:
            return False
        if shelf.tenant_id == user_id:
            return True
        return any(member.tenant_id == shelf.tenant_id for member in Membership.query(user_id=user_id))


    @classmethod
    def found_for(cls, shelf_id, user_id):
        found, shelf = cls.get_by_id(shelf_id)
        if not found or not cls.accessible(shelf_id, user_id):
            return []
        return [shelf.name]

    @classmethod
    def change(cls, shelf_id, data):
        prepare = getattr(DB, "prepare_update", None)
        if prepare is not None:
            data = prepare(cls.model, shelf_id, data)
        return cls.model.update(data).where(cls.model.id == shelf_id).execute()


class BookService(Service):
    model = Book


class SketchService(Service):
    model = Sketch


class NoteService(Service):
    model = ReviewNote
"""
ROUTES = """
import inspect
from functools import wraps

from flask import Blueprint, request
from flask_login import current_user, login_required

from app.models import Membership, Shelf, Token
from app.services import BookService, NoteService, ShelfService, SketchService

bp = Blueprint("books", __name__)


def with_tenant(func):
    @wraps(func)
    def wrapper(**kwargs):
        kwargs["tenant_id"] = current_user.id
        return func(**kwargs)

    return wrapper


def own_shelf(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        if not ShelfService.accessible(kwargs.get("shelf_id"), kwargs.get("tenant_id")):
            return error("no such shelf")
        return func(*args, **kwargs)

    return wrapper


def first():
    return Shelf.query(tenant_id=current_user.id)
"""
HANDLER = """

@bp.route("/shelves/<shelf_id>/<book_id>", methods=["POST"])
{decorators}
def handle(shelf_id, book_id{more}):
{body}
"""
LOGIN = "@login_required"


def judged(body: str, decorators: str = LOGIN, more: str = "") -> list[Evidence]:
    """What is said of the handler's own lines, guards in front of it excluded."""
    routes = ROUTES + HANDLER.format(decorators=decorators, body=indent(body.strip(), "    "), more=more)
    texts = {"app/models.py": MODELS, "app/services.py": SERVICES, "app/routes.py": routes, "app/__init__.py": ""}
    return [e for e in scan_texts(texts).evidence if e.access.function == "handle"]


def reasons(body: str, decorators: str = LOGIN, more: str = "") -> list[str]:
    """The unsafe reasons, with what each speaks of."""
    found = judged(body, decorators, more)
    return [f"{e.access.table} {e.reason.value}" for e in found if e.reason.verdict is Verdict.UNSCOPED]


def test_a_look_up_by_keywords_is_confined_by_the_tenants_column_only() -> None:
    assert reasons("return Shelf.query(id=shelf_id, tenant_id=current_user.id)") == []
    assert reasons("return Shelf.query(id=shelf_id)") == ["Shelf no-predicate"]


def test_a_look_up_by_keywords_through_a_service_is_reported_at_the_handlers_call() -> None:
    (found,) = judged("return ShelfService.query(id=shelf_id)")
    assert found.reason.value == "no-predicate"
    assert found.access.place.path == "app/routes.py"


def test_a_getter_of_a_tables_class_is_reported_where_the_handler_chooses_the_key() -> None:
    (found,) = judged("return ShelfService.details(shelf_id)")
    assert found.reason.value == "no-predicate"
    assert found.access.helper is not None
    assert found.access.helper.path == "app/services.py"


def test_a_check_by_the_service_before_the_getter_confines_it() -> None:
    body = """
if not ShelfService.accessible(shelf_id, current_user.id):
    return error("no such shelf")
return ShelfService.get_by_id(shelf_id)
"""
    assert reasons(body) == []


def test_a_child_is_confined_by_its_own_key_to_a_checked_parent() -> None:
    check = 'if not ShelfService.query(id=shelf_id, tenant_id=current_user.id):\n    return error("none")\n'
    assert reasons(f"{check}return BookService.query(id=book_id)") == ["Book acted-id-not-authorised"]
    assert reasons(f"{check}return BookService.query(id=book_id, shelf_id=shelf_id)") == []


def test_what_a_decorator_checks_with_what_another_one_passes_in_holds_in_the_handler() -> None:
    guards = "@login_required\n@with_tenant\n@own_shelf"
    unbound = "return BookService.get_by_id(book_id)"
    bound = """
found, book = BookService.get_by_id(book_id)
if not found or book.shelf_id != shelf_id:
    return error("none")
return book
"""
    assert reasons(unbound, guards, ", tenant_id") == ["Book acted-id-not-authorised"]
    assert reasons(bound, guards, ", tenant_id") == []


BEARER = """
token = request.headers.get("Authorization").split()[1]
tokens = Token.query(beta=token)
if not tokens:
    return error("denied")
"""


def test_a_token_of_the_authorization_header_finds_its_own_row_and_tells_the_tenant() -> None:
    assert reasons(f"{BEARER}return Shelf.query(id=shelf_id, tenant_id=tokens[0].tenant_id)", "") == []


def test_a_token_that_is_only_checked_for_being_there_confines_nothing() -> None:
    assert reasons(f"{BEARER}return ShelfService.query(id=shelf_id)", "") == ["Shelf no-predicate"]


@pytest.mark.parametrize("call", ["construct_answer('empty')", "inspect.signature(with_tenant)"])
def test_only_what_the_caller_sent_can_be_verified(call: str) -> None:
    assert reasons(f"{call}\nreturn ShelfService.query(id=shelf_id)", "") == ["Shelf no-predicate"]


def test_answering_the_owner_first_is_no_inverted_guard() -> None:
    body = """
found, shelf = ShelfService.get_by_id(shelf_id)
if shelf.tenant_id == current_user.id:
    return shelf.name
if Membership.query(tenant_id=shelf.tenant_id, user_id=current_user.id):
    return shelf.id
return error("none")
"""
    assert "Shelf inverted-guard" not in reasons(body)


def test_refusing_the_owner_is_an_inverted_guard() -> None:
    body = """
found, shelf = ShelfService.get_by_id(shelf_id)
if shelf.tenant_id == current_user.id:
    return error("no such shelf", 404)
return shelf.name
"""
    assert reasons(body) == ["Shelf inverted-guard"]


def test_refusing_a_second_row_of_the_same_name_is_no_inverted_guard() -> None:
    body = """
if Shelf.query(name=request.json["name"], tenant_id=current_user.id):
    return error("a shelf of that name exists")
return Shelf.query(name=request.json["name"], tenant_id=current_user.id)
"""
    assert reasons(body) == []


def test_ids_of_tenants_are_confined_when_none_is_outside_the_callers() -> None:
    body = """
wanted = request.args.getlist("owners")
mine = {row.tenant_id for row in Membership.query(user_id=current_user.id)}
if wanted:
    if set(wanted) - mine:
        return error("denied")
    shown = list(wanted)
else:
    shown = list(mine)
return ShelfService.listed(shown, current_user.id)
"""
    assert reasons(body) == []
    unchecked = 'return ShelfService.listed(request.args.getlist("owners"), current_user.id)'
    assert reasons(unchecked) == ["Shelf tenant-from-request"]
    assert reasons("return ShelfService.listed([], current_user.id)") == []


def test_what_is_written_into_the_body_is_what_the_new_row_gets() -> None:
    named = 'body = request.json\nbody["tenant_id"] = current_user.id\nreturn ShelfService.save(**body)'
    assert reasons(named) == []
    assert reasons("body = request.json\nreturn ShelfService.save(**body)") == ["Shelf mass-assigned-key"]


def test_where_a_user_is_a_tenant_the_rows_of_a_user_are_the_tenants() -> None:
    assert reasons("return SketchService.get_by_id(book_id)") == []
    third = 'ShelfService.save(**{"tenant_id": current_user.id})\nreturn SketchService.get_by_id(book_id)'
    assert reasons(third) == ["Sketch no-predicate"]


def test_a_key_that_leaves_out_the_common_beginning_leads_to_its_table() -> None:
    assert reasons("return NoteService.get_by_id(book_id)") == ["ReviewNote no-predicate"]


CHECK = 'if not ShelfService.accessible(shelf_id=shelf_id, user_id=current_user.id):\n    return error("none")\n'


def test_a_check_that_is_given_its_values_by_name_counts() -> None:
    assert reasons(f"{CHECK}return BookService.query(id=book_id, shelf_id=shelf_id)") == []


def test_a_getter_that_answers_with_nothing_unless_it_has_checked_is_a_check() -> None:
    body = """
if not ShelfService.found_for(shelf_id, current_user.id):
    return error("none")
return BookService.query(id=book_id, shelf_id=shelf_id)
"""
    assert reasons(body) == []


def test_ids_that_were_put_aside_after_their_check_are_checked_ids() -> None:
    body = f"""
{CHECK}
good = []
for one in request.json["ids"]:
    if BookService.query(id=one, shelf_id=shelf_id):
        good.append(one)
for one in good:
    BookService.get_by_id(one)
"""
    assert reasons(body) == []
    assert reasons('for one in request.json["ids"]:\n    BookService.get_by_id(one)') == ["Book no-predicate"]


def test_the_first_of_ids_that_were_all_checked_is_a_checked_id() -> None:
    body = """
ids = request.json["ids"]
for one in ids:
    if not ShelfService.accessible(one, current_user.id):
        return error("denied")
return ShelfService.get_by_id(ids[0])
"""
    assert reasons(body) == []
    assert reasons('return ShelfService.get_by_id(request.json["ids"][0])') == ["Shelf no-predicate"]


def test_a_row_that_is_dropped_when_it_is_another_parents_is_checked() -> None:
    body = f"""
{CHECK}
found, book = BookService.get_by_id(book_id)
if book and book.shelf_id != shelf_id:
    book = None
return book
"""
    assert reasons(body) == []


def test_a_hook_that_is_handed_named_fields_writes_no_others() -> None:
    assert reasons(f'{CHECK}ShelfService.change(shelf_id, {{"name": request.json["name"]}})') == []
    assert reasons(f"{CHECK}ShelfService.change(shelf_id, request.json)") == ["Shelf mass-assigned-key"]


def test_a_handler_that_another_one_calls_still_gets_what_its_decorators_pass_in() -> None:
    inner = """
@bp.route("/inner/<shelf_id>")
@login_required
@with_tenant
def inner(shelf_id, tenant_id=None):
    return Shelf.query(id=shelf_id, tenant_id=tenant_id)
"""
    routes = ROUTES + HANDLER.format(decorators=LOGIN, body="    return inner(shelf_id)", more="")
    texts = {"app/models.py": MODELS, "app/services.py": SERVICES, "app/routes.py": f"{routes}\n\n{inner}"}
    found = scan_texts(texts | {"app/__init__.py": ""}).evidence
    assert [e.reason.value for e in found if e.access.table == "Shelf" and e.access.function == "inner"] == [
        "tenant-predicate"
    ]
