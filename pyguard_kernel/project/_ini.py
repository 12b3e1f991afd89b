"""INI files (setup.cfg, tox.ini, mypy.ini, .coveragerc) with places.

configparser reads values but no lines; the format is simple enough to find them.
"""

from __future__ import annotations

import configparser
import re

from pyguard_kernel.project._node import Broken, Node

_SECTION = re.compile(r"\[(?P<name>[^]]+)\]")
# A comment within a value counts as a line of it; configparser would drop it.
_COMMENT = re.compile(r"^[ \t]+[#;].*$", re.MULTILINE)
_OPTION = re.compile(r"(?P<name>[^\s=:#;][^=:]*?)\s*(?:[=:]\s*(?P<value>.*))?$")


def parse(text: str, path: str) -> Node:
    """Sections as tables of texts; option names in lower case.

    Raises:
        Broken: it isn't a valid INI file.
    """
    reader = configparser.RawConfigParser(strict=False)
    try:
        reader.read_string(_COMMENT.sub("", text))
    except configparser.MissingSectionHeaderError as error:
        reason = "isn't a valid INI file: it begins without a [section]"
        raise Broken(path, reason, error.lineno) from None
    except configparser.ParsingError as error:
        reason = "isn't a valid INI file: this line is no `name = value`"
        # A name without a value that goes on below has no `errors`, but a line.
        errors = getattr(error, "errors", None)
        line = errors[0][0] if errors else getattr(error, "lineno", 1)
        raise Broken(path, reason, line) from None
    except AttributeError:
        # What Python 3.12 makes of such a name.
        reason = "isn't a valid INI file: an option without a value goes on below"
        raise Broken(path, reason) from None
    except configparser.Error as error:
        raise Broken(path, f"isn't a valid INI file: {error.message}") from None
    lines = text.split("\n")
    sections: dict[str, Node] = {}
    section, table = "", dict[str, Node]()
    for number, line in enumerate(lines, 1):
        end = len(line.rstrip()) + 1
        span = (number, 1, number, end)
        if header := _SECTION.match(line):
            # A section may be opened twice; what it holds is put together.
            section = header["name"]
            if section not in sections:
                sections[section] = Node({}, path, span, span, number)
            table = sections[section].value
        elif option := _OPTION.match(line):
            name = option["name"].strip().lower()
            value = reader.get(section, name, fallback=None)
            at = (number, option.start("value") + 1, number, end)
            key = (number, 1, number, len(option["name"]) + 1)
            table[name] = Node(
                value, path, at if option["value"] else span, key, number
            )
    return Node(sections, path, (1, 1, len(lines), 1), None, 1)
