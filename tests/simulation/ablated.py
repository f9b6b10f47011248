"""A pytest plugin (``-p ablated``): the tests run on scripts without the guards that BIDWRIGHT_WITHOUT names."""

import os

from storm.store import without

from bidwright.transitions import scripts

_GUARDS = os.environ["BIDWRIGHT_WITHOUT"].split()
_head, _body = scripts.head, scripts.body
scripts.head = lambda: without(_head(), _GUARDS)  # type: ignore[assignment]
scripts.body = lambda name: without(_body(name), _GUARDS)  # type: ignore[assignment]
scripts.source.cache_clear()  # the storm's own import has asked already
scripts.digest.cache_clear()
