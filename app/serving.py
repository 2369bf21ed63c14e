"""Running the service: uvicorn on the configured address with its workers beside it, the first key printed once."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from app.domain.problem import Fault, Problem
from app.jobs.local import LocalWorkers
from app.main import create_app
from app.services.keys import first_key
from app.services.starting import open_workspace
from app.services.warming import Warming
from app.settings import Settings


def serve(configured: Settings, host: str | None, port: int | None, say: Callable[[str], object]) -> None:
    """Serve until stopped. Raises ``Problem`` where the address is taken."""
    host, port = host or configured.host, configured.port if port is None else port
    listener = _listen(host, port)
    work = open_workspace(configured)
    key = first_key(work.store)
    if key is not None:
        say(f"A key for writing over HTTP (shown only now, keep it safe): {key}")
    address = listener.getsockname()
    say(f"Coterminous is at http://{f'[{host}]' if ':' in host else host}:{address[1]}/ (stop with Ctrl+C)")
    config = uvicorn.Config(create_app(work, configured), log_level=configured.log_level, access_log=False)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    with LocalWorkers(configured), Warming(work):
        uvicorn.Server(config).run(sockets=[listener])


def _terminated(number: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal again once it has shut down; the workers are still to be ended then."""
    raise SystemExit(128 + number)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio send without delay: else each answer waits 40 ms for the client.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Problem(
            Fault.UNAVAILABLE,
            "The address cannot be used",
            f"Nothing can listen on {host}, port {port}: {error.strerror}.",
            remedy="Stop what uses the port, or choose another with --port.",
        ) from error
    return listener
