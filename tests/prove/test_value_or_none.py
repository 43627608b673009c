"""A column that is asked for a value or for having none is no replaced filter; one that is left out instead is."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from peewee import CharField, Model

class Tenant(Model):
    id = CharField(primary_key=True)

class Pipeline(Model):
    id = CharField(primary_key=True)
    tenant_id = CharField()

class Log(Model):
    id = CharField(primary_key=True)
    pipeline_id = CharField(null=True)
    document = CharField()
"""
SERVICE = """
from models import Log, Pipeline, Tenant

def logs(tenant_id, pipeline_id, document):
    pipeline = Pipeline.get(Pipeline.id == pipeline_id, Pipeline.tenant_id == tenant_id)
    chosen = {chosen}
    return list(Log.select().where(Log.document == document, chosen))

def others(tenant_id):
    return list(Pipeline.select().where(Pipeline.tenant_id == tenant_id))
"""

OWN = "(Log.pipeline_id == pipeline.id)"


@pytest.mark.parametrize(
    ("chosen", "replaced"),
    [
        ("OWN if pipeline else (Log.pipeline_id.is_null(True) | (Log.pipeline_id == ''))", False),
        ("OWN if pipeline else Log.pipeline_id.is_null(True)", False),
        ("OWN if pipeline else (Log.document == 'all')", True),
    ],
)
def test_having_no_parent_is_a_value_of_the_parent(chosen: str, replaced: bool) -> None:
    report = scan_texts(
        {
            "models.py": MODELS,
            "service.py": SERVICE.format(chosen=chosen.replace("OWN", "(Log.pipeline_id == pipeline.id)")),
        }
    )
    reasons = [item.reason.value for item in report.evidence]
    assert ("replaced-predicate" in reasons) == replaced, reasons
