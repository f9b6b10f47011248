"""Everything the bidder can be told from outside."""

from __future__ import annotations

from pydantic import Field

from bidwright.runtime.settings import CommonSettings


class BidderSettings(CommonSettings):
    """
    The bidder's own settings.
    """

    grpc_port: int = Field(50052, validation_alias="BIDWRIGHT_GRPC_PORT", ge=0, le=65535, description="Port of the Bidder service.")
    metrics_port: int = Field(9102, validation_alias="BIDWRIGHT_METRICS_PORT", ge=0, le=65535, description="Port of /metrics; 0: none.")
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="Where nellis-proxy listens.")
