"""Which values of the tenant are tried, and where: what the file itself restricts by, where it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from isolint.fixes import Fixed

Project = Callable[..., tuple[Fixed, dict[str, str]]]
MODELS = """
from django.conf import settings
from django.db import models


class Studio(models.Model):
    slug = models.SlugField(unique=True)


class StudioMember(models.Model):
    studio = models.ForeignKey(Studio, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Lesson(models.Model):
    studio = models.ForeignKey(Studio, on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    is_open = models.BooleanField(default=True)


class Booking(models.Model):
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="bookings")
    paid = models.BooleanField(default=False)
"""
CONFIG = "tenancy:\n  strategy: row\n  roots: [Studio]\n  keys: [studio, studio_id]\n"
HEAD = """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404

from studio.models import Booking, Lesson, Studio


@login_required
def lessons(request):
    rows = Lesson.objects.filter(studio_id=request.user.studio_id)
    return JsonResponse([row.title for row in rows], safe=False)

"""


def django(view: str) -> Mapping[str, str]:
    return {"isolint.yaml": CONFIG, "studio/models.py": MODELS, "studio/views.py": HEAD + view}


def test_a_query_that_a_comprehension_goes_through(project: Project) -> None:
    found, files = project(
        django("""
@login_required
def titles(request):
    return JsonResponse([lesson.title for lesson in Lesson.objects.filter(is_open=True)], safe=False)
""")
    )
    assert [item.rule for item in found.fixed] == ["ISO102"]
    assert "Lesson.objects.filter(is_open=True, studio_id=request.user.studio_id)]" in files["studio/views.py"]


def test_a_value_that_stands_only_in_what_a_comprehension_goes_through(project: Project) -> None:
    files = dict(django(""))
    files["studio/views.py"] = """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse

from studio.models import Lesson


@login_required
def titles(request):
    return JsonResponse([row.title for row in Lesson.objects.filter(studio_id=request.user.studio_id)], safe=False)


@login_required
def close(request, pk):
    Lesson.objects.filter(pk=pk).update(is_open=False)
    return JsonResponse({})
"""
    found, after = project(files)
    assert [item.rule for item in found.fixed] == ["ISO103"]
    assert "filter(pk=pk, studio_id=request.user.studio_id).update" in after["studio/views.py"]


def test_a_table_that_belongs_to_the_tenant_through_another(project: Project) -> None:
    found, files = project(
        django("""
@login_required
def settle(request, pk):
    Booking.objects.filter(pk=pk).update(paid=True)
    return JsonResponse({})
""")
    )
    assert [item.rule for item in found.fixed] == ["ISO103"]
    assert "Booking.objects.filter(pk=pk, lesson__studio_id=request.user.studio_id)" in files["studio/views.py"]


def test_a_column_that_the_table_does_not_have_is_not_tried(project: Project) -> None:
    models = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Studio(Base):
    __tablename__ = "studios"
    id: Mapped[int] = mapped_column(primary_key=True)


class Lesson(Base):
    __tablename__ = "lessons"
    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("studios.id"))


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
"""
    views = """
from flask import Blueprint, jsonify
from flask_login import current_user, login_required
from sqlalchemy import delete, select

from studio.db import session
from studio.models import Booking, Lesson

bp = Blueprint("lessons", __name__)


@bp.get("/lessons")
@login_required
def lessons():
    return jsonify(session.scalars(select(Lesson.id).where(Lesson.studio_id == current_user.studio_id)).all())


@bp.delete("/bookings/<int:booking_id>")
@login_required
def cancel(booking_id):
    session.execute(delete(Booking).where(Booking.id == booking_id))
    return "", 204
"""
    files = {
        "isolint.yaml": CONFIG,
        "studio/models.py": models,
        "studio/views.py": views,
        "studio/db.py": "from sqlalchemy.orm import Session\n\nsession = Session()\n",
    }
    found, after = project(files, unsafe=True)
    assert [item.rule for item in found.report.findings] == ["ISO103"]
    assert not found.fixed
    assert after == files
