"""Pictures of the things on sale. Quiet shapes on a soft ground; an own photo has another hue than its neighbours."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_ASSETS = files("bidwright_simulator") / "assets"


@cache
def _shape(kind: str) -> str | None:
    path = _ASSETS / "shapes" / f"{kind}.svg"
    return path.read_text() if kind.isalpha() and path.is_file() else None


def draw(kind: str, own: int = 0) -> str | None:
    """The SVG of a kind of thing, or None when nobody ever drew it."""
    if kind == "mark":
        return (_ASSETS / "mark.svg").read_text()
    shape = _shape(kind)
    if shape is None:
        return None
    hue = (sum(map(ord, kind)) * 37 + own * 23) % 360
    dark, light = f"hsl({hue} 22% 32%)", f"hsl({(hue + 30) % 360} 42% 74%)"
    style = (
        f".a{{fill:hsl({hue} 32% 52%)}}.b{{fill:{dark}}}.c{{fill:{light}}}"
        f".s{{fill:none;stroke:{dark};stroke-width:14;stroke-linecap:round;stroke-linejoin:round}}"
        f".o{{fill:none;stroke:hsl({hue} 32% 48%);stroke-width:18}}"
    )
    ground = f'<stop stop-color="hsl({hue} 24% 95%)"/><stop offset="1" stop-color="hsl({hue} 20% 86%)"/>'
    shadow = f'<ellipse cx="400" cy="482" rx="210" ry="22" fill="hsl({hue} 15% 70%)" opacity=".55"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><style>{style}</style>'
        f'<defs><linearGradient id="g" x2="0" y2="1">{ground}</linearGradient></defs>'
        f'<rect width="800" height="600" fill="url(#g)"/>{shadow}{shape}</svg>'
    )
