"""The pages of figures by unit and period: chains, their stations and links, and files with a dry run and an undo."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.rooms.learn import results_queries as queries
from headwater.rooms.learn import results_services as services
from headwater.rooms.learn.models import Chain
from headwater.rooms.learn.results_forms import (
    ChainForm,
    FiguresForm,
    LinksForm,
    MappingForm,
    StationForm,
    WordsForm,
)
from headwater.rooms.learn.results_services import ResultsRefusedError
from headwater.rooms.people.viewers import permitted, user_of, viewer
from headwater.vocab import Lens


@permitted("results.import")
@require_http_methods(["GET", "HEAD", "POST"])
def chains(request: HttpRequest) -> HttpResponse:
    """All chains; make one of published figures."""
    services.own_chain(now=timezone.now())
    form = ChainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create_chain(title=form.cleaned_data["title"], actor=user_of(request), now=timezone.now())
        return redirect("learn:result_chain", made.key)
    context = {"lines": queries.chain_lines(viewer=viewer(request)), "form": form}
    return render(request, "learn/results.html", context, status=422 if form.errors else 200)


@permitted("results.import")
@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest, key: str) -> HttpResponse:
    """One chain: bring in a file, or say what its units are called."""
    found = queries.get_chain(viewer=viewer(request), key=key)
    renaming = request.method == "POST" and "unit" in request.POST
    upload = FiguresForm(None if renaming else request.POST or None, request.FILES or None)
    words = WordsForm(request.POST if renaming else None, initial=_words(found))
    if renaming and words.is_valid():
        given = words.cleaned_data
        services.change_chain(
            chain_id=found.pk,
            title=given["title"] or found.title,
            period=given["period"],
            words={
                "unit": given["unit"], "units": given["units"],
                "period": given["one_period"], "periods": given["periods"],
            },
            sources=[line.strip() for line in given["sources"].splitlines() if line.strip()],
            actor=user_of(request),
            now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Kept. The River is worked out anew."))
        return redirect("learn:result_chain", key)
    if request.method == "POST" and not renaming and upload.is_valid():
        file = upload.cleaned_data["file"]
        made = services.check_results(
            chain_id=found.pk, content=file.read(), file_name=file.name, actor=user_of(request), now=timezone.now()
        )
        return redirect("learn:result_file", made.pk)
    page = queries.chain_page(viewer=viewer(request), key=key)
    wrong = bool(upload.errors or words.errors)
    context = {"page": page, "form": upload, "words": words}
    return render(request, "learn/result_chain.html", context, status=422 if wrong else 200)


@permitted("results.import")
@require_http_methods(["GET", "HEAD", "POST"])
def result_file(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What a file would bring, or brought; read it another way."""
    page = queries.file_page(viewer=viewer(request), import_id=import_id)
    form = MappingForm(request.POST or None, initial={"mapping": page.mapping})
    if request.method == "POST" and form.is_valid():
        try:
            services.read_again(
                import_id=import_id, mapping=form.cleaned_data["mapping"], actor=user_of(request), now=timezone.now()
            )
        except ResultsRefusedError as error:
            messages.error(request, str(error))
        return redirect("learn:result_file", import_id)
    context = {"page": page, "form": form}
    return render(request, "learn/result_file.html", context, status=422 if form.errors else 200)


@permitted("results.import")
@require_POST
def decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Apply, drop or undo a file, as the button says."""
    found = queries.get_file(viewer=viewer(request), import_id=import_id)
    actor, now = user_of(request), timezone.now()
    decision = request.POST.get("decision", "")
    try:
        if decision == "apply":
            services.apply_results(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("The figures hold now. The River is worked out anew."))
        elif decision == "drop":
            services.drop_results(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("The file was dropped. Nothing changed."))
            return redirect("learn:result_chain", found.chain.key)
        elif decision == "undo":
            services.undo_results(import_id=import_id, actor=actor, now=now)
            messages.success(request, _("Everything stands as before this file."))
    except ResultsRefusedError as error:
        messages.error(request, str(error))
    return redirect("learn:result_file", import_id)


@permitted("results.import")
@require_http_methods(["GET", "HEAD", "POST"])
def station(request: HttpRequest, key: str) -> HttpResponse:
    """Make, change or remove a station. ?station= names the one to change."""
    page = queries.chain_page(viewer=viewer(request), key=key)
    asked = request.GET.get("station", "")
    sources = list(page.sources)
    initial = queries.station_values(page, asked) if asked else None
    if initial is not None and initial["source"] not in dict(sources):
        sources.append((initial["source"], asked))
    form = StationForm(request.POST or None, sources=sources, initial=initial)
    if request.method == "POST" and "remove" in request.POST:
        services.remove_station(
            chain_id=page.chain.pk, key=request.POST["remove"], actor=user_of(request), now=timezone.now()
        )
        return redirect("learn:result_chain", key)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind, _colon, rest = given["source"].partition(":")
        study, _colon, name = rest.rpartition(":") if kind == "score" else ("", "", rest)
        services.set_station(
            chain_id=page.chain.pk,
            key=name,
            study=study,
            lens=Lens(given["lens"]),
            labels={"en": given["label_en"], "es": given["label_es"]},
            higher_is_better=given["higher_is_better"],
            words={"more": given["more"], "es": {"more": given["more_es"]}},
            actor=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Kept. The River is worked out anew."))
        return redirect("learn:result_chain", key)
    context = {"page": page, "form": form, "asked": asked}
    return render(request, "learn/result_station.html", context, status=422 if form.errors else 200)


@permitted("results.import")
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, key: str) -> HttpResponse:
    """Which links are estimated."""
    page = queries.chain_page(viewer=viewer(request), key=key)
    form = LinksForm(request.POST or None, pairs=list(page.pairs), initial={"links": list(page.chosen_pairs)})
    if request.method == "POST" and form.is_valid():
        chosen = [(source, target) for one in form.cleaned_data["links"] for source, _s, target in [one.partition(">")]]
        services.set_links(chain_id=page.chain.pk, links=chosen, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Kept. The River is worked out anew."))
        return redirect("learn:result_chain", key)
    context = {"page": page, "form": form}
    return render(request, "learn/result_links.html", context, status=422 if form.errors else 200)


def _words(chain: Chain) -> dict[str, str]:
    return {
        "title": chain.title,
        "period": chain.period,
        "unit": chain.words.get("unit", ""),
        "units": chain.words.get("units", ""),
        "one_period": chain.words.get("period", ""),
        "periods": chain.words.get("periods", ""),
        "sources": "\n".join(chain.sources),
    }
