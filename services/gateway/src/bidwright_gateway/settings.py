"""What the gateway can be told from outside."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property

from pydantic import Field, SecretStr, field_validator, model_validator

from bidwright.money import Rates
from bidwright.runtime.settings import CommonSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


class GatewaySettings(CommonSettings):
    """
    Everything the gateway reads from the environment.
    """

    port: int = Field(
        3000, validation_alias="PORT", ge=0, le=65535, description="Port for REST, WebSocket and the page; 0 takes a free one."
    )
    metrics_port: int = Field(
        0,
        validation_alias="BIDWRIGHT_GATEWAY_METRICS_PORT",
        ge=0,
        le=65535,
        description="One more port that serves /metrics and nothing else, whatever name it is called by; 0: none.",
    )
    auth_token: SecretStr = Field(
        SecretStr(""), validation_alias="AUTH_TOKEN", description="Client token; unset: made on first start and kept in the data directory."
    )
    allowed_hosts: str = Field(
        "",
        validation_alias="BIDWRIGHT_ALLOWED_HOSTS",
        description="Host names (with or without port) that clients may use, comma separated; loopback names always work.",
    )
    allowed_origins: str = Field("", validation_alias="ALLOWED_ORIGINS", description="Web origins that may call, comma separated.")
    allowed_extension_ids: str = Field(
        "", validation_alias="ALLOWED_EXTENSION_IDS", description="Chrome extension ids that may call; empty: every extension."
    )
    only_paired_extensions: bool = Field(
        default=False,
        validation_alias="BIDWRIGHT_ONLY_PAIRED_EXTENSIONS",
        description="1: of the extensions only paired and listed ones may call; the existing extension then has to be listed.",
    )
    ask_above_dollars: int = Field(
        200,
        validation_alias="BIDWRIGHT_ASK_ABOVE_DOLLARS",
        ge=0,
        description="What a paired device arms or bids above it is asked again on the host, dollars.",
    )
    lan_bind: str = Field(
        "",
        validation_alias="BIDWRIGHT_LAN_BIND",
        description="Address for devices on the network at home, such as 192.168.1.5: a second port, with TLS; unset: none.",
    )
    lan_port: int = Field(3443, validation_alias="BIDWRIGHT_LAN_PORT", ge=0, le=65535, description="That port.")
    trusted_proxies: str = Field(
        "", validation_alias="BIDWRIGHT_TRUSTED_PROXIES", description="Addresses whose X-Forwarded-For is believed, comma separated."
    )
    max_bid_dollars: int = Field(
        1000, validation_alias="BIDWRIGHT_MAX_BID_DOLLARS", ge=1, description="The owner's limit for a single bid, hammer dollars."
    )
    premium_percent: str = Field("15", validation_alias="BIDWRIGHT_PREMIUM_PERCENT", description="Buyer's premium, percent.")
    tax_percent: str = Field("8.5", validation_alias="BIDWRIGHT_TAX_PERCENT", description="Sales tax, percent.")
    api_limit: int = Field(100, validation_alias="API_RATE_LIMIT_MAX", ge=1, description="Requests under /api per address and window.")
    api_window_ms: int = Field(60_000, validation_alias="API_RATE_LIMIT_WINDOW_MS", ge=1000, description="Window of that limit, ms.")
    auth_limit: int = Field(5, validation_alias="AUTH_RATE_LIMIT_MAX", ge=1, description="Failed POST /api/auth per address and window.")
    auth_window_ms: int = Field(900_000, validation_alias="AUTH_RATE_LIMIT_WINDOW_MS", ge=1000, description="Window of that limit, ms.")
    bid_limit: int = Field(10, validation_alias="BID_RATE_LIMIT_MAX", ge=1, description="Bids per address, lot and window.")
    bid_window_ms: int = Field(60_000, validation_alias="BID_RATE_LIMIT_WINDOW_MS", ge=1000, description="Window of that limit, ms.")
    ws_limit: int = Field(
        10, validation_alias="WS_MAX_CONNECTIONS_PER_IP", ge=1, description="WebSockets per address and window that failed to authenticate."
    )
    ws_window_ms: int = Field(60_000, validation_alias="WS_RATE_LIMIT_WINDOW_MS", ge=1000, description="Window of that limit, ms.")
    ws_max_bytes: int = Field(
        1_048_576,
        validation_alias="WS_MAX_PAYLOAD_SIZE",
        ge=1024,
        description="Longest WebSocket frame, bytes; a longer one closes with 1009.",
    )
    ws_messages_per_s: float = Field(
        20.0,
        validation_alias="BIDWRIGHT_WS_MESSAGES_PER_SECOND",
        gt=0,
        description="Messages that a WebSocket client may send in a second, beside a burst; a flood is closed with 1008.",
    )
    unauthenticated_s: float = Field(
        30.0, validation_alias="BIDWRIGHT_WS_UNAUTHENTICATED_SECONDS", gt=0, description="A WebSocket without the token is closed after it."
    )
    slowest_s: float = Field(
        15.0,
        validation_alias="BIDWRIGHT_WS_SLOWEST_SECONDS",
        gt=0,
        description="A WebSocket that takes no frame for so long is let go (1013).",
    )
    bid_wait_s: float = Field(
        20.0, validation_alias="BIDWRIGHT_BID_WAIT_SECONDS", gt=0, description="How long a client waits for the outcome of a bid."
    )
    retention_ms: int = Field(
        60_000, validation_alias="ENDED_AUCTION_RETENTION_MS", ge=0, description="How long an ended lot stays in the list, ms."
    )
    cleanup_ms: int = Field(
        300_000, validation_alias="AUCTION_CLEANUP_INTERVAL_MS", ge=1000, description="Pause between two sweeps of ended lots, ms."
    )
    signing: bool = Field(
        default=False,
        validation_alias="ENABLE_REQUEST_SIGNING",
        description="1: POST …/bid must be signed with API_SIGNING_SECRET (contract 1.6).",
    )
    signing_secret: SecretStr = Field(
        SecretStr(""), validation_alias="API_SIGNING_SECRET", description="What such requests are signed with; at least 16 characters."
    )
    simulator: bool = Field(
        default=False,
        validation_alias="BIDWRIGHT_SIMULATED",
        description="1 when the site is the simulator, where nothing costs money; `bidwright up` sets it.",
    )
    proxy_addr: str = Field("127.0.0.1:50051", validation_alias="NELLIS_PROXY_ADDR", description="Where nellis-proxy is.")
    bidder_addr: str = Field("127.0.0.1:50052", validation_alias="BIDDER_ADDR", description="Where bidder is.")
    poller_addr: str = Field("127.0.0.1:50053", validation_alias="POLLER_ADDR", description="Where poller is.")

    @field_validator("allowed_origins", "allowed_extension_ids", "allowed_hosts")
    @classmethod
    def _exact(cls, value: str) -> str:
        if "*" in value:
            raise ValueError("name each one exactly; a wildcard would let every page in")
        return value

    @field_validator("premium_percent", "tax_percent")
    @classmethod
    def _percent(cls, value: str) -> str:
        if not _PERCENT.fullmatch(value) or Decimal(value) > 100:  # noqa: PLR2004 - the scripts take rates up to 100 %
            raise ValueError("give a percentage from 0 to 100 with at most two decimals, such as 8.25")
        return value

    @model_validator(mode="after")
    def _safe(self) -> GatewaySettings:
        token = self.auth_token.get_secret_value()
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise ValueError("AUTH_TOKEN: use letters, digits and signs without spaces")
        if token == "dev-token" and (self.lan_bind or not self.on_loopback):  # noqa: S105 - the well-known token that is refused
            raise ValueError("AUTH_TOKEN: everybody knows dev-token; choose another one to listen beyond this machine")
        if self.signing and len(self.signing_secret.get_secret_value()) < 16:  # noqa: PLR2004 - shorter ones are guessed
            raise ValueError("ENABLE_REQUEST_SIGNING: set API_SIGNING_SECRET to at least 16 characters, or unset it")
        return self

    @property
    def on_loopback(self) -> bool:
        """True when only this machine can reach the port."""
        return self.bind in LOOPBACK

    @property
    def simulated(self) -> bool:
        """True when whoever started us says that the site is the simulator; its address alone proves nothing."""
        return self.simulator and not self.real

    @property
    def rates(self) -> Rates:
        """Premium and tax of a new watch where the owner gave none for its location."""
        return Rates.percent(self.premium_percent, self.tax_percent)

    @property
    def rates_given(self) -> bool:
        """True when these are the owner's word and not a guess of ours; on the simulated site they are its own."""
        return self.simulated or {"premium_percent", "tax_percent"} <= self.model_fields_set

    @property
    def lan_names(self) -> list[str]:
        """The names that the certificate is for."""
        listed = [host.rsplit(":", 1)[0] if host.count(":") == 1 else host.strip("[]") for host in sorted(self.hosts)]
        return list(dict.fromkeys([*([self.lan_bind] if self.lan_bind in self.hosts else []), *listed, "localhost", "127.0.0.1"]))

    @cached_property
    def origins(self) -> frozenset[str]:
        """Origins listed by the operator."""
        return frozenset(_words(self.allowed_origins.lower()))

    @cached_property
    def extensions(self) -> frozenset[str]:
        """Extension ids listed by the operator; empty for all."""
        return frozenset(_words(self.allowed_extension_ids.lower()))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Names that a Host header may carry, beside loopback's."""
        own = {bind.lower() for bind in (self.bind, self.lan_bind) if bind not in ("", "0.0.0.0", "::")}  # noqa: S104 - told apart, not bound
        return frozenset({*own, *_words(self.allowed_hosts.lower())})


def _words(text: str) -> list[str]:
    return [word.strip().rstrip("/") for word in text.split(",") if word.strip()]
