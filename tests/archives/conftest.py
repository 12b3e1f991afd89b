"""Archives built in memory, and what taking them in comes to."""

from __future__ import annotations

import io
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyguard_kernel.archives import Limits, unpacked

type Files = dict[str, bytes]
type Zipped = Callable[..., bytes]
type Tarred = Callable[..., bytes]
type Taken = Callable[..., Files]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made; whatever happens, none may be left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def taken(temporary: Path) -> Taken:
    """Takes an archive in, and gives the files that were in it, by their paths."""

    def take(data: bytes, limits: Limits | None = None) -> Files:
        with unpacked(data, limits) as contents:
            assert contents.folder.is_relative_to(temporary)
            found = {}
            for path in contents.folder.rglob("*"):
                assert not path.is_symlink()
                if path.is_file():
                    where = path.relative_to(contents.folder).as_posix()
                    found[where] = path.read_bytes()
            return found

    return take


@pytest.fixture
def zipped() -> Zipped:
    """Builds a zip of names and contents, with zipfile."""

    def build(
        *members: tuple[str | zipfile.ZipInfo, bytes],
        method: int = zipfile.ZIP_DEFLATED,
    ) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a name that is there twice
            for name, content in members:
                file.writestr(name, content)
        return buffer.getvalue()

    return build


@pytest.fixture
def tarred() -> Tarred:
    """Builds a tar, with tarfile: a name and its content, or a header as it is."""

    def build(
        *members: tuple[str, bytes] | tarfile.TarInfo, mode: str = "w", **options: Any
    ) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode, **options) as file:  # type: ignore[call-overload]
            for member in members:
                if isinstance(member, tarfile.TarInfo):
                    file.addfile(member)
                else:
                    header = tarfile.TarInfo(member[0])
                    header.size = len(member[1])
                    file.addfile(header, io.BytesIO(member[1]))
        return buffer.getvalue()

    return build
