"""The process."""

import subprocess
import sys


def test_no_web_framework():
    """Starting the service imports no web framework: it would weigh more than the rest."""
    code = "import sys, bidwright_nellis_proxy.__main__; print(*sorted({'fastapi', 'starlette', 'uvicorn', 'typer'} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "" == done.stdout.strip()
