"""Everything the bidder can be told from outside."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from bidwright.runtime.settings import CommonSettings


class BidderSettings(CommonSettings):
    """
    The bidder's own settings.
    """

    grpc_port: int = Field(50052, validation_alias="BIDWRIGHT_GRPC_PORT", ge=0, le=65535, description="Port of the Bidder service.")
    metrics_port: int = Field(9102, validation_alias="BIDWRIGHT_METRICS_PORT", ge=0, le=65535, description="Port of /metrics; 0: none.")
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="Where nellis-proxy listens.")
    timezone: str = Field("", validation_alias="BIDWRIGHT_TIMEZONE", description="Time zone of times shown; unset: the host's.")

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"{value!r} is no time zone; it looks like America/Phoenix") from None
        return value

    @property
    def zone(self) -> tzinfo | None:
        """The zone to show times in; None: the host's."""
        return ZoneInfo(self.timezone) if self.timezone else None
