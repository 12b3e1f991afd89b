"""Archives checked: what is found in them, by whose settings, and under which names."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyguard_kernel import check_archive, check_project
from pyguard_kernel.archives import ArchiveError, Limits
from pyguard_kernel.scan import Result
from pyguard_kernel.settings import SettingsError

BAD = "try:\n    work()\nexcept:\n    handle()\n"
GIT_INDEX = b"DIRC\0\0\0\2\0\0\0\0" + bytes(20)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def zipped(**files: str) -> bytes:
    """A zip of files; in names, `__` stands for a slash and `_py` for `.py`."""
    return packed({_name(name): text for name, text in files.items()})


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return buffer.getvalue()


def _name(word: str) -> str:
    name = word.replace("__", "/")
    return name.removesuffix("_py") + ".py" if name.endswith("_py") else name


def places(result: Result) -> list[str]:
    return [f"{found.path}:{found.line}:{found.code}" for found in result.findings]


def test_findings_are_told_below_the_archives_name() -> None:
    data = zipped(top__src__a_py=BAD, top__b_py="x = 1\n")
    result = check_archive(data, "repo.zip")
    assert places(result) == ["repo.zip/top/src/a.py:3:PG206"]
    assert result.files == 2
    assert [found.fix for found in result.findings] == [None]


def test_paths_bytes_and_files_are_checked_alike(here: Path) -> None:
    data = zipped(a_py=BAD)
    Path("repo.zip").write_bytes(data)
    for source in ("repo.zip", Path("repo.zip"), data, io.BytesIO(data)):
        (found,) = check_archive(source, "x").findings
        assert found.path == "x/a.py"
    assert places(check_archive("repo.zip")) == ["repo.zip/a.py:3:PG206"]
    assert places(check_archive(data)) == ["archive/a.py:3:PG206"]
    assert sorted(path.name for path in here.iterdir()) == ["repo.zip"]


def test_an_archive_is_checked_as_its_folder_would_be(here: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
        "requirements.txt": "requests\n",
        "mail.py": "async def send(mail): ...\n",
        "shop/__init__.py": "",
        "shop/a.py": f"from mail import send\nsend(1)\n{BAD}",
        "build/b.py": BAD,
        "venv/c.py": BAD,
        "note.ipynb": "{}",
    }
    for name, text in files.items():
        path = here / "shop-1.0" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        file.add("shop-1.0")
    folder = check_project("shop-1.0", cache=False)
    archive = check_archive(buffer.getvalue(), "x.tar.gz")
    assert places(archive) == [f"x.tar.gz/{place}" for place in places(folder)]
    assert [f.message for f in archive.findings] == [f.message for f in folder.findings]
    assert len(archive.findings) >= 3
    assert (archive.files, archive.lines) == (folder.files, folder.lines)
    assert archive.answers.keys() == folder.answers.keys()


# -- whose settings --------------------------------------------------------------------


def test_its_own_settings_say_which_rules_run() -> None:
    settings = (
        '[project]\nrequires-python = ">=3.13"\n'
        '[tool.pyguard.per-file-ignores]\n"src/b.py" = ["PG206"]\n'
    )
    files = {"pyproject.toml": settings, "src/a.py": BAD, "src/b.py": BAD}
    result = check_archive(packed({f"top/{k}": v for k, v in files.items()}), "x")
    assert [p for p in places(result) if "PG2" in p] == ["x/top/src/a.py:3:PG206"]


def test_what_a_stranger_sends_can_be_checked_by_ones_own_settings() -> None:
    Path("pyproject.toml").write_text(
        '[tool.pyguard.per-file-ignores]\n"tests/**" = ["PG206"]\n'
    )
    theirs = '[tool.pyguard]\nexclude = ["*"]\n'
    files = {"pyproject.toml": theirs, "a.py": BAD, "tests/b.py": BAD}
    data = packed({f"top/{name}": text for name, text in files.items()})
    assert not [p for p in places(check_archive(data, "x")) if "PG206" in p]
    result = check_archive(data, "x", trusted=False)
    assert [p for p in places(result) if "PG206" in p] == ["x/top/a.py:3:PG206"]


def test_the_settings_around_do_not() -> None:
    Path("pyproject.toml").write_text('[tool.pyguard]\nselect = ["PG301"]\n')
    assert places(check_archive(zipped(a_py=BAD), "x")) == ["x/a.py:3:PG206"]


def test_no_settings_are_looked_for_above_the_temporary_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = here / "around"
    around.mkdir()
    (around / "pyproject.toml").write_text('[tool.pyguard]\nselect = ["PG301"]\n')
    (around / ".gitignore").write_text("*\n")
    (around / ".git").mkdir()
    (around / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (around / ".git" / "index").write_bytes(GIT_INDEX)
    monkeypatch.setattr("tempfile.tempdir", str(around))
    data = zipped(top__a_py=BAD, top__setup_py="")
    assert "x/top/a.py:3:PG206" in places(check_archive(data, "x"))
    # A path below the working directory is spelled from there, and renamed as well.
    monkeypatch.chdir(around)
    result = check_archive(data, "x")
    assert "x/top/a.py:3:PG206" in places(result)
    assert "pyguard-" not in repr(result.findings)


def test_git_is_not_asked_for_an_archive() -> None:
    files = {
        "top/.git": "gitdir: /etc\n",
        "top/.gitignore": "*.py\n",
        "top/setup.py": "",
        "top/a.py": BAD,
    }
    result = check_archive(packed(files), "x")
    assert "x/top/a.py:3:PG206" in places(result)
    assert not [found for found in result.findings if found.code == "PG000"]


def test_its_limits_and_links_are_not_its_own_to_choose(here: Path) -> None:
    settings = (
        '[tool.pyguard]\nhandbook-url = "https://evil.example/"\n'
        "[tool.pyguard.archive]\nmembers = 1000000\n"
    )
    data = packed({"pyproject.toml": settings, "a.py": BAD, "b.py": ""})
    (found,) = (f for f in check_archive(data).findings if f.code == "PG206")
    assert "evil" not in found.url
    (here / "pyproject.toml").write_text(
        '[tool.pyguard]\nhandbook-url = "https://ours.example/"\n'
        "[tool.pyguard.archive]\nmembers = 2\n"
    )
    with pytest.raises(ArchiveError, match="has 3 members, over the limit of 2"):
        check_archive(data)
    (found,) = (
        f for f in check_archive(data, limits=Limits()).findings if f.code == "PG206"
    )
    assert found.url.startswith("https://ours.example/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.pyguard]\nselekt = []\n",
            "x/top/pyproject.toml:2: tool.pyguard.selekt",
        ),
        ("a = " + "[" * 20_000, "x/top/pyproject.toml: isn't valid TOML"),
        ("# requires-python\na = " + "9" * 5000, "x/top/pyproject.toml: isn't valid"),
        ("# requires-python" + " " * 16_000_000, "has more than 16,000,000 bytes"),
    ],
)
def test_settings_that_can_not_be_read(text: str, said: str) -> None:
    text += "\n# requires-python"
    with pytest.raises(SettingsError) as caught:
        check_archive(packed({"top/pyproject.toml": text, "top/a.py": ""}), "x")
    assert said in str(caught.value)
    assert "pyguard-" not in str(caught.value)


# -- what is told beside findings ------------------------------------------------------


def test_what_is_not_looked_at_is_told() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for number in range(5):
            link = tarfile.TarInfo(f"l{number}.py")
            link.type, link.linkname = tarfile.SYMTYPE, "a.py"
            file.addfile(link)
        inner = zipped(a_py=BAD)
        member = tarfile.TarInfo("inner.zip")
        member.size = len(inner)
        file.addfile(member, io.BytesIO(inner))
    result = check_archive(buffer.getvalue(), "x")
    assert result.findings == ()
    assert result.warnings == (
        "x: left out: l0.py (a link to 'a.py'), l1.py (a link to 'a.py'),"
        " l2.py (a link to 'a.py'), and 2 more",
        "x: archives in it aren't opened: inner.zip",
    )


def test_a_refusal_is_named_by_the_archives_name() -> None:
    with pytest.raises(ArchiveError, match=r"^up\.zip: member '\.\./a\.py' has a part"):
        check_archive(packed({"../a.py": ""}), "up.zip")
