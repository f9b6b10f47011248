"""What tests and strategy authors stand on: a clock moved by hand, a real engine, the simulated site in process."""

from bidwright.testing.clock import HandClock

__all__ = ["HandClock"]
