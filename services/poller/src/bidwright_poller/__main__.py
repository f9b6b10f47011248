"""Run the poller: ``python -m bidwright_poller``."""

from prometheus_client import REGISTRY

from bidwright.runtime import failpoints, logging, service, telemetry
from bidwright.runtime.settings import read
from bidwright_poller.bootstrap import bootstrap, serve
from bidwright_poller.settings import PollerSettings


async def main() -> None:
    """Read the settings, build the poller and run it until it is asked to stop."""
    settings = read(PollerSettings)
    logging.configure("poller", form=settings.log_format, level=settings.log_level)
    failpoints.arm(settings.failpoints)
    telemetry.serve_metrics(settings.metrics_port, settings.bind)
    async with bootstrap(settings, registry=REGISTRY) as poller:
        await serve(poller, settings)


if __name__ == "__main__":
    service.run(main)
