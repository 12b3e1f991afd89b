"""The projects among the paths of a scan: which they are, and what is found there."""

from __future__ import annotations

import os
from pathlib import Path

from pyguard_kernel.project import Tree
from pyguard_kernel.project._tree import prefix_of
from pyguard_kernel.project_files import is_project_file, projects_in, projects_of
from pyguard_kernel.project_run import (
    ProjectRun,
    only_in,
    run_project,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyguard_kernel.files import Found
    from pyguard_kernel.findings import Judge
    from pyguard_kernel.model import Finding, Rule
    from pyguard_kernel.settings import Settings


class ProjectScan:
    """The project rules of one scan."""

    def __init__(
        self,
        rules: Sequence[Rule],
        settings: Settings,
        judge: Judge,
        *,
        fixes: bool,
        cache_folder: Path | None = None,
        cache_key: str = "",
    ) -> None:
        self._rules = rules
        self._settings = settings
        self._judge = judge
        self._fixes = fixes
        # Fixes are proved on the files as they are, and never kept.
        self._cache_folder = None if fixes else cache_folder
        self._cache_key = cache_key

    def of_paths(
        self,
        paths: Sequence[str],
        named: Sequence[str],
        found: Found,
        *,
        roots: bool = False,
    ) -> ProjectRun:
        """What is found in the projects that were asked for, whole.

        `found` is everything in the folders; `named` are single files of projects:
        only what stands in them is told. With `roots`, each folder is a project, even
        without a file that says so.
        """
        folders = [Path(path) for path in paths if os.path.isdir(path)]  # noqa: PTH112
        whole = folders if roots else projects_in(paths)
        runs = [self.of_folder(folder, found=found) for folder in whole]
        told = {finding.path for run in runs for finding in run.findings}
        for folder in projects_of(path for path in named if path not in told):
            if folder not in whole:
                run = self.of_folder(folder, named)
                told_here = only_in(run, named)
                runs.append(ProjectRun(told_here, run.answers, run.kind, run.crashes))
        return _merged(runs)

    def of_folder(
        self, folder: Path, named: Sequence[str] = (), found: Found | None = None
    ) -> ProjectRun:
        """What is found in one folder, taken for a project's root.

        `named` files, which are as the user typed them, are read in any case. `found`
        is everything in the folder, or more, where that is known.
        """
        tree = Tree.of_folder(folder, self._settings, found)
        prefix = prefix_of(folder)
        asked = [path.removeprefix(prefix) for path in named]
        if self._cache_folder is None:
            return self._run(tree, prefix, asked)
        from pyguard_kernel.project_cache import ProjectCache

        root = os.path.abspath(folder)  # noqa: PTH100
        cache = ProjectCache(self._cache_folder, root, self._key(tree, prefix, asked))
        known = cache.known()
        if known is None:
            known = self._run(tree, prefix, asked)
            cache.keep(known, tree.read_from)
        return known

    def _key(self, tree: Tree, prefix: str, asked: Sequence[str]) -> str:
        """Names all that a run depends on, but for the content of files."""
        from datetime import date

        from pyguard_kernel.cache import digest_of

        told = (self._cache_key, repr(self._settings), date.today().isoformat())
        # The cache itself comes with the first run.
        ours = os.path.basename(self._cache_folder or "")  # noqa: PTH119
        pruned = [path for path in tree.pruned if path != ours]
        return digest_of(repr((told, prefix, asked, tree.paths, pruned)))

    def of_texts(self, texts: Mapping[str, bytes], *, partial: bool) -> ProjectRun:
        """What is found in texts that stand for a project's files."""
        tree = Tree.of_texts(texts, self._settings, partial=partial)
        named = filter(is_project_file, texts) if partial else ()
        return self._run(tree, "", named)

    def _run(self, tree: Tree, prefix: str, named: Iterable[str]) -> ProjectRun:
        for path in named:
            if tree.has(path):
                tree.try_to_read(path)
        return run_project(
            tree,
            self._rules,
            self._settings,
            self._judge,
            prefix=prefix,
            fixes=self._fixes,
        )


def _merged(runs: Iterable[ProjectRun]) -> ProjectRun:
    findings: list[Finding] = []
    merged = ProjectRun()
    for run in runs:
        findings += run.findings
        merged.answers |= run.answers
        merged.kind = merged.kind or run.kind
        merged.crashes += run.crashes
    # Projects may lie in one another: what is said twice is told once.
    merged.findings = list(dict.fromkeys(findings))
    return merged
