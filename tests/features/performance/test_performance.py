"""All features of the domain but the toggles' matrix, which has a system of its own."""

from pathlib import Path

from pytest_bdd import scenarios

HERE = Path(__file__).parent

scenarios(*(file.name for file in sorted(HERE.glob("*.feature")) if file.name != "matrix.feature"))
