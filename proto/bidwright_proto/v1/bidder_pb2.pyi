from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WakeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WakeReply(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListStrategiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Strategy(_message.Message):
    __slots__ = ("name", "description", "version", "params_schema", "plugin", "sha")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PARAMS_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    SHA_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    version: str
    params_schema: str
    plugin: str
    sha: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., version: _Optional[str] = ..., params_schema: _Optional[str] = ..., plugin: _Optional[str] = ..., sha: _Optional[str] = ...) -> None: ...

class PluginProblem(_message.Message):
    __slots__ = ("plugin", "reason")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    reason: str
    def __init__(self, plugin: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListStrategiesReply(_message.Message):
    __slots__ = ("strategies", "problems")
    STRATEGIES_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    strategies: _containers.RepeatedCompositeFieldContainer[Strategy]
    problems: _containers.RepeatedCompositeFieldContainer[PluginProblem]
    def __init__(self, strategies: _Optional[_Iterable[_Union[Strategy, _Mapping]]] = ..., problems: _Optional[_Iterable[_Union[PluginProblem, _Mapping]]] = ...) -> None: ...

class ListPluginsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Plugin(_message.Message):
    __slots__ = ("name", "door", "sha", "place", "strategies", "hooks", "problem", "off", "quarantine", "live")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DOOR_FIELD_NUMBER: _ClassVar[int]
    SHA_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    STRATEGIES_FIELD_NUMBER: _ClassVar[int]
    HOOKS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    OFF_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    name: str
    door: str
    sha: str
    place: str
    strategies: _containers.RepeatedScalarFieldContainer[str]
    hooks: _containers.RepeatedScalarFieldContainer[str]
    problem: str
    off: str
    quarantine: str
    live: bool
    def __init__(self, name: _Optional[str] = ..., door: _Optional[str] = ..., sha: _Optional[str] = ..., place: _Optional[str] = ..., strategies: _Optional[_Iterable[str]] = ..., hooks: _Optional[_Iterable[str]] = ..., problem: _Optional[str] = ..., off: _Optional[str] = ..., quarantine: _Optional[str] = ..., live: _Optional[bool] = ...) -> None: ...

class ListPluginsReply(_message.Message):
    __slots__ = ("plugins",)
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    plugins: _containers.RepeatedCompositeFieldContainer[Plugin]
    def __init__(self, plugins: _Optional[_Iterable[_Union[Plugin, _Mapping]]] = ...) -> None: ...

class TryStrategyRequest(_message.Message):
    __slots__ = ("lot_id", "strategy", "params")
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    strategy: str
    params: str
    def __init__(self, lot_id: _Optional[str] = ..., strategy: _Optional[str] = ..., params: _Optional[str] = ...) -> None: ...

class TryStrategyReply(_message.Message):
    __slots__ = ("strategy", "version", "plugin", "shown", "kind", "says", "cents", "until_ms", "took_ms")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SAYS_FIELD_NUMBER: _ClassVar[int]
    CENTS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_MS_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    version: str
    plugin: str
    shown: str
    kind: str
    says: str
    cents: int
    until_ms: int
    took_ms: float
    def __init__(self, strategy: _Optional[str] = ..., version: _Optional[str] = ..., plugin: _Optional[str] = ..., shown: _Optional[str] = ..., kind: _Optional[str] = ..., says: _Optional[str] = ..., cents: _Optional[int] = ..., until_ms: _Optional[int] = ..., took_ms: _Optional[float] = ...) -> None: ...

class ReplayStrategyRequest(_message.Message):
    __slots__ = ("lot_id", "strategy", "params", "cap_cents")
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    CAP_CENTS_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    strategy: str
    params: str
    cap_cents: int
    def __init__(self, lot_id: _Optional[str] = ..., strategy: _Optional[str] = ..., params: _Optional[str] = ..., cap_cents: _Optional[int] = ...) -> None: ...

class ReplayStep(_message.Message):
    __slots__ = ("at_ms", "kind", "price_cents", "cents", "says")
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PRICE_CENTS_FIELD_NUMBER: _ClassVar[int]
    CENTS_FIELD_NUMBER: _ClassVar[int]
    SAYS_FIELD_NUMBER: _ClassVar[int]
    at_ms: int
    kind: str
    price_cents: int
    cents: int
    says: str
    def __init__(self, at_ms: _Optional[int] = ..., kind: _Optional[str] = ..., price_cents: _Optional[int] = ..., cents: _Optional[int] = ..., says: _Optional[str] = ...) -> None: ...

class ReplayStrategyReply(_message.Message):
    __slots__ = ("strategy", "version", "plugin", "steps", "leads", "cents", "sentence")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    LEADS_FIELD_NUMBER: _ClassVar[int]
    CENTS_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    version: str
    plugin: str
    steps: _containers.RepeatedCompositeFieldContainer[ReplayStep]
    leads: bool
    cents: int
    sentence: str
    def __init__(self, strategy: _Optional[str] = ..., version: _Optional[str] = ..., plugin: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[ReplayStep, _Mapping]]] = ..., leads: _Optional[bool] = ..., cents: _Optional[int] = ..., sentence: _Optional[str] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("lot_id",)
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    def __init__(self, lot_id: _Optional[str] = ...) -> None: ...

class ExplainReply(_message.Message):
    __slots__ = ("sentence", "will_bid", "items")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    WILL_BID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    will_bid: bool
    items: _containers.RepeatedCompositeFieldContainer[PreflightItem]
    def __init__(self, sentence: _Optional[str] = ..., will_bid: _Optional[bool] = ..., items: _Optional[_Iterable[_Union[PreflightItem, _Mapping]]] = ...) -> None: ...

class PreflightItem(_message.Message):
    __slots__ = ("name", "ok", "sentence")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OK_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    ok: bool
    sentence: str
    def __init__(self, name: _Optional[str] = ..., ok: _Optional[bool] = ..., sentence: _Optional[str] = ...) -> None: ...
