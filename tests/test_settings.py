import pickle
from pathlib import Path

import pytest

from pyguard_kernel.archives import Limits
from pyguard_kernel.settings import Settings, SettingsError, load, selected


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text)
    return file


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings == Settings(root=tmp_path)
    assert settings.target_version == (3, 12)
    assert settings.select == ("PG",)


def test_the_nearest_file_that_speaks_of_pyguard_is_read(tmp_path: Path) -> None:
    write(tmp_path, '[tool.pyguard]\nkind = "library"\n')
    write(tmp_path / "package", "[project]\nname = 'inner'\n")
    settings = load(tmp_path / "package" / "src")
    assert settings.kind == "library"
    assert settings.root == tmp_path
    assert settings.source == tmp_path / "pyproject.toml"


def test_a_file_is_as_good_a_start_as_its_folder(tmp_path: Path) -> None:
    write(tmp_path, '[tool.pyguard]\nkind = "library"\n')
    (tmp_path / "a.py").touch()
    assert load(tmp_path / "a.py") == load(tmp_path)


@pytest.mark.parametrize(
    ("requires", "target"),
    [
        (">=3.11", (3, 11)),
        (">=3.10,<3.14", (3, 10)),
        ("~=3.13", (3, 13)),
        ("==3.12.*", (3, 12)),
        ("<4", (3, 12)),
        (">=3.6", (3, 7)),
    ],
)
def test_the_target_version_follows_requires_python(
    tmp_path: Path, requires: str, target: tuple[int, int]
) -> None:
    write(tmp_path, f'[project]\nrequires-python = "{requires}"\n')
    assert load(tmp_path).target_version == target


def test_requires_python_of_the_nearest_file_wins(tmp_path: Path) -> None:
    write(tmp_path, '[project]\nrequires-python = ">=3.10"\n[tool.pyguard]\n')
    write(tmp_path / "inner", '[project]\nrequires-python = ">=3.13"\n')
    assert load(tmp_path / "inner").target_version == (3, 13)
    assert load(tmp_path).target_version == (3, 10)


def test_target_version_beats_requires_python(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[project]\nrequires-python = ">=3.10"\n'
        '[tool.pyguard]\ntarget-version = "py313"\n',
    )
    assert load(tmp_path).target_version == (3, 13)


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    write(tmp_path, "[tool.pyguard]\nno-such-key = 1\n")
    assert load(tmp_path, isolated=True) == Settings(root=tmp_path)


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
[tool.pyguard]
select = ["PG2", "PG301"]
extend-select = ["PG310"]
ignore = ["bare-except"]
exclude = ["old"]
extend-exclude = ["generated/**"]
respect-gitignore = false
force-exclude = true
target-version = "3.13"
kind = "application"
handbook-url = "https://example.org/handbook"

[tool.pyguard.per-file-ignores]
"tests/**" = ["PG2", "missing-timeout"]

[tool.pyguard.exempt]
oversized-try = "ours are generated"

[tool.pyguard.archive]
members = 10
total-bytes = 1_000

