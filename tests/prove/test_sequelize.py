"""Sequelize: how models and their relations are declared, and what its queries are restricted to."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

NESTED = {
    "src/models/invoice.js": """
const { Model } = require('sequelize');
module.exports = (sequelize, DataTypes) => {
  class Invoice extends Model {
    static associate(models) {
      this.belongsTo(models.Organization, { foreignKey: 'organizationId', as: 'organization' });
      this.hasMany(models.Line, { foreignKey: 'invoiceId', as: 'lines' });
    }
  }
  Invoice.init({ number: DataTypes.STRING }, { sequelize, modelName: 'Invoice' });
  return Invoice;
};
""",
    "src/models/organization.js": """
module.exports = (sequelize, DataTypes) => {
  const Organization = sequelize.define('Organization', { name: DataTypes.STRING }, { tableName: 'organizations' });
  return Organization;
};
""",
    "src/models/line.js": """
module.exports = (sequelize, DataTypes) =>
  sequelize.define('Line', { text: { type: DataTypes.STRING } });
""",
    "src/models/index.js": "const db = {};\nmodule.exports = db;\n",
}
DECORATED = {
    "src/models.ts": """
import { BelongsTo, Column, ForeignKey, HasMany, Model, PrimaryKey, Table } from 'sequelize-typescript';
@Table({ tableName: 'organizations' })
export class Organization extends Model { @PrimaryKey @Column id: string; }
@Table
export class Invoice extends Model<Invoice> {
  @PrimaryKey @Column id: string;
  @ForeignKey(() => Organization) @Column organizationId: string;
  @BelongsTo(() => Organization) organization: Organization;
  @HasMany(() => Line) lines: Line[];
}
@Table
export class Line extends Model<Line> {
  @ForeignKey(() => Invoice) @Column invoiceId: string;
  @BelongsTo(() => Invoice) invoice: Invoice;
}
"""
}
TYPED = {
    "src/models.ts": """
import { DataTypes, Model, Sequelize } from 'sequelize';
export const sequelize = new Sequelize(process.env.DB!);
export class Organization extends Model { declare id: string; }
Organization.init({ id: { type: DataTypes.UUID, primaryKey: true } }, { sequelize });
export class Invoice extends Model<InferAttributes<Invoice>> { declare id: string; }
Invoice.init(
  { id: { type: DataTypes.UUID, primaryKey: true }, organizationId: { type: DataTypes.UUID, allowNull: false } },
  { sequelize, tableName: 'invoices' },
);
const invoiceId = { type: DataTypes.UUID, references: { model: 'invoices' } };
export const Line = sequelize.define('line', { invoiceId });
Invoice.belongsTo(Organization, { foreignKey: 'organizationId' });
Line.belongsTo(Invoice, { foreignKey: 'invoiceId' });
"""
}
HANDLER = """
const express = require('express');
const { Op } = require('sequelize');
const db = require('./models');
const router = express.Router();
router.post('/x/:id', requireAuth, async (req, res) => {
  const id = req.params.id;
  const organizationId = req.user.organizationId;
  %s
});
"""


def reasons(body: str) -> list[str]:
    """The reasons given for the accesses of a handler's body, in order."""
    report = scan_texts({**NESTED, "src/app.js": HANDLER % body})
    return [item.reason.value for item in report.evidence]


