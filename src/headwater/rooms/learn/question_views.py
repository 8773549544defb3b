"""The page on which a question in plain words is answered."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from headwater.rooms.learn.question_queries import question_page, read_question
from headwater.rooms.people.viewers import viewer


@login_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Ask."""
    page = question_page(viewer=viewer(request), asked=read_question(request.GET), now=timezone.now())
    return render(request, "learn/ask.html", {"page": page})
