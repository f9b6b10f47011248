"""``python -m bidwright_nellis_proxy``: the service as a process."""

from __future__ import annotations

import stamina.instrumentation

from bidwright.runtime.lean import without

with without("click", "rich"):
    import httpx  # noqa: F401 - its command line comes with it wherever it could run

from bidwright.runtime import failpoints, logging, service, settings
from bidwright.runtime.carried import tally
from bidwright.runtime.telemetry import serve_metrics
from bidwright_nellis_proxy.bootstrap import bootstrap
from bidwright_nellis_proxy.settings import ProxySettings

NAME = "nellis-proxy"


async def main() -> None:
    """Run until stopped."""
    given = settings.read(ProxySettings)
    logging.configure(NAME, form=given.log_format, level=given.log_level)
    log = logging.get_logger(__name__)
    failpoints.arm(given.failpoints)
    stamina.instrumentation.set_on_retry_hooks(())  # every attempt is in our own metrics
    async with bootstrap(given) as proxy:
        serve_metrics(given.metrics_port, given.bind)
        await service.wait_for_store(proxy.parts.redis, proxy.parts.clock)
        await proxy.server.start()  # before the first heartbeat, which says that it serves
        log.info("service.started", port=proxy.port, site=given.site, rate=given.rate, live_events=given.live_events or "off")

        await service.until_stopped(
            proxy.parts.live.run(),
            service.supervise("session", proxy.parts.session.watch, proxy.pulse),
            service.supervise("clock", proxy.publish_clock, proxy.pulse),
            service.supervise("halt", proxy.halting.step, proxy.pulse),
            service.supervise("aim", proxy.aim.step, proxy.pulse),
            service.supervise("checkups", proxy.checkups.step, service.Pulse(proxy.parts.clock)),
            service.supervise("canary", proxy.canary.step, service.Pulse(proxy.parts.clock)),
            service.supervise("toggles", proxy.parts.chain.follow, proxy.pulse),
            service.supervise("health", proxy.watch_health, proxy.pulse),
            service.heartbeat(
                proxy.parts.redis,
                NAME,
                proxy.pulse,
                proxy.problems,
                unwell=lambda: proxy.checkups.problems,
                tally=lambda: tally(proxy.parts.site.metrics.carried),
            ),
        )


if __name__ == "__main__":
    service.run(main)
