"""All features of the domain."""

from pytest_bdd import scenarios

scenarios(".")
