"""``python -m bidwright_gateway``."""

from __future__ import annotations

import gc

from bidwright.runtime import failpoints, heap, logging, service, settings
from bidwright.runtime.logging import get_logger
from bidwright_gateway.bootstrap import bootstrap
from bidwright_gateway.scrape import only_metrics
from bidwright_gateway.server import listen, listen_at, serve
from bidwright_gateway.settings import GatewaySettings


async def main() -> None:
    """Read the settings, build, run until told to stop."""
    heap.give_large_blocks_back()  # thousands of lots are a list of megabytes, for every client that comes
    given = settings.read(GatewaySettings)
    logging.configure("gateway", form=given.log_format, level=given.log_level)
    failpoints.arm(given.failpoints)
    sock = listen(given)
    lan = listen(given, lan=True) if given.lan_bind else None
    async with bootstrap(given) as gateway:
        gc.collect()
        gc.freeze()  # what was imported stays: looking through it again and again would hold up clients by tens of ms
        host, port = sock.getsockname()[:2]
        get_logger(__name__).info("gateway.opened", address=f"http://{host}:{port}")
        jobs = [serve(gateway.app, given, sock), *gateway.loops.all()]
        if lan and gateway.deps.tls:
            host, port = lan.getsockname()[:2]
            get_logger(__name__).info("gateway.opened", address=f"https://{host}:{port}", fingerprint=gateway.deps.tls.fingerprint)
            jobs.append(serve(gateway.app, given, lan, gateway.deps.tls))
        if given.metrics_port:
            jobs.append(
                serve(only_metrics(gateway.deps), given, listen_at(given.bind, given.metrics_port, "BIDWRIGHT_GATEWAY_METRICS_PORT"))
            )
        await service.until_stopped(*jobs)


if __name__ == "__main__":
    service.run(main)
