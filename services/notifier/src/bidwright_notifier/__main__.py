"""Run the notifier: ``python -m bidwright_notifier``."""

from prometheus_client import REGISTRY

from bidwright.runtime import logging, service, telemetry
from bidwright.runtime.settings import read
from bidwright_notifier.bootstrap import bootstrap, serve
from bidwright_notifier.settings import NotifierSettings


async def main() -> None:
    """Read the settings, build the notifier and run it until it is asked to stop."""
    settings = read(NotifierSettings)
    logging.configure("notifier", form=settings.log_format, level=settings.log_level)
    telemetry.serve_metrics(settings.metrics_port, settings.bind)
    async with bootstrap(settings, registry=REGISTRY) as notifier:
        await serve(notifier)


if __name__ == "__main__":
    service.run(main)
