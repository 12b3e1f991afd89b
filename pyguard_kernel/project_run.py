"""Asks the project rules of one tree, and says what each of them came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from pyguard_kernel.model import (
    Attest,
    Evidence,
    Fault,
    Place,
    Project,
    Skip,
    Verdict,
)
from pyguard_kernel.project import Absent, Broken, Facts
from pyguard_kernel.suppressions import allowed_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pyguard_kernel.findings import Judge
    from pyguard_kernel.model import Finding, Fix, Rule
    from pyguard_kernel.project import Tree
    from pyguard_kernel.settings import Settings

UNREADABLE = "PG000"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule's project detectors came to.

    `reason` is in words: why it was skipped or couldn't be asked. `evidence` is what
    it took for good, or, for a rule that people answer, what may help them.
    """

    verdict: Verdict
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class ProjectRun:
    """What the project rules found in one tree; paths are as shown to the user.

    `kind` says whether the project is an application or a library, and why.
    """

    findings: list[Finding] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    kind: str = ""
    crashes: list[str] = field(default_factory=list)


def run_project(
    tree: Tree,
    rules: Sequence[Rule],
    settings: Settings,
    judge: Judge,
    *,
    prefix: str = "",
    fixes: bool = False,
) -> ProjectRun:
    """Ask every rule with a project detector; `prefix` leads to the tree's root.

    With `fixes`, findings carry their fixes, each proved; without, none.
    """
    return _Run(tree, rules, settings, judge, prefix).whole(fixes=fixes)


