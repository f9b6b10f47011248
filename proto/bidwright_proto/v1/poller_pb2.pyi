from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RefreshRequest(_message.Message):
    __slots__ = ("lot_id",)
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    def __init__(self, lot_id: _Optional[str] = ...) -> None: ...

class RefreshReply(_message.Message):
    __slots__ = ("queued",)
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    queued: bool
    def __init__(self, queued: _Optional[bool] = ...) -> None: ...

class QueueStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QueueItem(_message.Message):
    __slots__ = ("lot_id", "due_in_ms")
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_IN_MS_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    due_in_ms: int
    def __init__(self, lot_id: _Optional[str] = ..., due_in_ms: _Optional[int] = ...) -> None: ...

class QueueStatusReply(_message.Message):
    __slots__ = ("total_polls", "queue_size", "avg_poll_ms", "errors", "items")
    TOTAL_POLLS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_SIZE_FIELD_NUMBER: _ClassVar[int]
    AVG_POLL_MS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    total_polls: int
    queue_size: int
    avg_poll_ms: float
    errors: int
    items: _containers.RepeatedCompositeFieldContainer[QueueItem]
    def __init__(self, total_polls: _Optional[int] = ..., queue_size: _Optional[int] = ..., avg_poll_ms: _Optional[float] = ..., errors: _Optional[int] = ..., items: _Optional[_Iterable[_Union[QueueItem, _Mapping]]] = ...) -> None: ...
