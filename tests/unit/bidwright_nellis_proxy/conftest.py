"""What the proxy's unit tests share."""

import pytest
from prometheus_client import CollectorRegistry

from bidwright_nellis_proxy.metrics import Metrics


@pytest.fixture
def registry() -> CollectorRegistry:
    """What this test's instruments are found in."""
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    """Instruments of this test's own."""
    return Metrics(registry)
