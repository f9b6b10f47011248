"""Everything the poller can be told from outside."""

from __future__ import annotations

from pydantic import Field

from bidwright.runtime.settings import CommonSettings


class PollerSettings(CommonSettings):
    """
    The poller's own settings.
    """

    grpc_port: int = Field(50053, validation_alias="BIDWRIGHT_GRPC_PORT", ge=0, le=65535, description="Port of the Poller service.")
    metrics_port: int = Field(9103, validation_alias="BIDWRIGHT_METRICS_PORT", ge=0, le=65535, description="Port of /metrics; 0: none.")
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="Where nellis-proxy listens.")
    schedule: str = Field("default", validation_alias="BIDWRIGHT_POLLER_SCHEDULE", description="Name of the polling policy.")
    live_streams: int = Field(
        20, validation_alias="BIDWRIGHT_LIVE_STREAMS", ge=0, le=100, description="How many lots to listen to at once."
    )
