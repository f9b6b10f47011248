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
    simulator: bool = Field(
        default=False,
        validation_alias="BIDWRIGHT_SIMULATED",
        description="1 when the site is the simulator, where nothing costs money; `bidwright up` sets it.",
    )
    strategy_memory_mb: int = Field(
        256,
        validation_alias="BIDWRIGHT_STRATEGY_MEMORY_MB",
        ge=128,
        le=8192,
        description="Most address space of a process in which foreign strategies run, in MiB.",
    )
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="Where nellis-proxy listens.")

    @property
    def simulated(self) -> bool:
        """True when whoever started us says that the site is the simulator; of the real one nobody can say so."""
        return self.simulator and not self.real
