"""GraphQL resolvers of NestJS: a guard in front of one reads the arguments that the resolver is given."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Verdict

SCHEMA = """
model Team {
  id      String   @id
  members Member[]
  notes   Note[]
}

model Member {
  userId String
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])

  @@id([userId, teamId])
}

model Note {
  id     String @id
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
}
"""
GUARD = """
import {{ CanActivate, ExecutionContext, Injectable }} from '@nestjs/common';
import {{ GqlExecutionContext }} from '@nestjs/graphql';
@Injectable()
export class MemberGuard implements CanActivate {{
  constructor(private readonly prisma: PrismaService) {{}}
  async canActivate(context: ExecutionContext): Promise<boolean> {{
    const graphql = GqlExecutionContext.create(context);
    const {{ user }} = graphql.getContext().req;
    const {{ {name} }} = graphql.getArgs();
    const member = await this.prisma.member.findFirst({{ where: {{ userId: user.id, teamId: {name} }} }});
    if (!member) throw new Error('no');
    return true;
  }}
}}
"""
RESOLVER = """
import {{ UseGuards }} from '@nestjs/common';
import {{ Args, ArgsType, Query, Resolver }} from '@nestjs/graphql';
import {{ AuthGuard }} from '@nestjs/passport';
import {{ PrismaService }} from './prisma.service';
import {{ MemberGuard }} from './member.guard';
@ArgsType()
class NotesArgs {{ teamId: string; other: string; }}
@Resolver()
export class NotesResolver {{
  constructor(private readonly prisma: PrismaService) {{}}
  @Query(() => [Note])
  @UseGuards(AuthGuard('jwt'), MemberGuard)
  async notes({parameter}) {{
    return this.prisma.note.findMany({{ where: {{ teamId: {used} }} }});
  }}
}}
"""
SERVICE = """
import { PrismaClient } from '@prisma/client';
export class PrismaService extends PrismaClient {}
"""


def verdict(parameter: str, used: str, name: str = "teamId") -> Verdict:
    """The verdict on the notes that a resolver with such a parameter reads, behind a guard that reads that name."""
    files = {
        "prisma/schema.prisma": SCHEMA,
        "src/prisma.service.ts": SERVICE,
        "src/member.guard.ts": GUARD.format(name=name),
        "src/notes.resolver.ts": RESOLVER.format(parameter=parameter, used=used),
    }
    (found,) = [item for item in scan_texts(files).evidence if item.access.table == "Note"]
    return found.verdict


@pytest.mark.parametrize(
    ("parameter", "used"),
    [
        ("@Args('teamId') teamId: string", "teamId"),
        ("@Args({ name: 'teamId', type: () => ID }) team: string", "team"),
        ("@Args() args: NotesArgs", "args.teamId"),
    ],
)
def test_what_the_guard_checks_is_what_the_resolver_is_given(parameter: str, used: str) -> None:
    assert verdict(parameter, used) is Verdict.SCOPED


@pytest.mark.parametrize(
    ("parameter", "used"),
    [
        ("@Args('other') other: string", "other"),
        ("@Args({ name: 'other', type: () => ID }) teamId: string", "teamId"),
        ("@Args() args: NotesArgs", "args.other"),
    ],
)
def test_what_the_guard_did_not_ask_for_is_unchecked(parameter: str, used: str) -> None:
    assert verdict(parameter, used) is Verdict.UNSCOPED
