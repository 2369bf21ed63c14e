"""A paper as PDF, printed from its HTML by WeasyPrint: tagged for screen readers (PDF/UA-1), with an outline."""

from __future__ import annotations

import hashlib

from app.domain.problem import Fault, Problem
from app.report import html
from app.report.blocks import Paper


def write(paper: Paper) -> bytes:
    """The paper as PDF, the same to the byte for the same paper on one machine (another may have other fonts).

    Raises ``Problem`` where Pango, which WeasyPrint sets text with, is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and it looks for Pango as it is imported
    except OSError as error:
        raise Problem(
            Fault.UNAVAILABLE,
            "PDF cannot be made here",
            "The system library Pango was not found, which sets the text of a PDF.",
            remedy="Install it (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0), or ask for html or docx, which do without.",
        ) from error
    text = html.write(paper)
    # Pictures stand in the file itself; nothing else is fetched, whatever somebody has written into it.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    said: bytes | None = weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(text.encode()).hexdigest()[:32].encode()
    )
    assert said is not None  # noqa: S101 - it is None only where a file to write to is named
    return said
