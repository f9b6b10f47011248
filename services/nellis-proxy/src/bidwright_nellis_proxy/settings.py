"""Everything nellis-proxy can be told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticUseDefault

from bidwright.errors import SetupError
from bidwright.runtime.init import keep_secret
from bidwright.runtime.settings import LIVE_SITE, CommonSettings
from bidwright_nellis_proxy.seal import new_key

MOST_PER_SECOND = 10
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class Halting:
    """
    Something on this host that says stop: *by* what, and *what* to take away before bidding may go on.
    """

    by: Literal["file", "environment"]
    what: str


class ProxySettings(CommonSettings):
    """
    Everything nellis-proxy can be told from outside.
    """

    grpc_port: int = Field(50051, ge=0, le=65535, validation_alias="BIDWRIGHT_GRPC_PORT", description="Port of the gRPC service; 0: any.")
    metrics_port: int = Field(9101, ge=0, le=65535, validation_alias="BIDWRIGHT_METRICS_PORT", description="Port of /metrics; 0: none.")
    sse: str = Field(
        "",
        validation_alias="NELLIS_SSE_URL",
        description="Address of the site's live events; unset: the live site's own, and none for another site.",
    )
    search: str = Field(
        "",
        validation_alias="NELLIS_SEARCH_URL",
        description="Address of the site's search index; unset: as the site publishes it, on the index's or the site's own host.",
    )
    requests_per_second: float | None = Field(
        None,
        gt=0,
        le=MOST_PER_SECOND,
        validation_alias="NELLIS_REQUESTS_PER_SECOND",
        description="Most requests per second, over all replicas together; unset: 2 on nellisauction.com, else 10.",
    )
    user_agent: str = Field(_BROWSER, validation_alias="NELLIS_USER_AGENT", description="How requests to the site name the browser.")
    max_streams: int = Field(20, ge=0, validation_alias="NELLIS_MAX_STREAMS", description="Most live-event connections at once.")
    breaker_failures: int = Field(
        5, ge=1, le=100, validation_alias="BIDWRIGHT_BREAKER_FAILURES", description="Failed reads in a row that open the circuit breaker."
    )
    breaker_open_s: float = Field(
        30.0, gt=0, le=3600, validation_alias="BIDWRIGHT_BREAKER_OPEN_SECONDS", description="How long it then stays open."
    )
    breaker_soon_s: float = Field(
        5.0,
        gt=0,
        le=3600,
        validation_alias="BIDWRIGHT_BREAKER_SOON_SECONDS",
        description="The same while an armed lot closes within two minutes.",
    )
    canary_s: float = Field(
        180.0,
        ge=0,
        le=3600,
        validation_alias="BIDWRIGHT_CANARY_SECONDS",
        description="Pause between two checks that the site's pages are still understood; 0: none.",
    )
    halt: bool = Field(
        default=False, validation_alias="BIDWRIGHT_HALT", description="1: no bid leaves this process, and everything is halted."
    )
    halt_file: Path | None = Field(
        None,
        validation_alias="BIDWRIGHT_HALT_FILE",
        description="One more file that halts while it is there, beside HALT in the data directory; `bidwright up` names one for all.",
    )
    secret_key: SecretStr | None = Field(
        None,
        validation_alias="BIDWRIGHT_SECRET_KEY",
        description="Seals the site session at rest; several, newest first, while one is exchanged.",
    )
    secret_key_file: Path | None = Field(
        None, validation_alias="BIDWRIGHT_SECRET_KEY_FILE", description="File with that key; unset: secret.key in the data directory."
    )

    @field_validator(
        "grpc_port",
        "metrics_port",
        "requests_per_second",
        "user_agent",
        "max_streams",
        "breaker_failures",
        "breaker_open_s",
        "breaker_soon_s",
        "canary_s",
        "halt",
        "halt_file",
        "secret_key",
        "secret_key_file",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        if value == "":  # compose passes variables on that nobody set
            raise PydanticUseDefault
        return value

    @field_validator("sse", "search")
    @classmethod
    def _other_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("give an address that begins with http:// or https://")
        return value.rstrip("/")

    @property
    def is_live_site(self) -> bool:
        """Whether the address is the real site's, or below it."""
        host = urlsplit(self.site).hostname or ""
        return host == LIVE_SITE or host.endswith(f".{LIVE_SITE}")

    @property
    def live_events(self) -> str:
        """Address of the live events, or empty when there are none to listen to."""
        if self.max_streams == 0:
            return ""
        return self.sse or (f"https://sse.{LIVE_SITE}" if self.is_live_site else "")

    @property
    def rate(self) -> float:
        """Requests per second that all replicas together may make."""
        return self.requests_per_second or (2.0 if self.is_live_site else float(MOST_PER_SECOND))

    def keys(self) -> list[str]:
        """
        The sealing keys, newest first; made and kept in the data directory when nobody gave one.

        Raises SetupError when the file cannot be read.
        """
        if self.secret_key is not None:
            text = self.secret_key.get_secret_value()
        elif self.secret_key_file is not None:
            try:
                text = self.secret_key_file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SetupError(f"BIDWRIGHT_SECRET_KEY_FILE {self.secret_key_file} cannot be read ({type(error).__name__}).") from None
        else:
            text = keep_secret(self.data_dir / "secret.key", new_key())
        return text.split() or [new_key()]  # an empty key file: a session sealed before is unreadable, which is told, not fatal

    @property
    def halted_here(self) -> bool:
        """Whether this host says stop: the variable, or a file HALT in the data directory."""
        return self.halting is not None

    @property
    def halting(self) -> Halting | None:
        """What on this host says stop, or None."""
        for file in (self.data_dir / "HALT", self.halt_file):
            if file is not None and file.exists():
                return Halting("file", f"the file {file}")
        return Halting("environment", "the variable BIDWRIGHT_HALT") if self.halt else None
