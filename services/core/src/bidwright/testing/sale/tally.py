"""What a strategy did in its sale, counted as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field

_KEPT = 3


@dataclass
class Tally:
    """
    Counts over all lots. *held* counts proposals that a guard stopped, by the guard's word; *failures* keeps the first sentences.
    """

    asked: int = 0
    refused: int = 0
    failed: int = 0
    held: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def hold(self, guard: str) -> None:
        """A guard stopped a proposal."""
        self.held[guard] = self.held.get(guard, 0) + 1

    def fail(self, sentence: str) -> None:
        """The strategy raised or gave no proper answer."""
        self.failed += 1
        if sentence not in self.failures and len(self.failures) < _KEPT:
            self.failures.append(sentence)
