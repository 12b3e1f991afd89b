"""Build backends: their packages, and the versions that are good to begin with."""

from __future__ import annotations

# What [build-system] names -> the package that has it.
PACKAGES = {
    "hatchling.build": "hatchling",
    "uv_build": "uv-build",
    "flit_core.buildapi": "flit-core",
    "pdm.backend": "pdm-backend",
    "poetry.core.masonry.api": "poetry-core",
    "setuptools.build_meta": "setuptools",
    "setuptools.build_meta:__legacy__": "setuptools",
    "maturin": "maturin",
    "scikit_build_core.build": "scikit-build-core",
    "mesonpy": "meson-python",
}

# A range for each, as of 2026-11: new enough for the standards, below the next major.
RANGES = {
    "hatchling": "hatchling>=1.27,<2",
    "uv-build": "uv_build>=0.13,<1",
    "flit-core": "flit_core>=3.12,<5",
    "pdm-backend": "pdm-backend>=2.4,<3",
    "poetry-core": "poetry-core>=2,<3",
    "setuptools": "setuptools>=77",
    "maturin": "maturin>=1.9,<2",
    "scikit-build-core": "scikit-build-core>=0.11,<2",
    "meson-python": "meson-python>=0.18,<1",
}

HATCHLING = f'["{RANGES["hatchling"]}"]'
