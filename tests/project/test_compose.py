"""Compose files: services, what builds them, and as whom they run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pyguard_kernel.project import Tree
from pyguard_kernel.project.compose import Service, fact
from pyguard_kernel.settings import Settings

COMPOSE = """\
x-base: &base
  user: "1000:1000"
services:
  web:
    <<: *base
    build:
      context: ..
      dockerfile: docker/web.Dockerfile
      target: prod
  worker:
    build: ../worker
  db:
    image: postgres:${TAG:-latest}
    user: root
  far:
    build: https://github.com/shop/far.git
  cache:
    image: ${CACHE}
"""


def services(texts: dict[str, str]) -> dict[str, Service]:
    files = {path: text.encode() for path, text in texts.items()}
    found = fact(Tree.of_texts(files, Settings()))
    return {service.name: service for service in found or ()}


def test_services_know_what_they_run_and_what_builds_them() -> None:
    found = services({"deploy/docker-compose.prod.yml": COMPOSE})
    web = found["web"]
    assert (web.dockerfile, web.target) == ("docker/web.Dockerfile", "prod")
    assert web.user is not None
    assert web.user.text == "1000:1000"
    assert found["worker"].dockerfile == "worker/Dockerfile"
    assert found["far"].dockerfile is None
    assert found["far"].is_built
    db = found["db"]
    assert db.image is not None
    assert (db.image.name, db.image.tag) == ("postgres", "latest")
    assert db.image_node is not None
    assert db.image_node.place.span[0] == 13
    cache = found["cache"].image
    assert cache is not None
    assert not cache.is_known


def test_other_files_are_no_compose_files() -> None:
    assert not services({"composer.yml": COMPOSE, "examples/compose.yml": COMPOSE})
    assert not services({"compose.yml": "- a\n"})


ANY = st.recursive(
    st.none() | st.integers() | st.sampled_from(["a", "${B:-c}", "../..", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["build", "image", "context", "dockerfile", "user", "target"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@given(ANY)
def test_any_value_is_taken_at_any_place(value: object) -> None:
    import json

    services({"compose.yml": json.dumps({"services": {"web": value}})})
    services({"compose.yml": json.dumps({"services": value})})
