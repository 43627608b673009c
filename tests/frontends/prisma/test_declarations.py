"""What is read of a `schema.prisma`."""

from __future__ import annotations

from isolint.frontends.prisma import declarations
from isolint.model.table import Column, Declaration, Relation

SCHEMA = """
// a comment with { braces }
enum Role {
  ADMIN
  MEMBER
}

model Workspace {
  id       String    @id @default(cuid())
  slug     String    @unique
  projects Project[]
}

model Project {
  id          String     @id
  name        String
  role        Role       @default(MEMBER)
  workspaceId String     @map("workspace_id")
  workspace   Workspace  @relation(fields: [workspaceId], references: [id])
  ownerId     String?

  @@unique([workspaceId, name])
  @@map("projects")
}
"""


def read() -> dict[str, Declaration]:
    return {declaration.name: declaration for declaration in declarations(SCHEMA)}


def test_models_have_their_names_in_the_client_and_in_the_database() -> None:
    project = read()["Project"]
    assert (project.accessor, project.sql_name, project.place.span.line) == ("project", "projects", 14)


def test_columns_are_told_from_relations() -> None:
    project = read()["Project"]
    assert project.columns == (
        Column("id", primary=True),
        Column("name"),
        Column("role"),
        Column("workspaceId", sql_name="workspace_id"),
        Column("ownerId", nullable=True),
    )
    assert project.relations == (Relation("workspace", "Workspace", "workspaceId"),)
    assert read()["Workspace"].relations == (Relation("projects", "Project", many=True),)


def test_keys_of_several_columns_are_kept() -> None:
    assert read()["Project"].uniques == (("workspaceId", "name"),)
