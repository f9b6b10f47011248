"""Schemas of what clients are given, for the OpenAPI: the lot and the things beside it. Tests hold real answers against them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}
_WHOLE: Schema = {"type": "integer"}
_DOLLARS: Schema = {"type": "number", "description": "Dollars"}
_MS: Schema = {"type": "integer", "description": "Unix time, ms"}


def _object(properties: dict[str, Schema], *optional: str, nullable: bool = False, **more: Any) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": ["object", "null"] if nullable else "object", "properties": properties, "required": required, **more}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_NEXT: Schema = {"type": ["string", "null"], "description": "The cursor to what follows; there when a page was asked for"}
_OK: Schema = {"type": "boolean", "const": True}
_CONFIG = _object(
    {
        "maxBid": {**_DOLLARS, "description": "The most to bid, whole dollars of hammer price"},
        "incrementAmount": _DOLLARS,
        "strategy": {**_TEXT, "description": "In the words of the client that asks"},
        "autoBid": {**_FLAG, "description": "Armed: bids by itself"},
        "strategyName": {**_TEXT, "description": "In our words"},
        "version": {**_TEXT, "description": "Changes with every change; `expectVersion` names it"},
        "params": {"type": "object", "description": "The strategy's settings that differ from its defaults"},
        "maxAllIn": _DOLLARS, "snipeSeconds": _WHOLE, "minBidAmount": _DOLLARS, "buffer": _WHOLE,
    },
    "maxAllIn", "snipeSeconds", "minBidAmount", "buffer",
)  # fmt: skip
_DATA = _object(
    {
        "id": _WHOLE, "title": _TEXT, "currentBid": _DOLLARS, "nextBid": _DOLLARS, "minimumBid": _DOLLARS, "bidCount": _WHOLE,
        "bidderCount": _WHOLE, "isWinning": _FLAG, "isWatching": _FLAG, "isClosed": _FLAG, "marketStatus": _TEXT, "closeTime": _MAYBE,
        "timeRemaining": {"type": "integer", "minimum": 0, "description": "Seconds, worked out when it is sent"},
        "extensionInterval": _WHOLE, "retailPrice": _DOLLARS, "inventoryNumber": _TEXT,
        "location": _object({"id": _WHOLE, "name": _TEXT}, nullable=True), "extended": _FLAG, "notes": _TEXT, "seenAt": _MS,
        "status": _TEXT, "finalBid": _DOLLARS, "closedAt": _MAYBE,
    },
    "status", "finalBid", "closedAt",
)  # fmt: skip
_AUCTION = _object(
    {
        "id": {**_TEXT, "description": "The digits of the lot's address"}, "title": _TEXT, "url": {**_TEXT, "format": "uri"},
        "imageUrl": _MAYBE, "status": {"enum": ["monitoring", "ended", "error"]}, "config": _ref("Config"),
        "data": {"anyOf": [_ref("LotData"), {"type": "null"}], "description": "null until the site was read"}, "lastUpdate": _MS,
        "isClosed": _FLAG, "mode": {"enum": ["live", "dry-run"]},
        "forecast": _object({"kind": {"enum": ["will", "wont", "idle", "trouble", "ended"]}, "sentence": _TEXT}),
        "outcome": _MAYBE, "standing": _FLAG, "inDoubt": _MAYBE,
        "allIn": _object({"current": _DOLLARS, "cap": _DOLLARS, "next": _DOLLARS, "final": _DOLLARS}, "final"),
        "caps": _object({"hammer": _DOLLARS, "allIn": _DOLLARS}),
        "rates": {"type": "object"}, "group": {"type": ["object", "null"]}, "exposure": _DOLLARS, "ownHigh": _DOLLARS,
        "endedAt": {"type": ["integer", "null"]}, "postMortem": _MAYBE, "error": _TEXT,
    },
    "error",
)  # fmt: skip
_AUCTION["example"] = {
    "id": "70012345", "title": "Cordless lamp, 18V", "url": "https://www.nellisauction.com/p/cordless-lamp-18v/70012345",
    "imageUrl": None, "status": "monitoring",
    "config": {"maxBid": 40, "incrementAmount": 1, "strategy": "sniping", "autoBid": True, "strategyName": "sniping", "version": "7",
               "params": {}},
    "data": None, "lastUpdate": 1790000000000, "isClosed": False, "mode": "dry-run",
    "forecast": {"kind": "will", "sentence": "Will bid up to $40 ten seconds before the close."}, "outcome": None, "standing": False,
    "inDoubt": None, "allIn": {"current": 17.47, "cap": 49.91, "next": 18.72}, "caps": {"hammer": 40, "allIn": 49.91},
    "rates": {"premium": "15", "tax": "8.5", "source": "default"}, "group": None, "exposure": 0, "ownHigh": 0, "endedAt": None,
    "postMortem": None,
}  # fmt: skip
_DEVICE = _object(
    {"id": _TEXT, "name": _TEXT, "origin": _MAYBE, "pairedAt": _MS, "lastUsedAt": {"type": ["integer", "null"]}},
    example={"id": "00112233445566778899aabbccddeeff", "name": "Laptop", "origin": None, "pairedAt": 1790000000000, "lastUsedAt": None},
)
SCHEMAS: dict[str, Schema] = {
    "Error": _object(
        {
            "success": _FLAG, "error": {**_TEXT, "description": "A sentence for a person"}, "code": _TEXT, "field": _TEXT,
            "details": _list(_TEXT),
        },
        "code", "field", "details",
        example={"success": False, "error": "Max bid must be positive.", "code": "VALIDATION_ERROR", "field": "config.maxBid"},
    ),
    "Problem": _object(
        {"type": {**_TEXT, "format": "uri-reference"}, "title": _TEXT, "status": _WHOLE, "detail": _TEXT, "instance": _TEXT, "code": _TEXT},
        description="RFC 9457, for clients that accept application/problem+json; what else the envelope has stands beside it",
        example={
            "type": "/api-docs#validation-error", "title": "Bad Request", "status": 400, "detail": "Max bid must be positive.",
            "instance": "/api/auctions/70012345/monitor", "code": "VALIDATION_ERROR", "field": "config.maxBid",
        },
    ),
    "Done": {"type": "object", "properties": {"success": _FLAG}, "example": {"success": True}},
    "Config": _CONFIG,
    "LotData": _DATA,
    "Auction": _AUCTION,
    "Device": _DEVICE,
    "AuctionList": _object(
        {
            "success": _OK, "auctions": _list(_ref("Auction")), "standing": _list(_ref("Auction")), "stale": _FLAG,
            "ageSeconds": {"type": "number"}, "next": _NEXT,
        },
        "standing", "stale", "ageSeconds", "next",
    ),
    "Watched": _object({"success": _OK, "message": _TEXT, "config": _ref("Config"), "warning": _TEXT}, "message", "warning"),
    "Told": _object({"success": _OK, "message": _TEXT}, example={"success": True, "message": "Stopped monitoring auction 70012345"}),
    "Devices": _object({"success": _OK, "devices": _list(_ref("Device")), "you": _MAYBE}),
    "Paired": _object({"success": _OK, "device": _ref("Device")}),
    "Window": _object({"success": _OK, "code": _TEXT, "expiresAt": _MS, "publicKey": _TEXT, "fingerprint": _MAYBE}),
    "Claimed": _object({"success": _OK, "deviceId": _TEXT, "publicKey": _TEXT, "check": _TEXT, "state": _TEXT}),
    "Pairing": _object({"success": _OK, "open": _FLAG, "expiresAt": {"type": ["integer", "null"]}, "pending": _list({"type": "object"})}),
    "Became": _object({"success": _OK, "deviceId": _TEXT, "state": {"enum": ["pending", "paired", "unknown"]}}),
    "Audit": _object(
        {
            "success": _OK, "count": _WHOLE, "next": _NEXT,
            "audit": _list(
                _object(
                    {
                        "id": _TEXT, "at": _MS, "by": _TEXT, "what": _TEXT, "status": {"type": ["integer", "null"]},
                        "more": {"type": "object"},
                    }
                )
            ),
        }
    ),
    "History": _object(
        {
            "success": _OK, "auctionId": _TEXT, "next": _NEXT,
            "history": _list(_object({"at": _MS, "price": _DOLLARS, "source": _TEXT})),
        },
        "next",
    ),
    "Mode": _object({"success": _OK, "mode": {"enum": ["live", "dry-run"]}, "locked": _FLAG, "terms": {"type": "object"}}),
    "Halted": _object({"success": _OK, "halted": _FLAG, "gen": _TEXT}),
    "Forecast": _object(
        {
            "success": _OK, "auctionId": _TEXT, "sentence": _TEXT, "willBid": _FLAG,
            "checks": _list(_object({"name": _TEXT, "ok": _FLAG, "sentence": _TEXT})),
        }
    ),
}  # fmt: skip
SHAPES: dict[tuple[str, str], str] = {
    ("get", "/api/auctions"): "AuctionList",
    ("get", "/api/auctions/ended"): "AuctionList",
    ("post", "/api/auctions"): "Watched",
    ("post", "/api/auctions/{lot_id}/monitor"): "Watched",
    ("put", "/api/auctions/{lot_id}/config"): "Watched",
    ("delete", "/api/auctions/{lot_id}/monitor"): "Told",
    ("post", "/api/auctions/{lot_id}/stop"): "Told",
    ("get", "/api/auctions/{lot_id}/history"): "History",
    ("get", "/api/auctions/{lot_id}/forecast"): "Forecast",
    ("get", "/api/devices"): "Devices",
    ("post", "/api/pairing"): "Window",
    ("get", "/api/pairing"): "Pairing",
    ("post", "/api/pairing/claim"): "Claimed",
    ("get", "/api/pairing/{device_id}"): "Became",
    ("post", "/api/pairing/{device_id}/confirm"): "Paired",
    ("get", "/api/audit"): "Audit",
    ("get", "/api/mode"): "Mode",
    ("post", "/api/halt"): "Halted",
}
"""What each route gives; the others are described by words alone."""
