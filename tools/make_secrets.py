"""
Makes the secrets of the hardened stack, each in a file of its own in ``secrets/``, for compose.prod.yml. Those that are there stay.

The folder is for its owner alone. The files in it can be read by all: a container sees its file as it is here, and runs as another user.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USERS = ROOT / "deploy/redis/users.acl"
_DATA = "+@read +@write +@transaction +@connection +time +eval +evalsha +script|load +script|exists"
_NEVER = "-@admin -@dangerous -function -fcall -fcall_ro"
ALL = f"-@all {_DATA} {_NEVER} +info +config|get"
"""Commands that every service has. What is dangerous goes last, but for what the start's checks ask."""
LOTS = " ".join(
    f"~bw:{name}"
    for name in (
        "lot:*", "intent:*", "budget:*", "group:*", "groups", "members:*", "due:*", "lots", "gone", "open", "seq", "steady", "kill",
        "limits", "ev", "hist:*", "holds:*", "kept:*", "ledger", "ledger:lost", "won", "done:*", "svc:*", "outcomes:*", "cb", "format",
        "tat", "tat:sent", "block", "ramp", "slow", "short", "halt:here",
    )
) + " ~bw: %R~bw:meta %R~bw:toggle:* %R~feature:*"  # fmt: skip
"""Keys that whoever works on lots has: those that the transitions touch. ``bw:`` is what a script is told: the beginning of its keys."""


def make(folder: Path, store: str = "redis:6379") -> list[str]:
    """Make what is missing in *folder*; gives the names of what was made. *store* is where Redis is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made: list[str] = []

    def kept(name: str, text: str) -> str:
        path = folder / name
        if not path.exists():
            path.write_text(text + "\n", "utf-8")
            path.chmod(0o444)
            made.append(name)
        return path.read_text("utf-8").strip()

    kept("token", secrets.token_urlsafe(24))
    kept("secret_key", secrets.token_urlsafe(32))
    kept("backup_passphrase", secrets.token_urlsafe(32))
    kept("notify_urls", "")
    hashes: dict[str, str] = {}
    text = USERS.read_text("utf-8")
    for user in re.findall(r"#\{([a-z-]+)\}", text):
        url = kept(f"redis_{user}", f"redis://{user}:{secrets.token_urlsafe(24)}@{store}/0")
        hashes[user] = hashlib.sha256(url.split(":")[2].split("@")[0].encode()).hexdigest()
    filled = text.replace("{all}", ALL).replace("{lots}", LOTS)
    for user, digest in hashes.items():
        filled = filled.replace(f"#{{{user}}}", f"#{digest}")
    users = folder / "users.acl"
    if not users.exists() or users.read_text("utf-8") != filled:  # rules may have changed with a version
        users.unlink(missing_ok=True)
        users.write_text(filled, "utf-8")
        users.chmod(0o444)
        made.append("users.acl")
    return made


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("folder", nargs="?", type=Path, default=ROOT / "secrets", help="where they go (default: secrets/)")
    target = ask.parse_args().folder
    names = make(target)
    print(f"{target}: made {', '.join(names)}" if names else f"{target}: all there")
