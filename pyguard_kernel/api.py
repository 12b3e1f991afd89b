"""The public functions: check a text, check a project, fix a text."""

from __future__ import annotations

from pathlib import Path

from pyguard_kernel.mending import mended
from pyguard_kernel.scan import Result, check_text, scan
from pyguard_kernel.settings import Settings, closed, load
from pyguard_kernel.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyguard_kernel.archives import Limits, Source
    from pyguard_kernel.model import Finding


def check(
    text: str, filename: str = "snippet.py", select: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings of a text, as if it stood in a file of this name.

    A name that ends in `.ipynb` makes it a notebook's JSON. `select` takes codes,
    prefixes or names; by default every rule is asked. No configuration is read.

    Raises:
        ScanError: ruff is missing or unfit.
        SettingsError: `select` names no rule.
    """
    return check_text(text, filename, _settings(select)).findings


def fix(
    text: str,
    filename: str = "snippet.py",
    select: Sequence[str] = (),
    *,
    unsafe: bool = False,
) -> str:
    """The text with its fixable findings mended; others stay as they are.

    Raises:
        MendingError: its fixes together would have broken it.
        ScanError: ruff is missing or unfit.
        SettingsError: `select` names no rule.
    """
    data = text.encode("utf-8", "surrogatepass")
    after = mended(data, filename, _settings(select), unsafe=unsafe)
    return after.decode("utf-8", "surrogatepass")


def check_project(path: str | Path = ".", *, cache: bool = True) -> Result:
    """The findings of a file or folder, by the configuration that governs it.

    Raises:
        ScanError: the path doesn't exist, or ruff is missing or unfit.
        SettingsError: the configuration has a value that can't be used.
    """
    settings = load(Path(path), None, isolated=False)
    folder = settings.root / ".pyguard_cache" if cache else None
    return scan([str(path)], settings, cache_folder=folder)


def check_archive(
    source: Source,
    name: str = "",
    limits: Limits | None = None,
    *,
    trusted: bool = True,
) -> Result:
    """The findings of what is in an archive: a path, its bytes, or a binary file.

    Its own pyproject.toml says which rules run; where it isn't `trusted`, the working
    directory's does. Limits are those of `limits`, or else of the working directory's
    configuration, and never its own. Paths are shown below `name` (by default the
    archive's path). Nothing of it stays on the disk.

    Raises:
        ArchiveError: the archive is refused, can't be read, or finds no room.
        ScanError: ruff is missing or unfit.
        SettingsError: a configuration has a value that can't be used.
    """
    from pyguard_kernel.archived import opened

    here = load(Path())
    if limits is not None:
        here = replace(here, archive=limits)
    shown = name or (str(source) if isinstance(source, str | Path) else "archive")
    with opened(source, shown, here) as archived:
        root = archived.root
        own = archived.settings(here) if trusted else closed(here, root, here)
        return archived.scan(own)


def _settings(select: Sequence[str]) -> Settings:
    settings = Settings()
    return settings.with_options(select=select) if select else settings
