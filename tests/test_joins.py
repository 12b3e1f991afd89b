"""What only several files together show: whole projects, two rules joined over them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from pyguard_kernel.imports import package_name
from pyguard_kernel.model import Joined
from pyguard_kernel.scan import scan
from pyguard_kernel.settings import Settings

SEND = "async def send(mail): ...\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grow(files: dict[str, str]) -> None:
    package_name.cache_clear()
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(textwrap.dedent(text), encoding="utf-8")


def found(*select: str) -> list[str]:
    """Where the rules (by default the un-awaited coroutine) are broken."""
    chosen = Settings().with_options(select=select or ["PG303"])
    result = scan(["."], chosen, jobs=1)
    assert result.crashes == ()
    return [f"{finding.path}:{finding.line}" for finding in result.findings]


@pytest.mark.parametrize(
    "head",
    [
        "from mail import send",
        "from mail import send as post\nsend = post",
        "import mail\nsend = mail.send",
        "import mail as m\nsend = m.send",
        "from mail import *",
        "from mail import (  # all (of it)\n    send,\n)",
        "from mail import \\\n    send",
        "try:\n    from mail import send\nexcept ImportError:\n    send = None",
    ],
)
def test_a_coroutine_function_of_another_file(head: str) -> None:
    grow({"mail.py": SEND, "app.py": f"{head}\nsend(1)\n"})
    assert found() == [f"app.py:{head.count(chr(10)) + 2}"]


@pytest.mark.parametrize(
    ("middle", "head"),
    [
        ({"shop/__init__.py": "from .mail import send"}, "from shop import send"),
        ({"shop/__init__.py": "from shop.mail import *"}, "from shop import send"),
        ({"shop/__init__.py": "from .mail import *"}, "from shop import *"),
        ({"shop/__init__.py": "from .mail import *", "b.py": "x = 1"},
         "from b import *\nfrom shop import *"),
        ({"shop/__init__.py": "from .api import post as send",
          "shop/api.py": "from .mail import send as post"}, "from shop import send"),
        ({"shop/__init__.py": "from . import mail as letters"},
         "from shop.letters import send"),
        ({"shop/__init__.py": "from .a import *\nfrom .mail import *",
          "shop/a.py": "x = 1"}, "from shop import send"),
        ({"shop/__init__.py": "", "shop/sub/__init__.py": "from ..mail import send"},
         "from shop.sub import send"),
    ],
)  # fmt: skip
def test_re_exports_are_followed(middle: dict[str, str], head: str) -> None:
    grow({"shop/mail.py": SEND, **middle, "app.py": f"{head}\nsend(1)\n"})
    assert found() == [f"app.py:{head.count(chr(10)) + 2}"]


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("shop/app.py", "from .mail import send"),
        ("shop/app.py", "from . import mail\nsend = mail.send"),
        ("shop/sub/app.py", "from ..mail import send"),
        ("shop/sub/__init__.py", "from ..mail import send"),
        ("shop/sub/app.py", "from shop.mail import send"),
    ],
)
def test_relative_imports(path: str, head: str) -> None:
    grow({
        "shop/__init__.py": "", "shop/sub/__init__.py": "", "shop/mail.py": SEND,
        path: f"{head}\nsend(1)\n",
    })  # fmt: skip
    assert found() == [f"{path}:{head.count(chr(10)) + 2}"]


def test_a_source_folder_is_no_package() -> None:
    grow({
        "src/shop/__init__.py": "", "src/shop/mail.py": SEND,
        "tests/test_mail.py": "from shop.mail import send\nsend(1)\n",
    })  # fmt: skip
    assert found() == ["tests/test_mail.py:2"]


def test_of_two_modules_of_one_name_none_is_looked_through() -> None:
    grow({
        "shop/mail.py": SEND, "shop/__init__.py": "",
        "one/mail.py": "from shop.mail import send\n", "two/mail.py": "",
        "app.py": "from mail import send\nsend(1)\n",
    })  # fmt: skip
    assert found() == []


def test_a_stub_gives_way_to_its_module() -> None:
    grow({
        "shop/__init__.py": "", "shop/mail.py": SEND,
        "mail.py": "from shop.mail import *\n", "mail.pyi": "import typing\n",
        "app.py": "from mail import send\nsend(1)\n",
    })  # fmt: skip
    assert found() == ["app.py:2"]


def test_a_notebook_imports_and_is_not_imported() -> None:
    cell: dict[str, object]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "source": "from mail import send\nsend(1)"}  # fmt: skip
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    grow({
        "mail.py": SEND, "mail.ipynb": json.dumps(document),
        "app.py": "from mail import send\nsend(1)\n",
    })  # fmt: skip
    assert found() == ["app.py:2", "mail.ipynb:2"]


def test_a_version_file_that_is_not_there_ends() -> None:
    grow({
        "mail.py": SEND,
        "shop/__init__.py": "from .version import version\nfrom shop.b import b\n",
        "app.py": "import shop\nfrom shop.version import up\nup()\nshop.b.send()\n"
        "async def f(): ...\nf()\n",
    })  # fmt: skip
    assert found() == ["app.py:6"]


def test_imports_in_a_circle_end() -> None:
    grow({
        "a.py": "from b import *\nfrom b import x\nfrom c import send\n",
        "b.py": "from a import *\nfrom a import x\n",
        "c.py": "from a import send\n",
        "app.py": "from a import x, send\nx()\nsend()\nasync def f(): ...\nf()\n",
    })  # fmt: skip
    assert found() == ["app.py:5"]


def test_a_helper_that_blocks_one_call_deep() -> None:
    grow({
        "net.py": "import time\ndef wait():\n    time.sleep(1)\n",
        "app.py": "from net import wait\nasync def main():\n    wait()\n",
    })  # fmt: skip
    assert "app.py:3" in found("PG302")


def test_a_line_of_a_join_may_be_allowed() -> None:
    grow({"mail.py": SEND, "app.py": "from mail import send\nsend(1)  # noqa: PG303\n"})
    assert found() == []


def test_an_unused_comment_is_told_only_where_all_is_seen() -> None:
    grow({
        "mail.py": SEND,
        "app.py": """
            from mail import send
            send(1)  # noqa: PG303
            x = 1  # noqa: PG303
        """,
    })  # fmt: skip
    chosen = Settings().with_options(select=["PG303"])
    whole = scan(["."], chosen, jobs=1).findings
    assert [(f.code, f.line) for f in whole] == [("PG001", 4)]
    assert scan(["app.py"], chosen, jobs=1).findings == ()


def test_a_name_means_what_is_known_by_it_through_any_number_of_files() -> None:
    modules = {f"m{i}": f"m{i}.py" for i in range(30)}
    imports = {f"m{i}.py": {"x": f"m{i + 1}.x"} for i in range(29)}
    joined = Joined({}, modules, imports)
    assert joined.definition("m0.x", {"m29.x"}) == "m29.x"
    assert joined.definition("m0.y", {"m29.x"}) is None
    assert joined.definition("m0.x.method", {"m29.x.method"}) == "m29.x.method"
