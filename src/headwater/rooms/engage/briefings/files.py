"""A briefing as a file to save."""

from __future__ import annotations

import io

from django.http import HttpResponse

from headwater.reports import RENDERERS
from headwater.reports.document import Document
from headwater.rooms.learn.reports import FORMS


def file_bytes(document: Document, form: str) -> bytes:
    """Return a document as a file. form: pptx, xlsx, pdf or html. Raises KeyError for another."""
    stream = io.BytesIO()
    RENDERERS[form](document, stream)
    return stream.getvalue()


def file_response(document: Document, form: str, name: str) -> HttpResponse:
    """Answer with a document to save. name: without its ending."""
    answer = HttpResponse(file_bytes(document, form), content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
