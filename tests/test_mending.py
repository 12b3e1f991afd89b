from pathlib import Path

import pytest

from pyguard_kernel.mending import MendingError, mended
from pyguard_kernel.model import Edit, Finding, Fix, Level
from pyguard_kernel.settings import Settings

STOP = b"class Stop(BaseException):\n    '''Stops.'''\n"


def fixed(*edits: Edit) -> Finding:
    fix = Fix("safe", "Mend it", edits)
    return Finding("PG206", "bare-except", Level.NEVER, "", "a.py", 1, 1, 1, 2, fix=fix)


def test_a_clean_text_comes_back_as_it_is() -> None:
    assert mended(b"x = 1\n", "a.py", Settings(), unsafe=True) == b"x = 1\n"


def test_unsafe_fixes_wait_for_being_asked_for() -> None:
    settings = Settings(select=("PG210",))
    after = mended(STOP, "a.py", settings, unsafe=True)
    assert after == STOP.replace(b"BaseExc", b"Exc")
    safely = mended(STOP, "a.py", settings, unsafe=False)
    assert safely in {STOP, after}
    assert mended(after, "a.py", settings, unsafe=True) == after


def test_fixes_that_would_break_a_file_are_refused() -> None:
    breaking = fixed(Edit(1, 1, 1, 1, "def ("))
    with pytest.raises(MendingError, match=r"^a\.py: its fixes together would leave"):
        mended(b"x = 1\n", "a.py", Settings(), unsafe=False, findings=[breaking])


def test_known_findings_are_not_looked_for_again(tmp_path: Path) -> None:
    known = fixed(Edit(1, 5, 1, 6, "2"))
    after = mended(b"x = 1\n", "a.py", Settings(), unsafe=False, findings=[known])
    assert after == b"x = 2\n"


def test_a_file_that_cannot_be_read_stays() -> None:
    data = b"x = '\xff'\n"
    known = fixed(Edit(1, 1, 1, 1, "y = "))
    assert mended(data, "a.py", Settings(), unsafe=True, findings=[known]) == data
