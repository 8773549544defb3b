"""A briefing as a file to save."""

from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate

from headwater.reports import RENDERERS
from headwater.reports.document import Document
from headwater.rooms.engage.briefings.documents import FILES, document_of, file_name
from headwater.rooms.engage.models import BriefingCopy
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


def copy_response(
    copy: BriefingCopy, form: str, *, upward: bool = False, through: bool = False, as_sent: bool = False
) -> HttpResponse:
    """Answer with a copy as a file to save, in the form it was made in where that gives such a file.

    upward, through, as_sent: as `document_of` takes them. Raises Http404 for a form that no briefing has.
    """
    if form not in FILES.values():
        raise Http404
    kind = copy.form if FILES[copy.form] == form else next(key for key, value in FILES.items() if value == form)
    document = document_of(copy, today=localdate(), form=str(kind), upward=upward, through=through, as_sent=as_sent)
    return file_response(document, form, file_name(copy))