@pytest.mark.parametrize("models", [NESTED, DECORATED, TYPED], ids=["nested", "decorated", "typed"])
def test_tables_and_the_tenant_are_found_however_models_are_declared(models: dict[str, str]) -> None:
    tenancy = scan_texts(models).tenancy
    assert (tenancy.roots, tenancy.keys) == (("Organization",), ("organizationId",))
    assert {name.lower() for name in tenancy.owned} == {"invoice", "line"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("res.json(await db.Invoice.findByPk(id));", "no-predicate"),
        ("res.json(await db.Invoice.findOne({ where: { id, organizationId } }));", "tenant-predicate"),
        (
            "res.json(await db.Invoice.findAll({ where: { id: [id], organizationId: [organizationId] } }));",
            "tenant-predicate",
        ),
        (
            "res.json(await db.Invoice.count({ where: { [Op.and]: [{ id: { [Op.gt]: 1 } }, "
            "{ organizationId: { [Op.eq]: organizationId } }] } }));",
            "tenant-predicate",
        ),
        (
            "res.json(await db.Invoice.findAll({ where: { [Op.or]: [{ id }, { organizationId }] } }));",
            "widened-predicate",
        ),
        (
            "res.json(await db.Line.findOne({ where: { id }, "
            "include: [{ model: db.Invoice, where: { organizationId } }] }));",
            "tenant-predicate",
        ),
        (
            "res.json(await db.Line.findOne({ where: { id }, "
            "include: [{ model: db.Invoice, required: false, where: { organizationId } }] }));",
            "no-predicate",
        ),
        ("await db.Invoice.create(req.body);", "mass-assigned-key"),
        ("await db.Invoice.bulkCreate([{ number: 1, organizationId }]);", "tenant-payload"),
        ("await db.Invoice.update({ number: 1 }, { where: { id } });", "no-predicate"),
        ("await db.Invoice.destroy({ where: { id, organizationId } });", "tenant-predicate"),
        ("await db.Invoice.findOrCreate({ where: { number: 1, organizationId } });", "tenant-predicate"),
        ("await db.Invoice.build({ organizationId: req.body.organizationId }).save();", "tenant-from-request"),
    ],
)
def test_models_are_given_objects_of_conditions(body: str, reason: str) -> None:
    assert reasons(body) == [reason]


def test_a_scope_restricts_in_a_way_that_is_not_known() -> None:
    body = "res.json(await db.Invoice.scope({ method: ['near', req.query.place] }).findAll());"
    report = scan_texts({**NESTED, "src/app.js": HANDLER % body})
    assert [item.reason.value for item in report.findings] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("await row.update({ number: 1 });", "id-from-scoped-row"),
        ("await row.update(req.body);", "mass-assigned-key"),
        ("row.number = req.body.number; await row.save();", "id-from-scoped-row"),
        ("await row.destroy();", "id-from-scoped-row"),
    ],
)
def test_rows_write_themselves(change: str, reason: str) -> None:
    body = f"const row = await db.Invoice.findOne({{ where: {{ id, organizationId }} }});\n  {change}"
    assert reasons(body) == ["tenant-predicate", reason]


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ('"organizationId" = :org', "{ replacements: { org: organizationId } }", "tenant-predicate"),
        ('"organizationId" = :org', "{ replacements: { org: req.query.org } }", "tenant-from-request"),
        ('id = ? AND "organizationId" = ?', "{ replacements: [id, organizationId] }", "tenant-predicate"),
        ('"organizationId" = $1', "{ bind: [req.query.org] }", "tenant-from-request"),
        ("id = $1", "{ bind: [id] }", "no-predicate"),
    ],
)
def test_values_of_sql_text_stand_in_the_options(text: str, options: str, reason: str) -> None:
    body = f"res.json(await db.sequelize.query('SELECT * FROM \"Invoices\" WHERE {text}', {options}));"
    assert reasons(body) == [reason]


def test_a_model_may_be_injected() -> None:
    controller = """
import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { InjectModel } from '@nestjs/sequelize';
import { Invoice } from './models';
@Controller('invoices')
@UseGuards(JwtAuthGuard)
export class InvoicesController {
  constructor(@InjectModel(Invoice) private readonly invoices: typeof Invoice) {}
  @Get(':id') one(@Param('id') id: string) { return this.invoices.findByPk(id); }
}
"""
    report = scan_texts({**DECORATED, "src/app.ts": controller})
    assert [item.rule for item in report.findings] == ["ISO102"]
