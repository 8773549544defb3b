"""Files of other products, and hands that move them through the pages as a person does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from headwater.rooms.listen.models import MovingImport

TARGET: Mapping[str, Any] = {
    "title": "Moved in",
    "lens": "ex",
    "promise": "anonymous",
    "k": "5",
    "comment_k": "10",
    "wave": "Spring 2025",
    "first_day": "2025-03-01",
    "last_day": "2025-03-21",
    "units": "own",
    "language": "en",
}


def upload(client: Client, *files: tuple[str, bytes]) -> MovingImport:
    """Upload answers, and a survey beside them; return where it landed."""
    given = {field: SimpleUploadedFile(name, content) for field, (name, content) in zip(("file", "survey"), files)}  # noqa: B905
    response = client.post(reverse("listen:moving"), given)
    assert response.status_code == 302, response.content.decode()[-3000:]
    return MovingImport.objects.get(pk=response["Location"].rstrip("/").rpartition("/")[2])


def decide(client: Client, made: MovingImport, **changed: Any) -> MovingImport:
    """Take the guess, with what is changed, and make the dry run."""
    posted = {key: value for key, value in {**TARGET, **changed}.items() if value is not None}
    response = client.post(reverse("listen:moving_map", args=[made.pk]), posted)
    assert response.status_code == 302, response.content.decode()[-3000:]
    made.refresh_from_db()
    return made


def act(client: Client, made: MovingImport, decision: str, **more: Any) -> MovingImport:
    """Press one of the buttons."""
    response = client.post(reverse("listen:moving_decide", args=[made.pk]), {"decision": decision, **more})
    assert response.status_code == 302, response.content.decode()[-3000:]
    made.refresh_from_db()
    return made


def page(client: Client, made: MovingImport, query: str = "") -> str:
    """What the page of a file says."""
    response = client.get(reverse("listen:moving_import", args=[made.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def left_behind(folder: Path = Path()) -> list[str]:
    """Files that lie in the incoming folder."""
    incoming = Path(settings.DIR) / "incoming"
    return sorted(str(path.relative_to(incoming)) for path in incoming.rglob("*") if path.is_file())