""",
    )
    assert load(tmp_path) == Settings(
        root=tmp_path,
        source=tmp_path / "pyproject.toml",
        select=("PG2", "PG301", "PG310"),
        ignore=("PG206",),
        per_file_ignores=(("tests/**", ("PG2", "PG301")),),
        exempt={"PG207": "ours are generated"},
        exclude=("old",),
        extend_exclude=("generated/**",),
        respect_gitignore=False,
        force_exclude=True,
        target_version=(3, 13),
        kind="application",
        handbook_url="https://example.org/handbook/",
        archive=Limits(members=10, total_bytes=1000),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("selct = []", 2, "selct: unknown key; did you mean 'select'?"),
        ("target_version = 'py312'", 2, "did you mean 'target-version'?"),
        ("zzz = 1", 2, "zzz: unknown key; known: select, "),
        ("ignore = []\nselect = ['PG999']", 3, "select: unknown rule 'PG999'; "),
        ("ignore = ['bare-exept']", 2, "did you mean PG206 (bare-except)"),
        ("select = 'PG2'", 2, "select: must be a list of strings, not 'PG2'"),
        ("exclude = [1]", 2, "exclude: must be a list of strings, not [1]"),
        ("kind = 'app'", 2, "must be application or library, not 'app'"),
        ("target-version = 'py2.7'", 2, "such as 'py312' or '3.12', not 'py2.7'"),
        ("target-version = 3.12", 2, None),
        ("target-version = '3.4'", 2, "not '3.4'"),
        ("respect-gitignore = 'yes'", 2, "must be true or false, not 'yes'"),
        ("handbook-url = 'handbook'", 2, "the handbook's address"),
        ("exempt = 1", 2, "must be a table, not 1"),
        ("archive = 1", 2, "must be a table, not 1"),
        ("archive.total = 1", 2, "archive.total: unknown key; did you mean 'total-b"),
        ("archive.depth = 0", 2, "archive.depth: must be a whole number above 0"),
        (
            "[tool.pyguard.archive]\nratio = 1\nname-length = '1'",
            4,
            "archive.name-length: must be a whole number above 0, not '1'",
        ),
        ("exempt = {PG206 = ' '}", 2, "exempt.PG206: needs a written reason"),
        ("exempt = {PG2 = 'why'}", 2, "exempt.PG2: names many rules; name one"),
        ("exempt.PG99 = 'why'", 2, "exempt.PG99: unknown rule 'PG99'"),
        (
            "[tool.pyguard.per-file-ignores]\n'a.py' = ['PG206']\n'b.py' = ['PG2O6']",
            4,
            'per-file-ignores."b.py": unknown rule',
        ),
    ],
)
def test_a_bad_value_names_file_line_key_value_and_remedy(
    tmp_path: Path, text: str, line: int, said: str | None
) -> None:
    file = write(tmp_path, f"[tool.pyguard]\n{text}\n")
    if said is None:  # a number where a version is meant is understood
        assert load(tmp_path).target_version == (3, 12)
        return
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file}:{line}: tool.pyguard.")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[tool.pyguard\n", "isn't valid TOML"),
        (b"# \xff\n[tool.pyguard]\n", "isn't valid TOML"),
        (b"tool.pyguard = 1\n", "must be a table, not 1"),
    ],
)
def test_a_broken_file_is_an_error(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(data)
    with pytest.raises(SettingsError, match=said):
        load(tmp_path)


def test_a_named_file_must_be_there_and_speak_of_pyguard(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load(tmp_path, tmp_path / "none.toml")
    file = write(tmp_path, "[project]\nname = 'x'\n")
    with pytest.raises(SettingsError, match=r"has no \[tool.pyguard\]"):
        load(tmp_path, file)


def test_select_on_the_command_line_starts_afresh() -> None:
    settings = Settings(select=("PG3",), ignore=("PG206", "PG001"))
    assert settings.with_options(select=["PG2"]).select == ("PG2",)
    # ... but what is no rule stays ignored.
    assert settings.with_options(select=["PG2"]).ignore == ("PG001",)


def test_the_command_line_beats_the_file_within_what_it_names() -> None:
    settings = Settings(select=("PG206", "PG3"), ignore=("PG301",))
    assert settings.with_options(ignore=["PG2"]).select == ("PG3",)
    assert settings.with_options(extend_select=["PG3"]).ignore == ()
    assert settings.with_options(extend_select=["PG210"]).ignore == ("PG301",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"select": ["nothing"]}, "--select: unknown rule 'nothing'"),
        ({"extend_select": ["nothing"]}, "--extend-select: unknown rule"),
        ({"ignore": ["PG9999"]}, "--ignore: unknown rule 'PG9999'"),
        ({"per_file_ignores": ["a.py"]}, "'a.py' isn't PATTERN:CODE"),
        ({"per_file_ignores": ["a.py:PG9999"]}, "--per-file-ignores: unknown rule"),
        ({"target_version": "newest"}, "--target-version: must be a version"),
    ],
)
def test_a_bad_option_names_itself(options: dict[str, list[str]], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings().with_options(**options)  # type: ignore[arg-type]


def test_files_are_spared_by_their_place_below_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    settings = Settings(
        root=tmp_path,
        ignore=("PG001",),
        per_file_ignores=(
            ("src/a.py", ("PG206",)),
            ("tests/**", ("PG2",)),
            ("!src/**", ("PG301",)),
        ),
    )
    assert settings.ignored_for("a.py") == {"PG206", "PG001"}
    assert settings.ignored_for(str(tmp_path / "src" / "a.py")) == {"PG206", "PG001"}
    assert {"PG206", "PG301"} < settings.ignored_for("../tests/test_a.py")
    assert "PG310" not in settings.ignored_for("../tests/test_a.py")
    assert settings.ignored_for("b.py") == {"PG001"}


def test_patterns_of_the_command_line_start_at_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    settings = Settings(root=tmp_path).with_options(
        per_file_ignores=["sub/*.py:PG206", "conftest.py:PG207"]
    )
    assert settings.ignored_for("sub/a.py") == {"PG206"}
    assert settings.ignored_for("../sub/a.py") == set()
    assert settings.ignored_for("../conftest.py") == {"PG207"}


def test_an_exempt_rule_does_not_run() -> None:
    codes = {rule.code for rule in selected(Settings())}
    exempt = {rule.code for rule in selected(Settings(exempt={"PG206": "reason"}))}
    assert codes - exempt == {"PG206"}


def test_ignoring_more_keeps_what_is_known_of_files() -> None:
    plain = Settings()
    assert plain.with_options(ignore=["PG206"]).fingerprint() == plain.fingerprint()
    assert Settings(kind="library").fingerprint() != plain.fingerprint()


def test_settings_travel_to_other_processes() -> None:
    settings = Settings(exempt={"PG206": "reason"}, archive=Limits(ratio=7))
    there = pickle.loads(pickle.dumps(settings))  # noqa: S301 -- our own bytes
    assert there == settings
