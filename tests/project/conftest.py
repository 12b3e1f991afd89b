"""Facts of small projects that are written out in one text."""

from __future__ import annotations

from typing import Any

import pytest

from pyguard_kernel.file_cells import tree
from pyguard_kernel.project import Facts, Tree
from pyguard_kernel.settings import Settings


@pytest.fixture(scope="session")
def fact_of() -> Any:
    """`fact_of(name, text)`: one fact of a project in `-- path --` sections."""

    def fact_of(name: str, text: str, **settings: Any) -> Any:
        files = {path: held.encode() for path, (_, held) in tree(text).items()}
        asked = Settings(**settings)
        return Facts(Tree.of_texts(files, asked), asked).get(name)

    return fact_of
