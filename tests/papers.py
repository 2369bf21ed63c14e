"""A decision paper as a test reads it."""

from __future__ import annotations

from html.parser import HTMLParser


class Tables(HTMLParser):
    """Tables by caption, each a list of rows of text; the texts of headings; what pictures show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.headings: list[str] = []
        self.pictures: list[str] = []
        self._into: list[str] | None = None
        self._rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag == "img":
            self.pictures.append(dict(attrs)["alt"] or "")
        if tag in ("th", "td", "caption", "h1", "h2", "h3"):
            self._into = []

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._into is None:
            return
        said = "".join(self._into)
        if tag == "caption":
            self.tables[said] = self._rows
        elif tag in ("th", "td"):
            self._rows[-1].append(said)
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(said)
        else:
            return
        self._into = None


def figure(text: str) -> int:
    """A whole count as it is printed."""
    return int(text.replace(",", ""))
