"""Run the bidder: ``python -m bidwright_bidder``."""

from prometheus_client import REGISTRY

from bidwright.runtime import failpoints, logging, service, telemetry
from bidwright.runtime.settings import read
from bidwright_bidder.bootstrap import bootstrap, serve
from bidwright_bidder.settings import BidderSettings


async def main() -> None:
    """Read the settings, build the bidder and run it until it is asked to stop."""
    settings = read(BidderSettings)
    logging.configure("bidder", form=settings.log_format, level=settings.log_level)
    failpoints.arm(settings.failpoints)
    telemetry.serve_metrics(settings.metrics_port, settings.bind)
    async with bootstrap(settings, registry=REGISTRY) as bidder:
        await serve(bidder, settings)


if __name__ == "__main__":
    service.run(main)
