"""The calendar over the API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from bidwright import Overview
from bidwright_feature_calendar.calendar import calendar

_TYPE = "text/calendar"
_ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "iCalendar", "content": {_TYPE: {"schema": {"type": "string"}}}}}


def add(api: APIRouter, around: Overview) -> None:
    """Put the one route on *api*."""

    @api.get("/closes.ics", response_class=Response, responses=_ANSWER, summary="The closes of watched lots as a calendar")
    async def closes() -> Response:
        text = calendar(around.lots(), around.clock.now())
        return Response(text, media_type=_TYPE, headers={"content-disposition": 'attachment; filename="bidwright.ics"'})
