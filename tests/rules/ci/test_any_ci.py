"""Whatever stands in the files of CI, its rules say something, and crash never."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard_kernel.scan import check_texts
from pyguard_kernel.settings import Settings

WORDS = [
    "ruff check", "pytest --cov", "mypy || true", "|", "main", "", "make", "{", "$x",
    "coverage report", "trivy fs .", "push", "https://github.com/psf/black", "S",
    "astral-sh/ruff-action@v3", "x/.github/workflows/y.yml@v1", "continue-on-error",
]  # fmt: skip
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 99), st.sampled_from(WORDS), st.text()
)


def nested(*names: str) -> st.SearchStrategy[Any]:
    """Data of any shape, its tables with these names among others."""
    keys = st.sampled_from([*names, "x"])
    return st.recursive(
        PLAIN,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)
        ),
        max_leaves=12,
    )


FLOWS = nested(
    "on", "jobs", "steps", "run", "uses", "with", "continue-on-error", "if", "env",
    "args", "strategy", "matrix",
)  # fmt: skip
HOOKS = nested("repos", "repo", "rev", "hooks", "id", "args", "entry", "stages", "ci")


def whole(kind: str, data: Any) -> Any:
    """The data where a reader would look for it."""
    if kind == "step":
        return {"on": "push", "jobs": {"a": {"steps": [data, {"run": "ruff check"}]}}}
    if kind == "job":
        return {"on": "push", "jobs": {"a": data}}
    if kind == "repo":
        return {"repos": [data], "ci": {}}
    return data


def no_crash(texts: dict[str, str]) -> None:
    chosen = Settings().with_options(select=["PG10"])
    data = {p: t.encode("utf-8", "surrogatepass") for p, t in texts.items()}
    result = check_texts({"a.py": b"", **data}, chosen, fixes=True)
    assert not result.crashes


@pytest.mark.parametrize("kind", ["step", "job", "flow"])
# Each runs eight rules, and proves their fixes.
@settings(max_examples=25, deadline=None)
@given(data=FLOWS)
def test_any_workflow(kind: str, data: Any) -> None:
    text = yaml.safe_dump(whole(kind, data), sort_keys=False)
    no_crash({".github/workflows/ci.yml": text, "pyproject.toml": ""})


@pytest.mark.parametrize("kind", ["repo", "hooks"])
@settings(max_examples=25, deadline=None)
@given(data=HOOKS)
def test_any_hooks(kind: str, data: Any) -> None:
    text = yaml.safe_dump(whole(kind, data), sort_keys=False)
    no_crash({".pre-commit-config.yaml": text})


FLOW = (
    "on: push\njobs: {a: {steps: [{run: mypy}, {run: pytest --cov}, {run: vulture}]}}"
)


@settings(max_examples=25, deadline=None)
@given(data=nested("lint", "select", "addopts", "report", "fail_under", "overrides"))
def test_any_settings(data: Any) -> None:
    text = yaml.safe_dump({"typeCheckingMode": data, "strict": data})
    ini = "\n".join(f"{name} = {data}".replace("\n", " ") for name in ("a", "strict"))
    no_crash(
        {
            ".github/workflows/ci.yml": FLOW,
            "pyrightconfig.json": text,
            "mypy.ini": f"[mypy]\n{ini}\n[mypy-a.*]\n{ini}",
            ".coveragerc": f"[report]\nfail_under = {data}".replace("\n ", " "),
            "setup.cfg": f"[tool:pytest]\naddopts = {data!r}",
        }
    )
