"""`--show-settings`: what a run would go by."""

from __future__ import annotations

import json

from pyguard_kernel.settings import selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyguard_kernel.settings import Settings


def settings_text(settings: Settings) -> str:
    """The settings as a [tool.pyguard] that would give them, and the rules they run."""
    major, minor = settings.target_version
    source = settings.source or "no file: the defaults"
    values: dict[str, object] = {
        "select": settings.select,
        "ignore": settings.ignore,
        "exclude": settings.exclude,
        "extend-exclude": settings.extend_exclude,
        "respect-gitignore": settings.respect_gitignore,
        "force-exclude": settings.force_exclude,
        "target-version": f"{major}.{minor}",
        "kind": settings.kind,
        "handbook-url": settings.handbook_url or None,
        "gate-timeout": settings.gate_timeout,
    }
    tables: dict[str, Mapping[str, object]] = {
        "per-file-ignores": dict(settings.per_file_ignores),
        "exempt": settings.exempt,
        "thresholds": settings.thresholds,
        "archive": _limits(settings),
    }
    rules = selected(settings)
    lines = [f"# from {source}", "[tool.pyguard]", *_assignments(values)]
    for name, table in tables.items():
        if table:
            lines += ["", f"[tool.pyguard.{name}]", *_assignments(table)]
    lines += ["", f"# {len(rules)} rules run: {' '.join(rule.code for rule in rules)}"]
    return "\n".join(lines)


def _limits(settings: Settings) -> dict[str, object]:
    """What is set for archives; empty where the defaults hold."""
    if settings.archive is None:
        return {}
    limits = settings.archive
    return {key.replace("_", "-"): getattr(limits, key) for key in limits.__slots__}


def _assignments(values: Mapping[str, object]) -> list[str]:
    return [
        f"{key if key.replace('-', '').isalnum() else json.dumps(key)} = "
        + json.dumps(value, ensure_ascii=False)
        for key, value in values.items()
        if value is not None
    ]
