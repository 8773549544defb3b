"""The pages of benchmarks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.rooms.learn import benchmark_queries as queries
from headwater.rooms.learn import benchmark_services as services
from headwater.rooms.learn.benchmark_forms import BenchmarkForm
from headwater.rooms.learn.benchmark_services import BenchmarkRefusedError
from headwater.rooms.listen.models import Study
from headwater.rooms.people.viewers import permitted, require, user_of, viewer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def benchmarks(request: HttpRequest) -> HttpResponse:
    """All versions; bring a file of your own."""
    page = queries.list_page(viewer=viewer(request))
    form = BenchmarkForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(viewer(request), "benchmarks.manage")
        if form.is_valid():
            given = form.cleaned_data
            made = services.check_benchmark(
                title=given["title"],
                source=given["source"],
                licence=given["licence"],
                year=given["year"],
                content=given["file"].read(),
                file_name=given["file"].name,
                columns=queries.known_columns(),
                actor=user_of(request),
                now=timezone.now(),
            )
            return redirect("learn:benchmark_check", made.pk)
    context = {"page": page, "form": form}
    return render(request, "learn/benchmarks.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def benchmark(request: HttpRequest, name: str) -> HttpResponse:
    """One version with its source and licence."""
    page = queries.version_page(viewer=viewer(request), name=name)
    return render(request, "learn/benchmark.html", {"page": page})


@login_required
@require_safe
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """Where units stand among the organisations of a version."""
    names = ("table", "wave", "score", "group")
    asked = queries.Asked(**{one: request.GET.get(one, "")[:200] for one in names})
    page = queries.compare_page(viewer=viewer(request), name=name, asked=asked)
    return render(request, "learn/benchmark_compare.html", {"page": page})


@permitted("benchmarks.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A dry run: keep it as a version, or drop it."""
    page = queries.check_page(viewer=viewer(request), version_id=version_id)
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "keep":
                made = services.keep_benchmark(version_id=version_id, actor=user_of(request), now=timezone.now())
                return redirect("learn:benchmark", str(made))
            services.drop_benchmark(version_id=version_id, actor=user_of(request), now=timezone.now())
            messages.success(request, _("The file was dropped. Nothing changed."))
            return redirect("learn:benchmarks")
        except BenchmarkRefusedError as error:
            messages.error(request, str(error))
    return render(request, "learn/benchmark_check.html", {"page": page})


@permitted("benchmarks.manage")
@require_POST
def choose(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Compare a study's next waves with a version."""
    study = get_object_or_404(Study, pk=study_id)
    try:
        services.choose_benchmark(
            study_id=study.pk,
            name=request.POST.get("name", "")[:80],
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Waves launched from now on are compared with it."))
    except BenchmarkRefusedError as error:
        messages.error(request, str(error))
    return redirect("learn:benchmarks")
