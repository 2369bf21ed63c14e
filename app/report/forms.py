"""The forms a paper comes in, each loaded when it is asked for."""

from __future__ import annotations

from enum import StrEnum

from app.report.blocks import Paper


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


MEDIA = {
    Form.HTML: "text/html",
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def written(paper: Paper, form: Form) -> bytes:
    """The paper in a form. Raises ``Problem`` for a PDF where this machine cannot make one."""
    if form is Form.PDF:
        from app.report import pdf  # noqa: PLC0415 - see above

        return pdf.write(paper)
    if form is Form.DOCX:
        from app.report import docx  # noqa: PLC0415 - see above

        return docx.write(paper)
    from app.report import html  # noqa: PLC0415 - see above

    return html.write(paper).encode()
