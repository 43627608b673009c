"""What Django and its REST framework do between the lines: each pair differs in one thing, and only one leaks."""

from __future__ import annotations

from textwrap import dedent

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from django.contrib.auth.models import AbstractUser
from django.db import models


class Company(models.Model):
    slug = models.SlugField(unique=True)


class User(AbstractUser):
    picture = models.ForeignKey("Upload", null=True, on_delete=models.SET_NULL)


class Seat(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    person = models.ForeignKey(User, on_delete=models.CASCADE)


class Upload(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)


class Board(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    anchor = models.CharField(max_length=40, unique=True, default=make_anchor)


class BoardSeat(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    board = models.ForeignKey(Board, on_delete=models.CASCADE)
    person = models.ForeignKey(User, on_delete=models.CASCADE)


class Card(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="cards")
    text = models.TextField()


class Invite(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    email = models.EmailField()
"""
HEAD = """
from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from shop.models import Board, BoardSeat, Card, Company, Invite, Seat, Upload, User


class InCompany(BasePermission):
    def has_permission(self, request, view):
        return Seat.objects.filter(company__slug=view.kwargs["slug"], person=request.user).exists()


class OnBoard(BasePermission):
    def has_permission(self, request, view):
        if request.method in SAFE_METHODS:
            return Seat.objects.filter(company__slug=view.kwargs["slug"], person=request.user).exists()
        return BoardSeat.objects.filter(
            company__slug=view.kwargs["slug"], board_id=view.board_id, person=request.user
        ).exists()


class View(APIView):
    permission_classes = [IsAuthenticated, InCompany]
"""


def reported(source: str, **files: str) -> list[str]:
    """The rules that report something, in order of place."""
    texts = {"shop/models.py": MODELS, "shop/views.py": HEAD + dedent(source)}
    texts.update({path.replace("__", "/") + ".py": dedent(text) for path, text in files.items()})
    report = scan_texts(texts)
    assert report.problems == ()
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        (
            "Board.objects.filter(company__slug=slug).prefetch_related(Prefetch('cards', queryset=Card.objects.all()))",
            [],
        ),
        ("[Board.objects.filter(company__slug=slug), Card.objects.all()]", ["ISO102"]),
    ],
)
def test_prefetched_rows_are_those_of_the_rows_around_them(rows: str, rules: list[str]) -> None:
    assert reported(f"class Boards(View):\n    def get(self, request, slug):\n        return {rows}\n") == rules


@pytest.mark.parametrize(("column", "rules"), [("anchor", []), ("title", ["ISO105", "ISO301"])])
def test_a_unique_text_that_the_program_makes_up_is_a_capability(column: str, rules: list[str]) -> None:
    source = f"""
        class Public(APIView):
            permission_classes = [AllowAny]

            def get(self, request, key):
                board = Board.objects.get({column}=key)
                return Card.objects.filter(company_id=board.company_id)
        """
    assert reported(source) == rules


def test_people_do_not_belong_to_the_tenant_of_their_picture() -> None:
    assert (
        reported("class People(View):\n    def get(self, request, slug, pk):\n        return User.objects.get(pk=pk)\n")
        == []
    )


@pytest.mark.parametrize(("where", "rules"), [("company__slug=slug", []), ("text=''", ["ISO102"])])
def test_rows_are_updated_in_bulk_where_they_were_fetched(where: str, rules: list[str]) -> None:
    source = f"""
        class Cards(View):
            def post(self, request, slug):
                changed = []
                for card in Card.objects.filter({where}):
                    card.text = ""
                    changed.append(card)
                Card.objects.bulk_update(changed, ["text"])
        """
    assert reported(source) == rules


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ("fields = '__all__'", ["ISO306"]),
        ("fields = '__all__'\n        read_only_fields = ['company', 'board']", []),
        ("exclude = ['company']", []),
        ("fields = ['text', 'board']", []),
        ("fields = ['text', 'company']", ["ISO306"]),
    ],
)
def test_validated_data_holds_what_the_serializer_lets_a_client_write(fields: str, rules: list[str]) -> None:
    source = f"""
class CardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Card
        {fields}

    def create(self, validated_data):
        return Card.objects.create(**validated_data)
"""
    assert reported(source) == rules


@pytest.mark.parametrize(
    ("use", "rules"),
    [
        ("CardSerializer(Card.objects.filter(company__slug=slug), many=True).data", []),
        ("CardSerializer(data=request.data).save(company=request.company)", []),
        ("CardSerializer(Card.objects.get(pk=pk, company__slug=slug), data=request.data).save()", ["ISO306"]),
    ],
)
def test_a_serializer_of_all_fields_is_reported_where_it_writes(use: str, rules: list[str]) -> None:
    source = f"""
class CardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Card
        fields = "__all__"


class Cards(View):
    def patch(self, request, slug, pk):
        return {use}
"""
    assert reported(source) == rules


@pytest.mark.parametrize(
    ("check", "rules"),
    [
        ("pass", ["ISO305"]),
        ("data['board'] = Board.objects.get(pk=data['board'].pk, company_id=self.context['company_id'])", []),
    ],
)
def test_a_named_row_may_be_looked_up_by_the_validation(check: str, rules: list[str]) -> None:
    source = f"""
class CardSerializer(serializers.ModelSerializer):
    board = serializers.PrimaryKeyRelatedField(queryset=Board.objects.all())

    class Meta:
        model = Card
        fields = ["text", "board"]

    def validate(self, data):
        {check}
        return data


class Cards(View):
    def post(self, request, slug):
        CardSerializer(data=request.data).save(company=request.company)
"""
    assert reported(source) == rules


@pytest.mark.parametrize(("guard", "rules"), [("InCompany", []), ("IsAuthenticated", ["ISO301"])])
def test_a_query_set_is_judged_with_the_guards_of_the_handlers_that_use_it(guard: str, rules: list[str]) -> None:
    source = f"""
        class Other(View):
            def get(self, request, slug):
                return Card.objects.filter(company__slug=slug)


        class Cards(ModelViewSet):
            permission_classes = [{guard}]

            def get_queryset(self):
                return Card.objects.filter(company__slug=self.kwargs["slug"])

            def retrieve(self, request, slug, pk):
                return self.get_object()
        """
    assert reported(source) == rules


@pytest.mark.parametrize(("method", "rules"), [("post", []), ("get", ["ISO304"])])
def test_a_permission_checks_what_it_checks_for_this_method(method: str, rules: list[str]) -> None:
    source = f"""
        class Cards(APIView):
            permission_classes = [OnBoard]

            @property
            def board_id(self):
                return self.kwargs.get("board_id")

            def {method}(self, request, slug, board_id):
                return Card.objects.filter(board_id=board_id)
        """
    assert reported(source) == rules


@pytest.mark.parametrize(("owner", "rules"), [("request.user.email", []), ("request.data['email']", ["ISO102"])])
def test_rows_with_the_callers_own_address_are_theirs(owner: str, rules: list[str]) -> None:
    source = f"""
        class Invites(APIView):
            permission_classes = [IsAuthenticated]

            def get(self, request):
                return Invite.objects.filter(email={owner})
        """
    assert reported(source) == rules


BACKEND = """
from rest_framework.filters import BaseFilterBackend

from shop.context import current_company, path_of


class CompanyFilter(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        if getattr(view, "all_companies", False):
            return queryset
        company = current_company()
        if company is None:
            return queryset.none()
        return queryset.filter(**{path_of(queryset.model): company})
"""
CONTEXT = """
from shop.models import Company


def current_company():
    return Company.objects.get(pk=company_of_the_session())
"""
SETTINGS = "REST_FRAMEWORK = {'DEFAULT_FILTER_BACKENDS': ['shop.filters.CompanyFilter']}\n"


@pytest.mark.parametrize(("own", "rules"), [("", []), ("filter_backends = []", ["ISO102"])])
def test_filter_backends_of_the_settings_restrict_the_query_sets_of_views(own: str, rules: list[str]) -> None:
    source = f"""
        class Cards(ModelViewSet):
            permission_classes = [IsAuthenticated]
            {own}

            def get_queryset(self):
                return Card.objects.filter(board_id=self.kwargs["pk"])
        """
    files = {"shop__filters": BACKEND, "shop__context": CONTEXT, "shop__settings": SETTINGS}
    assert reported(source, **files) == rules


MIDDLEWARE = """
class AuthMiddleware:
    def __call__(self, request):
        if not request.user.is_authenticated:
            return JsonResponse({}, status=401)
        return self.get_response(request)


class LoginHintMiddleware:
    def __call__(self, request):
        return self.get_response(request)
"""


@pytest.mark.parametrize(("name", "rules"), [("AuthMiddleware", ["ISO102"]), ("LoginHintMiddleware", ["ISO105"])])
def test_a_middleware_that_sends_strangers_away_stands_before_all_handlers(name: str, rules: list[str]) -> None:
    source = """
        class Guarded(View):
            def get(self, request, slug):
                return Board.objects.filter(company__slug=slug)


        class Cards(APIView):
            def get(self, request, pk):
                return Card.objects.get(pk=pk)
        """
    files = {"shop__middleware": MIDDLEWARE, "shop__settings": f"MIDDLEWARE = ['shop.middleware.{name}']\n"}
    assert reported(source, **files) == rules


KEEPER = """
class MachineMiddleware:
    def process_request(self, request):
        if not request.path.startswith("/machine/"):
            return None
        header = request.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return JsonResponse({}, status=401)
        return None if header == settings.MACHINE_API_KEY else JsonResponse({}, status=401)
"""


@pytest.mark.parametrize(("prefix", "rules"), [("machine", []), ("people", ["ISO102"])])
def test_a_middleware_may_keep_a_prefix_of_the_urls_for_machines(prefix: str, rules: list[str]) -> None:
    source = """
        class Cards(APIView):
            permission_classes = [IsAuthenticated]

            def get(self, request, pk):
                return Card.objects.get(pk=pk)
        """
    urls = """
        from django.urls import path

        from shop.views import Cards

        urlpatterns = [path("cards/<int:pk>/", Cards.as_view())]
        """
    above = f"from django.urls import include, path\nurlpatterns = [path('{prefix}/', include('shop.urls'))]\n"
    files = {"shop__keeper": KEEPER, "shop__settings": "MIDDLEWARE = ['shop.keeper.MachineMiddleware']\n"}
    assert reported(source, **files, shop__urls=urls, shop__root_urls=above) == rules


def test_rows_may_be_confined_by_a_relation_that_is_read_backwards() -> None:
    source = """
        class BoardSerializer(serializers.ModelSerializer):
            def create(self, validated_data):
                return Board.objects.filter(cards__company_id=self.context["company_id"]).first()
        """
    assert reported(source) == []


@pytest.mark.parametrize(("editable", "rules"), [("False", []), ("True", ["ISO306"])])
def test_a_serializer_does_not_write_what_nobody_edits(editable: str, rules: list[str]) -> None:
    models = f"""
        from django.db import models

        from shop.models import Company


        class Note(models.Model):
            company = models.ForeignKey(Company, on_delete=models.CASCADE, editable={editable})
            text = models.TextField()
        """
    source = """
        from shop.notes import Note


        class NoteSerializer(serializers.ModelSerializer):
            class Meta:
                model = Note
                fields = "__all__"

            def create(self, validated_data):
                return Note.objects.create(**validated_data)
        """
    assert reported(source, shop__notes=models) == rules


@pytest.mark.parametrize(
    ("objects", "rules"),
    [("Board.objects.filter(company__slug=self.kwargs['slug'])", []), ("Board.objects", ["ISO304"])],
)
def test_the_object_of_a_view_is_one_of_its_query_set(objects: str, rules: list[str]) -> None:
    source = f"""
        class Boards(ModelViewSet):
            permission_classes = [IsAuthenticated, InCompany]

            def get_queryset(self):
                return {objects}.order_by("title")

            def retrieve(self, request, slug, pk):
                return list(Card.objects.filter(board=self.get_object()))
        """
    assert sorted(set(reported(source))) == rules


@pytest.mark.parametrize(("decorator", "rules"), [("needs_api_key", []), ("counts_calls", ["ISO301"])])
def test_a_decorator_that_asks_for_an_api_key_has_checked_the_tenant_of_the_url(
    decorator: str, rules: list[str]
) -> None:
    source = f"""
        class Guarded(View):
            def get(self, request, slug):
                return Board.objects.filter(company__slug=slug)


        class Cards(APIView):
            @{decorator}
            def get(self, request, company_name):
                return Card.objects.filter(company__slug=company_name)
        """
    urls = """
        from django.urls import path

        from shop.views import Cards

        urlpatterns = [path("<str:company_name>/cards/", Cards.as_view())]
        """
    assert [rule for rule in reported(source, shop__urls=urls) if rule != "ISO105"] == rules


@pytest.mark.parametrize(("route", "rules"), [("'cards/'", []), ("f'{PREFIX}/cards/'", ["ISO301"])])
def test_a_parameter_that_no_url_has_is_passed_in_by_a_decorator(route: str, rules: list[str]) -> None:
    source = """
        class Guarded(View):
            def get(self, request, slug):
                return Board.objects.filter(company__slug=slug)


        class Cards(APIView):
            permission_classes = [IsAuthenticated]

            @with_company
            def get(self, request, company):
                return Card.objects.filter(company=company)
        """
    urls = f"""
        from django.urls import path

        from shop.prefix import PREFIX
        from shop.views import Cards

        urlpatterns = [path({route}, Cards.as_view())]
        """
    assert reported(source, shop__urls=urls, shop__prefix="PREFIX = '<slug:company>'") == rules


@pytest.mark.parametrize(("key", "rules"), [("board_id", []), ("text", ["ISO304"])])
def test_a_decorator_checks_the_values_of_the_url_that_a_handler_takes_as_a_whole(key: str, rules: list[str]) -> None:
    source = f"""
        def on_board(handler):
            def wrapped(view, request, *args, **kwargs):
                seats = BoardSeat.objects.filter(
                    company__slug=kwargs["slug"], board_id=kwargs["team_id"], person=request.user
                )
                if not seats.exists():
                    raise PermissionDenied
                return handler(view, request, *args, **kwargs)

            return wrapped


        class Cards(APIView):
            permission_classes = [IsAuthenticated]

            @on_board
            def get(self, request, *args, **kwargs):
                return Card.objects.filter({key}=kwargs["{"team_id" if key == "board_id" else "pk"}"])
        """
    assert reported(source) == rules


@pytest.mark.parametrize(
    ("board", "rules"),
    [("Board.objects.create(title='new', company=company)", []), ("Board.objects.first()", ["ISO102", "ISO103"])],
)
def test_rows_are_made_beside_one_that_was_just_made(board: str, rules: list[str]) -> None:
    source = f"""
        class Cards(View):
            def post(self, request, slug):
                company = Company.objects.get(slug=slug)
                board = {board}
                Card.objects.create(board=board, company_id=board.company_id)
        """
    assert reported(source) == rules