class _Run:
    def __init__(
        self,
        tree: Tree,
        rules: Sequence[Rule],
        settings: Settings,
        judge: Judge,
        prefix: str,
    ) -> None:
        self._tree = tree
        self._rules = rules
        self._settings = settings
        self._judge = judge
        self._prefix = prefix
        self._facts = Facts(tree, settings)

    def whole(self, *, fixes: bool) -> ProjectRun:
        run = ProjectRun()
        faults = list(self._faults(run))
        for code, fault in faults:
            fix = fault.fix if fixes and self._proved(code, fault, faults) else None
            run.findings.append(self._finding(code, replace(fault, fix=fix)))
        run.kind = self._kind()
        for path, broken in sorted(self._tree.broken.items()):
            if not self._allowed(UNREADABLE, broken.place):
                fault = Fault(broken.place, f"{path} {broken.reason}")
                run.findings.append(self._finding(UNREADABLE, fault))
        return run

    def _kind(self) -> str:
        """Application or library, and why; empty where only a part is in sight."""
        if self._tree.partial:
            return ""
        try:
            return str(self._facts.get("kind") or "")
        except Broken:
            return ""

    def _faults(self, run: ProjectRun) -> Iterator[tuple[str, Fault]]:
        """What is wrong, and not allowed; `run` gets the answers."""
        for rule in self._rules:
            detectors = [d for d in rule.detectors if isinstance(d, Project | Attest)]
            if not detectors:
                continue
            try:
                answer, faults = self._ask(rule, detectors)
            except Exception as error:  # noqa: PG208 -- told; no other rule stops for it
                run.crashes.append(f"{rule.code} on the project: {error!r}")
                run.answers[rule.code] = Answer(Verdict.ERROR, repr(error))
                continue
            run.answers[rule.code] = answer
            for fault in faults:
                yield rule.code, fault

    def _ask(
        self, rule: Rule, detectors: Sequence[Project | Attest]
    ) -> tuple[Answer, list[Fault]]:
        faults: list[Fault] = []
        evidence: list[Evidence] = []
        reasons: list[str] = []
        unread = False
        for detector in detectors:
            find = detector.find if isinstance(detector, Project) else detector.signals
            try:
                said = [] if find is None else list(self._facts.call(find))
            except Absent as absent:
                reasons.append(f"the project has no {str(absent).replace('_', ' ')}")
                continue
            except Broken as broken:
                unread = True
                reasons.append(f"{broken.place.path} {broken.reason}")
                continue
            faults += [
                s for s in said if isinstance(s, Fault) and self._stands(rule, s)
            ]
            evidence += [s for s in said if isinstance(s, Evidence)]
            reasons += [s.reason for s in said if isinstance(s, Skip)]
        signed = self._signed(rule)
        if signed and signed[0] is Verdict.ATTESTED:
            # What no file shows, people say is done elsewhere.
            faults = [fault for fault in faults if not fault.absence]
        if faults:
            verdict = Verdict.FAILED
        elif unread:
            verdict = Verdict.NOT_RUN
        elif reasons and not evidence:
            verdict = Verdict.SKIPPED
        else:
            asked = all(isinstance(detector, Attest) for detector in detectors)
            verdict = Verdict.UNATTESTED if asked else Verdict.PASSED
        if signed and _counts(signed[0], verdict):
            verdict, reasons = signed[0], [signed[1]]
        return Answer(verdict, "; ".join(reasons), tuple(evidence)), faults

    def _signed(self, rule: Rule) -> tuple[Verdict, str] | None:
        """What people answered to the rule's question, and what that is worth today."""
        signed = self._settings.attest.get(rule.code)
        asked = next((d for d in rule.detectors if isinstance(d, Attest)), None)
        if signed is None or asked is None:
            return None
        from datetime import date

        return signed.verdict(asked.days, date.today())

    def _stands(self, rule: Rule, fault: Fault) -> bool:
        if fault.absence and self._tree.partial:
            return False
        return not self._allowed(rule.code, fault.place)

    def _allowed(self, code: str, place: Place) -> bool:
        """Whether settings or a comment, there or on the line above, allow it."""
        path, line = place.path, place.span[0]
        if code in self._settings.ignored_for(self._prefix + path):
            return True
        if not self._tree.has(path):
            return False
        try:
            lines = self._tree.text(path).split("\n")
        except Broken:
            return False
        here = lines[line - 1] if line <= len(lines) else ""
        above = lines[line - 2].strip() if 2 <= line <= len(lines) + 1 else ""
        near = [here, above] if above.startswith("#") else [here]
        return any(code in allowed_on(text) for text in near)

    def _finding(self, code: str, fault: Fault) -> Finding:
        fix = fault.fix
        if fix is not None and fix.path:
            fix = replace(fix, path=self._prefix + fix.path)
        path = fault.place.path
        root = self._prefix.rstrip("/") or "."
        path = root if path == "." else self._prefix + path
        return self._judge.finding(code, path, fault.place.span, fault.message, fix=fix)

    # -- fixes ------------------------------------------------------------------------

    def _proved(
        self, code: str, fault: Fault, before: Sequence[tuple[str, Fault]]
    ) -> bool:
        """Whether a fix takes its finding away, and brings no other."""
        if fault.fix is None:
            return False
        tree = self._mended(fault.fix, fault.place.path)
        if tree is None:
            return False
        again = _Run(tree, self._rules, self._settings, self._judge, self._prefix)
        after = Counter(found for found, _ in again._faults(ProjectRun()))
        old = Counter(found for found, _ in before)
        fresh = tree.broken.keys() - self._tree.broken.keys()
        return not fresh and not after - old and after[code] < old[code]

    def _mended(self, fix: Fix, path: str) -> Tree | None:
        from pyguard_kernel.fixes import apply

        path = fix.path or path
        try:
            text = self._tree.text(path) if self._tree.has(path) else ""
        except Broken:
            return None
        return self._tree.with_text(path, apply(text, [fix]).encode())


def _counts(signed: Verdict, seen: Verdict) -> bool:
    """Whether people's answer is the rule's, beside what files show."""
    if seen is Verdict.FAILED:
        return False
    return signed is not Verdict.STALE or seen is Verdict.UNATTESTED


def only_in(run: ProjectRun, paths: Container[str]) -> list[Finding]:
    """The findings that stand in these files, as the user named them."""
    return [finding for finding in run.findings if finding.path in paths]
