"""A network that fails, between the program and PostgreSQL: a Unix socket that hands bytes on, or does not.

    with Proxy(server) as proxy:
        database = Database.open(proxy.url("shop"))
        proxy.lose_replies = 1      # the next COMMIT happens, nobody hears of it, the connection is cut
        proxy.lose_requests = 1     # the next COMMIT never arrives, the connection is cut
        proxy.delay = 0.02          # seconds, each way
        proxy.silent = True         # nothing arrives any more, nothing is cut
        proxy.gone = True           # no new connection; `cut` ends those there are
        proxy.cut()

One thread carries every connection. Nothing is encrypted on a Unix socket, so messages can be told apart.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.postgres import PORT, Socket

_NAME = f".s.PGSQL.{PORT}"
_BLOCK = 1 << 16
_SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"


class Proxy(Socket):
    """A server's socket once more, with faults. Set the attributes at any time, from any thread."""

    def __init__(self, server: Socket) -> None:
        super().__init__(Path(tempfile.mkdtemp(prefix="pd-proxy-", dir="/tmp")))
        self.server = server
        self.delay = 0.0
        self.lose_replies = 0  # how many more replies to COMMIT are lost
        self.lose_requests = 0  # how many more COMMITs never arrive
        self.silent = False
        self.gone = False
        self.lost = 0  # how many were lost
        self._lines: set[_Line] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy")
        self._ready, self._end = threading.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cut(self) -> int:
        """End every connection at once, as a pulled cable does; how many there were."""
        return asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    async def _cut(self) -> int:
        lines = list(self._lines)
        for line in lines:
            line.cut()
        return len(lines)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with await asyncio.start_unix_server(self._accept, self.folder / _NAME, limit=_BLOCK):
            self._ready.set()
            await self._end.wait()
            await self._cut()
            await asyncio.sleep(0)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait([task], timeout=5)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.gone:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_unix_connection(self.server.folder / _NAME, limit=_BLOCK)
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self, writer, up_writer)
        self._lines.add(line)
        try:
            await asyncio.gather(
                line.carry(reader, up_writer, line.asked), line.carry(up_reader, writer, line.answered)
            )
        finally:
            self._lines.discard(line)
            line.cut()


class _Line:
    """One connection: what was said so far and is no whole message yet, each way."""

    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._proxy, self._ends = proxy, (client, server)
        self._waiting = bytearray()
        self._quiet = False
        self._knocked = False  # asked whether there is encryption: the answer is one letter and no message
        self._due = 0.0

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], bytes | None]
    ) -> None:
        """Hand on what comes until an end closes or ``look`` cuts."""
        try:
            while data := await reader.read(_BLOCK):
                passed = look(data)
                if passed is None:
                    self._proxy.lost += 1
                    break
                self._quiet = self._quiet or self._proxy.silent  # what was swallowed is missed for ever
                if not self._quiet:
                    self._send(writer, passed)
        except OSError:
            pass
        if self._due:
            await asyncio.sleep(max(0.0, self._due - asyncio.get_running_loop().time()))
        for end in self._ends:
            end.close()

    def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        delay, loop = self._proxy.delay, asyncio.get_running_loop()
        if not delay and self._due <= loop.time():
            writer.write(data)
            return
        self._due = max(self._due + 1e-6, loop.time() + delay)  # in the order it came
        loop.call_at(self._due, _write, writer, data)

    def asked(self, data: bytes) -> bytes | None:
        """What the client says. The greeting has no kind and is long over when COMMIT comes."""
        if self._proxy.lose_requests and b"COMMIT\0" in data.upper():
            self._proxy.lose_requests -= 1
            return None
        self._knocked = data == _SSL_REQUEST
        return data

    def answered(self, data: bytes) -> bytes | None:
        """What the server says, message by message: one byte of kind, four of length."""
        if self._knocked:
            return data
        self._waiting += data
        whole = 0
        while len(self._waiting) >= whole + 5:
            end = whole + 1 + int.from_bytes(self._waiting[whole + 1 : whole + 5])
            if len(self._waiting) < end:
                break
            if self._proxy.lose_replies and self._waiting[whole:end] == b"C\0\0\0\x0bCOMMIT\0":
                self._proxy.lose_replies -= 1
                return None
            whole = end
        passed = bytes(self._waiting[:whole])
        del self._waiting[:whole]
        return passed


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)
