"""Who is calling is proven by a signature over the body; and rows whose time is over are nobody's choice."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Organization {
  id       String    @id
  invoices Invoice[]
  links    Link[]
}
model Invoice {
  id             String       @id
  organizationId String
  amount         Int
  subscription   String       @unique
  organization   Organization @relation(fields: [organizationId], references: [id])
}
model Link {
  id             String       @id
  organizationId String
  expiresAt      DateTime
  organization   Organization @relation(fields: [organizationId], references: [id])
}
"""
WEBHOOK = """
import Stripe from 'stripe';
import {{ prisma }} from './db';

async function book(tx, organizationId, amount) {{
  await tx.invoice.create({{ data: {{ organizationId, amount }} }});
}}

export const POST = async (req) => {{
  const stripe = new Stripe(process.env.STRIPE_KEY);
  const body = await req.text();
  let event;
  try {{
    event = {event};
  }} catch (error) {{
    return new Response('Error', {{ status: 400 }});
  }}
  {action}
}};
"""
ACTIONS = {
    "its own": "await prisma.invoice.create({ data: { organizationId: event.data.organization, amount: 1 } });",
    "in a transaction": (
        "const known = await prisma.invoice.findFirst({ where: { subscription: event.data.id } });"
        "await prisma.$transaction(async (tx) => { await tx.invoice.update({ where: { id: known.id }, "
        "data: { amount: 2 } }); });"
    ),
    "in a helper": (
        "await prisma.$transaction(async (tx) => { await book(tx, event.data.organization, event.data.amount); });"
    ),
}
VERIFIED = "stripe.webhooks.constructEvent(body, req.headers.get('stripe-signature'), process.env.WEBHOOK_SECRET)"
BELIEVED = "JSON.parse(body)"


def verdicts(files: dict[str, str]) -> list[str]:
    report = scan_texts({"schema.prisma": SCHEMA, **files})
    return [item.verdict.value for item in report.evidence]


@pytest.mark.parametrize("action", ACTIONS)
def test_what_a_signed_webhook_says_is_the_senders(action: str) -> None:
    signed = WEBHOOK.format(event=VERIFIED, action=ACTIONS[action])
    believed = WEBHOOK.format(event=BELIEVED, action=ACTIONS[action])
    assert "unscoped" not in verdicts({"app/api/webhook/route.ts": signed})
    assert "unscoped" in verdicts({"app/api/webhook/route.ts": believed})


SENDER = """
'use server';
import {{ prisma }} from './db';
import {{ sendWorkspaceWebhook, verifySignature }} from '@acme/webhooks';

async function book(organizationId) {{
  await prisma.invoice.create({{ data: {{ organizationId, amount: 1 }} }});
}}

export async function act({{ organization, payload, signature }}) {{
  {body}
}}
"""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("await verifySignature(payload, signature); await book(organization.id);", "scoped"),
        ("await book(organization.id); await verifySignature(payload, signature);", "unscoped"),
        ("await sendWorkspaceWebhook({ organization, payload }); await book(organization.id);", "unscoped"),
        ("await book(organization.id); await sendWorkspaceWebhook({ organization, payload });", "unscoped"),
    ],
)
def test_only_what_was_verified_before_vouches_for_what_a_helper_does(body: str, verdict: str) -> None:
    assert verdicts({"src/act.ts": SENDER.format(body=body)}) == [verdict]


HANDLER = """
import {{ Router }} from 'express';
import {{ prisma }} from './db';
const router = Router();
router.post('/', requireAuth, async (req, res) => {{
  await prisma.link.deleteMany({{ where: {{ {where} }} }});
}});
"""


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("expiresAt: { lt: new Date() }", Reason.BACKGROUND_BY_DESIGN),
        ("expiresAt: { lte: new Date(Date.now() - 1000) }", Reason.BACKGROUND_BY_DESIGN),
        ("expiresAt: { lt: req.body.before }", Reason.NO_PREDICATE),
        ("expiresAt: { gt: new Date() }", Reason.NO_PREDICATE),
        ("id: req.body.id, expiresAt: { lt: new Date() }", Reason.NO_PREDICATE),
        ("OR: [{ expiresAt: { lt: new Date() } }, { id: req.body.id }]", Reason.NO_PREDICATE),
    ],
)
def test_a_sweep_of_what_has_expired_is_no_tenants(where: str, reason: Reason) -> None:
    report = scan_texts({"schema.prisma": SCHEMA, "src/app.ts": HANDLER.format(where=where)})
    assert [item.reason for item in report.evidence] == [reason]
