"""A load generator for any product with a page and a post: plain HTTP, cookies, hidden fields, no product's knowledge.

Each respondent fetches a page, fills in its form and sends it. The form is read from the page once; its hidden fields
are read from every page anew. One thread a respondent, one connection each, closed after every submission as a
browser's would be idle.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from time import perf_counter
from urllib.parse import urlencode, urljoin, urlsplit

_HIDDEN = re.compile(r"<input\b[^>]*\btype=[\"']?hidden\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z_-]+)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)


@dataclass
class Form:
    """What a page's form asks. groups: values to choose from, by name. fixed: names of hidden fields that are off."""

    action: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    button: tuple[str, str] | None = None


class _FormReader(HTMLParser):
    """Reads the first form that posts."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = known.get("method", "").lower() == "post"
            self.form.action = known.get("action", "") if self.is_inside else self.form.action
        if not self.is_inside or not known.get("name"):
            return
        kind, name = known.get("type", "text").lower(), known["name"]
        if tag == "input" and kind == "radio":
            self.form.groups.setdefault(name, []).append(known.get("value", "on"))
        elif tag == "textarea":
            self.form.texts.append(name)
        elif kind == "submit" and tag in ("button", "input") and not self.form.button and "aria-hidden" not in known:
            self.form.button = (name, known.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def read_form(page: str) -> Form:
    """Read the form of a page. Raises ValueError when it has none with something to choose."""
    reader = _FormReader()
    reader.feed(page)
    if not reader.form.groups:
        raise ValueError("the page has no form with answers to choose")
    return reader.form


def hidden_fields(page: str) -> list[tuple[str, str]]:
    """Return the hidden fields of a page that a browser would send."""
    found = []
    for tag in _HIDDEN.findall(page):
        known = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if "name" in known and not re.search(r"\sdisabled\b", tag):
            found.append((known["name"], known.get("value", "")))
    return found


@dataclass
class Visitor:
    """One browser: its connection and its cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None
    _rest: bytes = b""

    def fetch(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        """Send a request. Follows no redirection. Raises OSError when the connection breaks."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept: text/html"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), 30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._rest = b""
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self._answer()

    def visit(self, method: str, path: str, body: bytes = b"") -> tuple[int, str, bytes]:
        """Send a request and follow up to five redirections. Returns status, the last path, and the page."""
        for _ in range(6):
            status, headers, page = self.fetch(method, path, body)
            if status not in (301, 302, 303, 307, 308) or "location" not in headers:
                return status, path, page
            parts = urlsplit(urljoin(f"http://{self.host}:{self.port}{path}", headers["location"]))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if status not in (307, 308):
                method, body = "GET", b""
        return status, path, page

    def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.cookies.clear()

    def _answer(self) -> tuple[int, dict[str, str], bytes]:
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers: dict[str, str] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                pair, _, _rest = value.strip().partition(";")
                key, _, content = pair.partition("=")
                self.cookies[key] = content
            else:
                headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        elif status in (204, 304):
            body = b""
        else:
            body = self._exactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            kept = dict(self.cookies)
            self.close()
            self.cookies = kept
        return status, headers, body

    def _until(self, sign: bytes) -> bytes:
        while sign not in self._rest:
            self._rest += self._more()
        found, _, self._rest = self._rest.partition(sign)
        return found

    def _exactly(self, count: int) -> bytes:
        parts, have = [self._rest], len(self._rest)
        while have < count:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[count:]
        return whole[:count]

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            parts.append(self._exactly(size))
            self._until(b"\r\n")
        self._until(b"\r\n")
        return b"".join(parts)

    def _more(self) -> bytes:
        assert self._socket is not None
        found = self._socket.recv(262_144)
        if not found:
            raise ConnectionError("the server closed the connection")
        return found


@dataclass(frozen=True)
class Outcome:
    """What one run found. seconds: of the run; taken: of each complete submission, sorted; failures: by what it was."""

    seconds: float
    taken: tuple[float, ...]
    failures: tuple[str, ...]
    page_bytes: int

    @property
    def a_second(self) -> float:
        """Complete submissions a second."""
        return len(self.taken) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which a share of submissions was complete."""
        return self.taken[min(len(self.taken) - 1, int(share * len(self.taken)))] if self.taken else float("nan")


def run_load(addresses: Iterator[str], *, respondents: int, seconds: float, done: bytes) -> Outcome:
    """Let some respondents answer for some seconds. addresses: one page each. done: bytes of the page that thanks."""
    lock, form_lock = threading.Lock(), threading.Lock()
    taken: list[float] = []
    failures: list[str] = []
    shapes: list[Form] = []
    sizes: list[int] = []
    begin = perf_counter()

    def respond() -> None:
        visitor: Visitor | None = None
        number = 0
        while perf_counter() - begin < seconds:
            with lock:
                address = next(addresses, "")
            if not address:
                failures.append("there are no addresses left")
                return
            parts = urlsplit(address)
            if visitor is None:
                visitor = Visitor(parts.hostname or "127.0.0.1", parts.port or 80)
            number += 1
            start = perf_counter()
            try:
                problem = _submit(visitor, parts.path + (f"?{parts.query}" if parts.query else ""), number)
            except OSError as error:
                problem = type(error).__name__
                visitor.close()
                visitor = None
            else:
                visitor.cookies.clear()
            (failures.append(problem) if problem else taken.append(perf_counter() - start))

    def _submit(visitor: Visitor, path: str, number: int) -> str:
        status, path, page = visitor.visit("GET", path)
        if status != 200:
            return f"page: {status}"
        words = page.decode()
        with form_lock:
            if not shapes:
                shapes.append(read_form(words))
                sizes.append(len(page))
        form = shapes[0]
        fields = hidden_fields(words)
        fields += [
            (name, values[(number * 7 + place) % min(5, len(values))])
            for place, (name, values) in enumerate(form.groups.items())
        ]
        fields += [(name, "") for name in form.texts]
        if form.button:
            fields.append(form.button)
        status, _path, page = visitor.visit("POST", urljoin(path, form.action or path), urlencode(fields).encode())
        return "" if done in page else f"post: {status}"

    threads: Sequence[threading.Thread] = [threading.Thread(target=respond) for _ in range(respondents)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(perf_counter() - begin, tuple(sorted(taken)), tuple(failures), sizes[0] if sizes else 0)
