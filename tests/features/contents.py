"""The table of contents of the features: counted, written into README.md, and checked by test_contents.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_bdd.feature import get_feature
from pytest_bdd.parser import Feature

HERE = Path(__file__).parent
DOMAINS = {"core": "core", "performance": "performance", "edge_cases": "edge_cases", "integration": "integration"}
"""Folder and tag of each domain."""
LEAST = 186
BEGIN, END = "<!-- contents: written by tests/features/contents.py -->", "<!-- /contents -->"


@dataclass(frozen=True)
class Chapter:
    """
    One feature file. *scenarios* counts an outline once, however many rows it has.
    """

    path: str
    name: str
    sentence: str
    domain: str
    tags: tuple[str, ...]
    scenarios: int
    untagged: tuple[str, ...]
    """Scenarios that carry no tag of a domain, or of more than one."""
    told: tuple[tuple[str, tuple[str, ...]], ...]
    """Name and steps of each scenario."""


def chapters() -> list[Chapter]:
    """All of them, by domain and name."""
    return [_chapter(file) for domain in DOMAINS for file in sorted((HERE / domain).glob("*.feature"))]


def _chapter(file: Path) -> Chapter:
    feature: Feature = get_feature(str(file.parent), file.name)
    domains = set(DOMAINS.values())
    untagged = [one.name for one in feature.scenarios.values() if len(domains & (one.tags | feature.tags)) != 1]
    return Chapter(
        path=str(file.relative_to(HERE)),
        name=feature.name,
        sentence=" ".join(feature.description.split()),
        domain=file.parent.name,
        tags=tuple(sorted(feature.tags - domains)),
        scenarios=len(feature.scenarios),
        untagged=tuple(untagged),
        told=tuple((one.name, tuple(step.name for step in (*one.all_background_steps, *one.steps))) for one in feature.scenarios.values()),
    )


def sentences() -> set[tuple[str, str]]:
    """Every sentence of every feature with its kind (given, when, then), rows of outlines filled in."""
    found = set[tuple[str, str]]()
    for domain in DOMAINS:
        for file in (HERE / domain).glob("*.feature"):
            for one in get_feature(str(file.parent), file.name).scenarios.values():
                rows = [dict(row) for examples in one.examples for row in examples.as_contexts()]
                found |= {(step.type, step.name) for row in rows or [{}] for step in one.render(row).steps}
    return found


def table(found: list[Chapter]) -> str:
    """The contents as README.md has them."""
    lines = ["| Domain | Feature | What it tells | Tag | Scenarios |", "|---|---|---|---|---|"]
    for domain, tag in DOMAINS.items():
        mine = [one for one in found if one.domain == domain]
        lines.append(f"| **{domain}** | | | `{tag}` | **{sum(one.scenarios for one in mine)}** |")
        for one in mine:
            tags = ", ".join(f"`{tag}`" for tag in one.tags)
            lines.append(f"| | [{one.name}]({one.path}) | {one.sentence} | {tags} | {one.scenarios} |")
    lines.append(f"| **all** | | | | **{sum(one.scenarios for one in found)}** |")
    return "\n".join(lines)


def page(text: str) -> str:
    """*text* with the contents as they are now between the marks."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{table(chapters())}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    readme = HERE / "README.md"
    readme.write_text(page(readme.read_text("utf-8")), "utf-8")
