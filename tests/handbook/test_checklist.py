"""The page of the production checklist, built by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

from pyguard_kernel.checklist import ASKED, checklist, thresholds

ROOT = Path(__file__).parents[2]
CONF = 'extensions = ["myst_parser", "pyguard_kernel.handbook.extension"]\n'


def test_the_page_has_every_point_with_all_who_answer_it(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(CONF)
    page = tmp_path / "index.md"
    shutil.copy(ROOT / "book" / "guide" / "production-checklist.md", page)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "out"]
    subprocess.run(
        command,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    rows = BeautifulSoup(html, "html.parser").select("table.pyguard-checklist tbody tr")
    told = {row.get_text(" ").split()[0]: row.get_text(" ") for row in rows}
    points = (*checklist(), *thresholds())
    assert [*told] == [point.number for point in points]
    for point in points:
        text = " ".join(told[point.number].split())
        assert all(code in text for code in point.rules)
        assert not point.gate or f"the gate {point.gate}" in text
        assert point.number not in ASKED or ASKED[point.number].question in text
