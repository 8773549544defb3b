"""Photos of places: only with consent, re-encoded so that nothing but the picture is left, and sealed at rest.

Faces are blurred by hand on the phone before anything is sent. The server decodes what comes and writes a new JPEG:
place, time, device and thumbnails that a camera adds are not carried over. At rest a photo is AES-256-GCM under a key
derived from the folder's secret, bound to its own id.
"""

from __future__ import annotations

import io
import os
import warnings
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.rooms.act.models import Visit, VisitPhoto
from headwater.rooms.act.visits.services import VisitRefusedError, locked, write_down
from headwater.rooms.house import audit
from headwater.rooms.people.models import User

MOST_BYTES = 12 << 20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 80
MOST_PHOTOS = 8
FORMATS = ("JPEG", "PNG", "WEBP")
NONCE = 12


def add_photo(
    *, photo_id: UUID, visit_id: UUID, content: BinaryIO, caption: str, has_consent: bool, actor: User, now: datetime
) -> VisitPhoto:
    """Keep a photo of a visit. An id that stands already changes nothing.

    Raises Visit.DoesNotExist, PermissionDenied, VisitRefusedError without consent, for a file too large or no picture,
    and for more photos than a visit holds.
    """
    if not has_consent:
        raise VisitRefusedError(_("A photo is kept only with the consent of everybody who can be known on it."))
    standing = VisitPhoto.objects.filter(pk=photo_id).only("pk", "visit_id").first()
    picture = None if standing is not None else plain_jpeg(content)
    with transaction.atomic():
        visit = locked(visit_id, actor=actor, now=now)
        if standing is not None:
            if standing.visit_id != visit.pk:
                raise VisitRefusedError(_("This photo belongs to another visit."))
            return standing
        assert picture is not None
        if VisitPhoto.objects.filter(visit=visit).count() >= MOST_PHOTOS:
            raise VisitRefusedError(_("A visit holds %(n)s photos.") % {"n": MOST_PHOTOS})
        made, width, height = picture
        photo, is_new = VisitPhoto.objects.get_or_create(
            pk=photo_id,
            defaults={
                "visit": visit,
                "caption": caption.strip()[:160],
                "sealed": _sealed(photo_id, made),
                "width": width,
                "height": height,
                "consent_at": now,
                "added_by": actor,
            },
        )
        if is_new:
            write_down("visit.photo_added", visit, actor=actor, now=now, photo=str(photo_id))
    return photo


def drop_photo(*, photo_id: UUID, actor: User, now: datetime) -> None:
    """Take a photo away. Again changes nothing. Raises PermissionDenied."""
    with transaction.atomic():
        found = VisitPhoto.objects.filter(pk=photo_id).only("pk", "visit_id").first()
        if found is not None:
            visit = locked(found.visit_id, actor=actor, now=now)
            found.delete()
            write_down("visit.photo_dropped", visit, actor=actor, now=now, photo=str(photo_id))


def opened(photo: VisitPhoto) -> bytes:
    """Return the JPEG of a photo. Raises cryptography's InvalidTag for one that was changed."""
    sealed = bytes(photo.sealed)
    return AESGCM(audit.derived_key("visit-photos")).decrypt(sealed[:NONCE], sealed[NONCE:], photo.pk.bytes)


def plain_jpeg(content: BinaryIO) -> tuple[bytes, int, int]:
    """Return a new JPEG of a picture, at most 1600 pixels long, with its width and height.

    Raises VisitRefusedError for a file too large, no picture, or one of too many pixels.
    """
    from PIL import Image, ImageOps

    raw = content.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise VisitRefusedError(_("The photo is larger than %(n)s MB.") % {"n": MOST_BYTES >> 20})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise VisitRefusedError(_("The photo has too many pixels."))
                upright = ImageOps.exif_transpose(found)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                flat = Image.new("RGB", upright.size, "white")
                layered = upright.convert("RGBA")
                flat.paste(layered, mask=layered.getchannel("A"))
    except VisitRefusedError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise VisitRefusedError(_("This is no photo that can be read. Send a JPEG, PNG or WebP.")) from error
    target = io.BytesIO()
    flat.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue(), flat.width, flat.height


def photos_of(visit: Visit) -> tuple[VisitPhoto, ...]:
    """Return the photos of a visit without their pictures."""
    return tuple(VisitPhoto.objects.filter(visit=visit).defer("sealed").order_by("consent_at", "pk"))


def _sealed(photo_id: UUID, content: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(audit.derived_key("visit-photos")).encrypt(nonce, content, photo_id.bytes)
