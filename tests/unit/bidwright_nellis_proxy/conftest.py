"""What the proxy's unit tests share."""

import pytest
from prometheus_client import CollectorRegistry

from bidwright_nellis_proxy.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    """Instruments of this test's own."""
    return Metrics(CollectorRegistry())
