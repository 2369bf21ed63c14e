"""The service on loopback in a process of its own: programs in ours hold Python's lock while they wait for it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from app.services.workspace import Workspace

SERVE = """
import socket, sys, uvicorn
from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
app = create_app(Workspace(Store(sys.argv[1])), Settings(_env_file=None))
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[socket.socket(fileno=int(sys.argv[2]))])
"""


@contextmanager
def served(work: Workspace) -> Iterator[str]:
    """The address of ``/ogc`` while the block runs."""
    url = work.store.url.render_as_string(hide_password=False)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        command = [sys.executable, "-c", SERVE, url, str(listener.fileno())]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()])
    try:
        # The socket listens already, so this waits until the service takes it: clients would not, for as long.
        with urlopen(f"http://127.0.0.1:{port}/ogc/collections", timeout=300) as answer:
            assert answer.status == 200
        yield f"http://127.0.0.1:{port}/ogc"
    finally:
        process.terminate()
        process.wait(timeout=60)
