"""What grows old says how old it is, and the tables say what they mean."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from pyguard_kernel.project import _dated
from pyguard_kernel.project._images import image


def test_it_is_fresh_for_ninety_days_and_then_says_how_old_it_is() -> None:
    day = _dated.checked()
    assert _dated.stale(day) is None
    assert _dated.stale(day + timedelta(days=90)) is None
    said = _dated.stale(day + timedelta(days=91))
    assert said is not None
    assert f"{day}, 91 days ago" in said


def test_releases_follow_one_another() -> None:
    found = list(_dated.releases().values())
    assert [r.minor for r in found] == sorted(r.minor for r in found)
    assert [r.released for r in found] == sorted(r.released for r in found)
    for release in found:
        assert _dated.numbers(release.secure)[:2] == release.minor
        assert release.released < release.ends


def test_the_floor_is_a_supported_release() -> None:
    floor = _dated.release(_dated.floor())
    assert floor is not None
    assert floor.ends > _dated.checked()
    assert _dated.release((3, 99)) is None


def test_the_newest_but_one_is_what_everything_is_there_for() -> None:
    assert _dated.newest(date(2025, 1, 1)).name == "3.12"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("nginxinc/nginx-unprivileged:1.29", True),
        ("gcr.io/distroless/python3-debian12:nonroot", True),
        ("gcr.io/distroless/python3-debian12", False),
        ("cgr.dev/chainguard/python:latest", True),
        ("docker:29-dind-rootless", True),
        ("python:3.13-slim", False),
    ],
)
def test_images_that_run_unprivileged(name: str, known: bool) -> None:
    assert _dated.is_unprivileged(image(name)) is known


def test_pins_are_exact() -> None:
    assert all(re.fullmatch(r"v?\d+(\.\d+)+", rev) for rev in _dated.hooks().values())
    for name in _dated.table()["actions"]:
        assert re.fullmatch(rf"{name}@[0-9a-f]{{40}} # v[\d.]+", _dated.action(name))


def test_a_run_that_asked_the_table_is_told() -> None:
    later = _dated.checked() + timedelta(days=200)
    assert _dated.warnings(later) == (_dated.stale(later),)
    assert _dated.warnings(_dated.checked()) == ()


def test_a_new_project_begins_with_a_supported_python() -> None:
    release = _dated.release(_dated.numbers(_dated.starter_versions()["python"]))
    assert release is not None
    assert release.ends > _dated.checked()
