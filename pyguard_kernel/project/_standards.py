"""What the packaging standards say of a text, as packaging reads them."""

from __future__ import annotations


def is_version(text: str) -> bool:
    """Whether it is a version: `1.2.0rc1`."""
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def is_range(text: str) -> bool:
    """Whether it is a range of versions: `>=3.12,<4`."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def same_range(one: str, other: str) -> bool:
    """Whether two ranges are one, however they are written; so if one isn't valid."""
    from packaging.specifiers import SpecifierSet

    if not (is_range(one) and is_range(other)):
        return True
    return SpecifierSet(one) == SpecifierSet(other)


def is_license(text: str) -> bool:
    """Whether it is a licence expression: `MIT OR Apache-2.0`."""
    from packaging.licenses import (
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return False
    return True


def fault_of_requirement(text: str) -> str:
    """Why it is no requirement (`httpx[http2]>=0.28,<1`), in words; empty if it is."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        return reason[:1].lower() + reason[1:]
    return ""


def with_lower_bound(text: str, good: str) -> str:
    """A requirement with the lower bound of a good one, or that one where it had none.

    Empty where what it asks for is older, or more than a range.
    """
    from packaging.requirements import Requirement

    if fault_of_requirement(text):
        return ""
    asked, known = Requirement(text), Requirement(good)
    lower = next(one.version for one in known.specifier if one.operator == ">=")
    if asked.marker or asked.extras or not asked.specifier.contains(lower):
        return ""
    return f"{asked.name}>={lower},{asked.specifier}" if asked.specifier else good
