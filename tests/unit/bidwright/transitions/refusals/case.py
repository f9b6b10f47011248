"""A case brings a refusal about; files of cases keep theirs by script and reason."""

from collections.abc import Awaitable, Callable

from house import House

Case = Callable[[House], Awaitable[str]]


class Cases(dict[tuple[str, str], Case]):
    """
    The cases of one file.
    """

    def case(self, script: str, why: str) -> Callable[[Case], Case]:
        def keep(function: Case) -> Case:
            self[script, why] = function
            return function

        return keep


async def reserved(house: House, **fields: str | int) -> None:
    """Bring the lot to a reserved intent."""
    ticket = await house.ready(**fields)
    assert (await house.reserve(ticket=ticket)).ok
