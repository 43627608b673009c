from __future__ import annotations

import pytest

from isolint.errors import SchemaError
from isolint.schema.references import parse


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:s3cret@h:5/db?schema=a", "postgresql://u@h/db?password=s3cret&schema=a", "postgres://:s3cret@/db"],
)
def test_passwords_are_not_shown(url: str) -> None:
    found = parse(url)
    assert "s3cret" not in found.shown
    assert "s3cret" in found.target
    assert found.clean("FATAL s3cret") == "FATAL ***"


def test_own_parameters_are_not_libpqs() -> None:
    found = parse("postgresql://u@h/db?schema=a&sslmode=require")
    assert (found.schema, found.target) == ("a", "postgresql://u@h/db?sslmode=require")


def test_functions_have_a_file_and_a_name() -> None:
    found = parse("function:dir/f.sql#make?setup=s.sql&args=a,b&offline")
    assert (found.form, found.target, found.name, found.offline) == ("function", "dir/f.sql", "make", True)
    assert found.options["args"] == "a,b"


@pytest.mark.parametrize(
    "text", ["function:f.sql", "mysql://u:s3cret@h/db", "", "postgresql://u:s3cret@h:x/db[", "function:#f"]
)
def test_what_is_no_reference_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse(text)
    assert "s3cret" not in str(caught.value)
