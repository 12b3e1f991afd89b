"""Images that CI builds and nothing looks into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyguard_kernel.model import (
    Evidence,
    Fault,
    Level,
    Project,
    Reference,
    Rule,
    Skip,
)
from pyguard_kernel.project._runs import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyguard_kernel.model import Said
    from pyguard_kernel.project._commands import CI, Job
    from pyguard_kernel.project._runs import Run
    from pyguard_kernel.project._tree import Tree

_BUILDERS = (
    ("docker", "build"), ("docker", "buildx", "build"), ("docker", "buildx", "bake"),
    ("docker", "image", "build"), ("docker", "compose", "build"),
    ("docker-compose", "build"), ("podman", "build"), ("buildah", "build"),
    ("buildah", "bud"), ("nerdctl", "build"), ("kaniko",), ("/kaniko/executor",),
    ("docker/build-push-action",), ("docker/bake-action",),
    ("redhat-actions/buildah-build",), ("aevea/action-kaniko",),
)  # fmt: skip
_SCANNERS = (
    ("trivy", "image"), ("trivy", "i"), ("snyk", "container"), ("docker", "scout"),
    ("docker-scout",), ("osv-scanner", "scan", "image"), ("clair-scanner",),
    ("clairctl",), ("sysdig-cli-scanner",), ("wizcli", "docker"),
    ("docker/scout-action",), ("crazy-max/ghaction-container-scan",),
    ("azure/container-scan",), ("sysdiglabs/scan-action",),
    ("aws-actions/vulnerability-scan-github-action-for-amazon-inspector",),
    ("prisma-cloud-scan",), ("paloaltonetworks/prisma-cloud-scan",),
)  # fmt: skip
_LAYOUTS = ("dir:", "sbom:", "file:", ".", "/")
_GITLABS = "Container-Scanning"


def find(tree: Tree, ci: CI) -> Iterator[Said]:
    """The first build, where no job that runs by itself scans an image."""
    built = [run for job in ci.jobs for run in runs_of(job) if _builds(run)]
    built = [run for run in built if not run.job.disabled]
    if not built:
        yield Skip("no image is built in CI")
        return
    scans = [r for job in ci.jobs if _counts(job) for r in runs_of(job) if _scans(r)]
    if _gitlabs_own(tree):
        yield Evidence(tree.line(".gitlab-ci.yml", 1), "GitLab's own template scans it")
    elif scans:
        yield Evidence(scans[0].place, f"`{scans[0].text}` scans it")
    else:
        yield Fault(
            built[0].place,
            f"`{_builder(built[0])}` builds an image, and no job of CI scans one:"
            " the packages of its distribution are shipped with their known holes; add"
            " a step that scans it (`trivy image --exit-code 1 --severity HIGH,CRITICAL"
            " NAME`, grype, docker scout cves or snyk container test)",
        )


def _counts(job: Job) -> bool:
    """Whether it runs without anybody starting it."""
    by_itself = job.triggers - {"manual"}
    return not job.disabled and bool(by_itself)


def _builds(run: Run) -> bool:
    return bool(_builder(run))


def _builder(run: Run) -> str:
    """What builds an image: `docker buildx build`; empty for what doesn't."""
    words = (run.words[0].lower(), *run.words[1:])
    found = (known for known in _BUILDERS if words[: len(known)] == known)
    return " ".join(next(found, ()))


def _scans(run: Run) -> bool:
    words = (run.words[0].lower(), *run.words[1:])
    if words[0] == "snyk" and run.text.startswith("snyk/actions/"):
        return run.text == "snyk/actions/docker"
    if words[0] in ("grype", "anchore/scan-action"):
        named = [w for w in words[1:] if w and not w.startswith("-")]
        return any(not word.startswith(_LAYOUTS) for word in named)
    return any(words[: len(known)] == known for known in _SCANNERS)


def _gitlabs_own(tree: Tree) -> bool:
    """Whether GitLab's template for scans of containers is included."""
    path = ".gitlab-ci.yml"
    if not tree.has(path):
        return False
    included = tree.yaml(path).get("include")
    if included is None:
        return False
    tables = [included, *included.elements()]
    found = (
        node
        for table in tables
        for key in ("template", "component")
        if (node := table.get(key))
    )
    return any(_GITLABS.lower() in node.text.lower() for node in found)


RULE = Rule(
    code="PG904",
    level=Level.MUST,
    statements=("9.2.4", "12.1.15", "13.1.12"),
    summary="Scan every image that CI builds for known vulnerabilities.",
    why=(
        "Most of an image isn't yours: the distribution's OpenSSL, its shell and its"
        " libraries came with the base. A scan of your dependencies sees none of that."
        " Advisories for it appear every week, and the image that was clean when it was"
        " built isn't clean a month later. A scanner reads the image's own package"
        " lists, wheels included, and fails the build for what is known and mended. Run"
        " it on each build, and by schedule for what is out already."
    ),
    references=(
        Reference(
            "Trivy: Container Image",
            "https://trivy.dev/docs/latest/guide/target/container_image/",
            "2026-11-23",
        ),
        Reference("Docker Scout", "https://docs.docker.com/scout/", "2026-11-23"),
    ),
    since="0.1.0",
    detectors=(Project(find),),
)
