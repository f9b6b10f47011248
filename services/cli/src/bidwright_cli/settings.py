"""What `bidwright up` can be told from outside."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, NonNegativeInt, PositiveInt, SecretStr
from pydantic_settings import SettingsConfigDict

from bidwright.errors import SetupError
from bidwright.runtime.settings import LIVE_SITE, CommonSettings, read

Site = Literal["sim", "live", "other"]


class UpSettings(CommonSettings):
    """
    Settings of the launcher. An empty variable counts as unset.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    port: int = Field(3000, validation_alias="PORT", ge=0, le=65535, description="Gateway port; 0 takes a free one.")
    token: SecretStr = Field(
        SecretStr(""),
        validation_alias="AUTH_TOKEN",
        description="Client token; unset: made on the first start and kept in the data folder.",
    )
    max_bid_dollars: PositiveInt = Field(
        1000, validation_alias="BIDWRIGHT_MAX_BID_DOLLARS", description="The owner's limit for a single bid, hammer, in dollars."
    )
    max_step_dollars: NonNegativeInt = Field(
        0,
        validation_alias="BIDWRIGHT_MAX_STEP_DOLLARS",
        description="Most that a strategy may bid above the next acceptable amount, dollars; 0: no limit.",
    )
    bids_per_minute: PositiveInt = Field(
        40, validation_alias="BIDWRIGHT_BIDS_PER_MINUTE", description="Most bids that a strategy may make on one lot in a minute."
    )
    budget_total_dollars: PositiveInt = Field(
        2000,
        validation_alias="BIDWRIGHT_BUDGET_TOTAL_DOLLARS",
        description="All-in limit for exposure plus won, in dollars; 20000 on the simulated site, whose sales never end.",
    )
    simulator_port: int = Field(
        9900, validation_alias="BIDWRIGHT_SIMULATOR_PORT", ge=0, le=65535, description="Port of the simulated site; 0 takes a free one."
    )
    simulator_options: str = Field(
        "", validation_alias="BIDWRIGHT_SIMULATOR_OPTIONS", description="More options for the simulated site, as on its command line."
    )
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="gRPC address of nellis-proxy.")
    bidder_addr: str = Field("127.0.0.1:50052", validation_alias="BIDDER_ADDR", description="gRPC address of the bidder.")
    poller_addr: str = Field("127.0.0.1:50053", validation_alias="POLLER_ADDR", description="gRPC address of the poller.")
    metrics_port: int | None = Field(
        None, validation_alias="BIDWRIGHT_METRICS_PORT", description="0 serves no metrics beside the gateway's; unset: 9101 to 9104."
    )

    notify_urls: SecretStr = Field(
        SecretStr(""),
        validation_alias="BIDWRIGHT_NOTIFY_URLS",
        description="Where notices go; without it no notifier is started.",
    )
    notify_urls_file: str = Field("", validation_alias="BIDWRIGHT_NOTIFY_URLS_FILE", description="File with such addresses.")

    def given(self, name: str) -> bool:
        """True when the field *name* was set from outside."""
        return name in self.model_fields_set

    @property
    def notifies(self) -> bool:
        """True when the owner named a channel for notices."""
        return bool(self.notify_urls.get_secret_value() or self.notify_urls_file)

    @property
    def host(self) -> str:
        """Host name of the auction site."""
        return urlsplit(self.site).hostname or ""

    @property
    def real(self) -> bool:
        """True when the address is the real auction site."""
        return self.host == LIVE_SITE or self.host.endswith("." + LIVE_SITE)


def settings_for(site: Literal["sim", "live"]) -> tuple[UpSettings, Site]:
    """
    The settings and which site they mean, *site* being what the command line asked for. Raises SetupError when both disagree.
    """
    settings = read(UpSettings)
    if site == "live":
        if not settings.real:
            raise SetupError(f"SITE=live means the real site, but NELLIS_BASE_URL is {settings.site}; leave out one of the two.")
        return settings, "live"
    if settings.given("site"):
        return settings, "live" if settings.real else "other"
    return settings, "sim"
