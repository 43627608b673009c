"""Mongoose: how models and their references are declared, and what its queries are restricted to."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
import mongoose, { Schema, model, models } from 'mongoose';
export const Organization = mongoose.model('Organization', new Schema({ name: String }));
const invoiceSchema = new Schema<IInvoice>({
  organizationId: { type: Schema.Types.ObjectId, ref: 'Organization', required: true },
  number: { type: String }, status: String,
}, { timestamps: true });
export const Invoice = models.Invoice || model<IInvoice>('Invoice', invoiceSchema);
const lineSchema = new mongoose.Schema({ invoice: { type: Schema.Types.ObjectId, ref: 'Invoice' }, text: String });
export default mongoose.model('Line', lineSchema);
"""
HANDLER = """
import { Router } from 'express';
import Line, { Invoice } from './models';
const router = Router();
router.post('/x/:id', requireAuth, async (req, res) => {
  const _id = req.params.id;
  const organizationId = req.user.organizationId;
  %s
});
"""


def reasons(body: str) -> list[str]:
    """The reasons given for the accesses of a handler's body, in order."""
    report = scan_texts({"src/models.ts": MODELS, "src/app.ts": HANDLER % body})
    return [item.reason.value for item in report.evidence]


def test_models_are_made_of_schemas() -> None:
    tenancy = scan_texts({"src/models.ts": MODELS}).tenancy
    assert (tenancy.roots, tenancy.keys, set(tenancy.owned)) == (
        ("Organization",),
        ("organizationId",),
        {"Invoice", "Line"},
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("res.json(await Invoice.findById(_id).lean());", "no-predicate"),
        ("res.json(await Invoice.findOne({ _id, organizationId }).populate('lines'));", "tenant-predicate"),
        ("res.json(await Invoice.find().where('organizationId').equals(organizationId));", "tenant-predicate"),
        ("res.json(await Invoice.find().where('organizationId').ne(organizationId));", "no-predicate"),
        (
            "res.json(await Invoice.find({ $and: [{ _id }, { organizationId: { $eq: organizationId } }] }));",
            "tenant-predicate",
        ),
        ("res.json(await Invoice.find({ $or: [{ _id }, { organizationId }] }));", "widened-predicate"),
        ("await Invoice.findOneAndUpdate({ _id }, { $set: { status: 'paid' } });", "no-predicate"),
        ("await Invoice.findOneAndUpdate({ _id, organizationId }, { $set: req.body });", "mass-assigned-key"),
        ("await Invoice.findByIdAndUpdate(_id, { status: 'paid' }, { new: true });", "no-predicate"),
        ("await Invoice.updateMany({ organizationId }, { status: 'paid' });", "tenant-predicate"),
        ("await Invoice.deleteOne({ _id });", "no-predicate"),
        ("await Invoice.create({ ...req.body, organizationId });", "tenant-payload"),
        ("await Invoice.insertMany([req.body]);", "mass-assigned-key"),
        (
            "const made = new Invoice({ organizationId: req.body.organizationId }); await made.save();",
            "tenant-from-request",
        ),
        ("const made = new Invoice({ number: 1, organizationId }); await made.save();", "tenant-payload"),
        (
            "res.json(await Invoice.aggregate([{ $match: { organizationId } }, { $group: { _id: '$status' } }]));",
            "tenant-predicate",
        ),
        ("res.json(await Invoice.aggregate([{ $group: { _id: '$status' } }]));", "no-predicate"),
        ("res.json(await Invoice.countDocuments({ organizationId: req.body.organizationId }));", "tenant-from-request"),
        (
            "const made = await Invoice.findById(_id);"
            "if (!made.organizationId.equals(organizationId)) return res.status(404).end(); res.json(made);",
            "check-after-fetch",
        ),
        (
            "const filter = { _id }; if (req.query.own) filter.organizationId = organizationId;"
            "res.json(await Invoice.find(filter));",
            "optional-predicate",
        ),
    ],
)
def test_models_are_given_filters(body: str, reason: str) -> None:
    assert reasons(body) == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("row.status = 'paid'; await row.save();", "id-from-scoped-row"),
        ("Object.assign(row, req.body); await row.save();", "mass-assigned-key"),
        ("res.json(await Line.find({ invoice: row._id }));", "scoped-parent"),
        ("await row.deleteOne();", "id-from-scoped-row"),
    ],
)
def test_documents_write_themselves_and_lead_to_others(change: str, reason: str) -> None:
    assert reasons(f"const row = await Invoice.findOne({{ _id, organizationId }}); {change}") == [
        "tenant-predicate",
        reason,
    ]


def test_a_model_of_a_decorated_class_may_be_injected() -> None:
    models = """
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
@Schema()
export class Organization { @Prop() name: string; }
@Schema({ timestamps: true })
export class Invoice {
  @Prop({ type: Types.ObjectId, ref: Organization.name, required: true }) organizationId: Types.ObjectId;
}
export const InvoiceSchema = SchemaFactory.createForClass(Invoice);
"""
    service = """
import { Body, Controller, Get, Param, Post, Req, UseGuards } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { Invoice } from './models';
@Controller('invoices')
@UseGuards(JwtAuthGuard)
export class InvoicesController {
  constructor(@InjectModel(Invoice.name) private readonly invoices: Model<InvoiceDocument>) {}
  @Get(':id') one(@Param('id') id: string) { return this.invoices.findById(id).exec(); }
  @Get() all(@Req() req) { return this.invoices.find({ organizationId: req.user.organizationId }).exec(); }
  @Post() add(@Body() body) { const made = new this.invoices(body); return made.save(); }
}
"""
    report = scan_texts({"src/models.ts": models, "src/app.ts": service})
    assert [item.reason.value for item in report.evidence] == ["no-predicate", "tenant-predicate", "mass-assigned-key"]
