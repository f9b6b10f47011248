"""A channel that writes on a list."""

from dataclasses import dataclass, field


@dataclass
class Paper:
    """
    A channel that writes on a list. *broken*: what it raises as long as it is set.
    """

    name: str = "paper"
    description: str = "a list"
    broken: Exception | None = None
    texts: list[str] = field(default_factory=list)

    async def send(self, notice, address):
        if self.broken:
            raise self.broken
        self.texts.append(notice.text)
