"""A program that takes webhooks, well or badly."""

import json
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECRET = "0123456789abcdef"
HANG_S = 30


class Receiver:
    """
    A program that takes webhooks. *mode*: ok, fails, hangs.
    """

    def __init__(self, mode: str) -> None:
        self.mode, self.ids = mode, Counter[str]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if receiver.mode == "hangs":
                    time.sleep(HANG_S)
                    return
                if receiver.mode == "ok":
                    receiver.ids[json.loads(body)["id"]] += 1
                self.send_response(204 if receiver.mode == "ok" else 500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"webhook:http://127.0.0.1:{self._server.server_port}/#{SECRET}"
