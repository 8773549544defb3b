"""Headers that every answer carries: a strict content security policy, no inline style or script."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'{form_action}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"
PERMISSIONS_TO_SPEAK = PERMISSIONS.replace("microphone=()", "microphone=(self)")
"""Of a page on which somebody may dictate to their own browser; no other page gets the microphone."""


class SecurityHeaders:
    """Adds the headers. Pages of signed-in people are never kept by caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what answers the request; the single sign-on issuer may be posted to."""
        from django.conf import settings

        self.get_response = get_response
        apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        self.policy = POLICY.format(form_action="".join(f" {origin_of(app['settings']['server_url'])}" for app in apps))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add the headers. No address has a NUL: databases take none, so none gets further."""
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            response = _unreadable(request)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not getattr(response, "xframe_options_exempt", False):
            # Answers to requests that never reach Django's own middleware, as one for a wrong host, lack it.
            response.headers.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _unreadable(request: HttpRequest) -> HttpResponse:
    said = "This address cannot be read."
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": said}, status=400)
    return HttpResponse(said, content_type="text/plain", status=400)


def origin_of(address: str) -> str:
    """Return scheme and host of an address."""
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
