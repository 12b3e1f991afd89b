"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from pyguard_kernel._version import __version__
from pyguard_kernel.baseline import identify
from pyguard_kernel.report.json import dumps
from pyguard_kernel.report.outcome import severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyguard_kernel.baseline import Identity
    from pyguard_kernel.lines import Lines
    from pyguard_kernel.model import Edit, Finding, Rule
    from pyguard_kernel.report.outcome import Outcome

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "pyguardIdentity/v1"


def render(outcome: Outcome) -> str:
    """The log, with one run."""
    rules = [_rule(rule, outcome.handbook_url) for rule in outcome.result.rules]
    known = {rule["id"] for rule in rules}
    for finding in outcome.findings:
        if finding.code not in known:  # what is no rule's, such as an unreadable file
            known.add(finding.code)
            rules.append({"id": finding.code, "name": _pascal(finding.name)})
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    prints = _fingerprints(outcome)
    results = [
        _result(finding, index[finding.code], fingerprint, outcome)
        for finding, fingerprint in zip(outcome.findings, prints, strict=True)
    ]
    driver: dict[str, Any] = {
        "name": "PyGuard",
        "semanticVersion": __version__,
        "rules": rules,
    }
    if outcome.handbook_url:
        driver["informationUri"] = outcome.handbook_url
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(outcome)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule, handbook_url: str) -> dict[str, Any]:
    sources = "\n".join(f"- [{ref.title}]({ref.url})" for ref in rule.references)
    described: dict[str, Any] = {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.summary}\n\n{rule.why}",
            "markdown": f"**{rule.summary}**\n\n{rule.why}\n\n{sources}",
        },
        "defaultConfiguration": {"level": severity(rule.level)},
        "properties": {"tags": [rule.chapter, rule.name], "level": rule.level},
    }
    if handbook_url:
        described["helpUri"] = handbook_url + rule.page
    return described


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _result(
    finding: Finding, rule_index: int, fingerprint: str, outcome: Outcome
) -> dict[str, Any]:
    message = finding.message
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(finding.path)},
            "region": _region(finding, outcome.lines),
        }
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": severity(finding.level),
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.cell is not None:
        cell = f"cell {finding.cell}"
        message = f"{message} ({cell}, line {finding.line})"
        name = f"{finding.path}:{cell}"
        location["logicalLocations"] = [{"name": cell, "fullyQualifiedName": name}]
    elif finding.fix is not None:
        # In a notebook an edit's place is within a cell, for which SARIF has no words.
        replacements = [_replacement(edit) for edit in finding.fix.edits]
        change = {
            "artifactLocation": {"uri": _uri(finding.fix.path or finding.path)},
            "replacements": replacements,
        }
        described = {"text": finding.fix.message}
        result["fixes"] = [{"description": described, "artifactChanges": [change]}]
    result["message"] = {"text": message}
    if finding.ruff:
        result["properties"] = {"ruff": finding.ruff}
    return result


def _region(finding: Finding, lines: Lines) -> dict[str, Any]:
    text = lines.at(finding)
    snippet = {"snippet": {"text": text}} if text else {}
    if finding.cell is not None:
        # The line of the file itself; columns of the cell mean nothing there.
        return {"startLine": lines.file_line(finding), **snippet}
    return {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        **snippet,
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {
            "startLine": edit.line,
            "startColumn": edit.column,
            "endLine": edit.end_line,
            "endColumn": edit.end_column,
        },
        "insertedContent": {"text": edit.content},
    }


def _uri(path: str) -> str:
    """Relative where the path is; what lies above or elsewhere as it is."""
    plain = path.replace(os.sep, "/")
    if Path(path).is_absolute():
        return Path(path).as_uri()
    return quote(plain)


def _fingerprints(outcome: Outcome) -> list[str]:
    """What stays of each finding when lines move; equal ones differ by their order."""
    seen: Counter[Identity] = Counter()
    prints = []
    for finding in outcome.findings:
        identity = identify(finding, outcome.lines, str(Path.cwd()))
        words = "\n".join([*identity, str(seen[identity])])
        seen[identity] += 1
        digest = hashlib.sha256(words.encode("utf-8", "backslashreplace"))
        prints.append(digest.hexdigest()[:32])
    return prints


def _invocation(outcome: Outcome) -> dict[str, Any]:
    result = outcome.result
    crashes = [
        {"level": "error", "message": {"text": crash}} for crash in result.crashes
    ]
    return {
        "executionSuccessful": not crashes,
        "toolExecutionNotifications": crashes,
        "properties": {"files": result.files, "rules": len(result.rules)},
    }
