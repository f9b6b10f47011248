"""
The turbo-stream encoding, version 2.4, as the site's framework writes it: text to values and back.

Pure and without dependencies. ``decode`` takes what others wrote and raises nothing but TurboStreamError;
``encode`` writes fixtures and the simulated site's pages. What JavaScript has and Python has not is in ``values``.
"""

from bidwright.turbo_stream.decode import Limits, TurboStreamError, decode
from bidwright.turbo_stream.encode import encode
from bidwright.turbo_stream.values import (
    HOLE,
    INVALID_DATE,
    UNDEFINED,
    BigInt,
    JsError,
    JsMap,
    JsSet,
    Mark,
    NullProto,
    Opaque,
    Promise,
    RegExp,
    Symbol,
    Url,
)

__all__ = [
    "HOLE",
    "INVALID_DATE",
    "UNDEFINED",
    "BigInt",
    "JsError",
    "JsMap",
    "JsSet",
    "Limits",
    "Mark",
    "NullProto",
    "Opaque",
    "Promise",
    "RegExp",
    "Symbol",
    "TurboStreamError",
    "Url",
    "decode",
    "encode",
]
