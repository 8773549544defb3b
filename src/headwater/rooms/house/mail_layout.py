"""The look of a message: plain words made into a quiet HTML part. The text part stays the message itself."""

from __future__ import annotations

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from headwater.reports.palette import LIGHT
from headwater.rooms.house.languages import direction_of

_ALONE = re.compile(r"(?:(?P<words>[^\n]{1,80}?): )?(?P<address>https?://[^\s<>\"]+)")
_INSIDE = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")

# Mail readers know no custom properties and drop linked stylesheets: one small style element, colours resolved.
_STYLE = (
    "body{{margin:0;padding:24px 16px;background:{paper};color:{ink};font:16px/1.55 system-ui,'Segoe UI',Roboto,"
    "'Noto Sans Arabic',sans-serif}}"
    ".in{{max-width:36rem;margin:0 auto;padding:24px;background:{surface};border:1px solid {line};border-radius:14px}}"
    "p{{margin:0 0 16px}}a{{color:{teal}}}"
    "a.go{{display:inline-block;padding:13px 20px;border-radius:8px;background:{teal};color:{on-teal};"
    "text-decoration:none;font-weight:500}}.to{{font-size:13px;color:{ink-3};word-break:break-all}}"
)


def html_of(text: str, *, subject: str, language: str) -> str:
    """Return a message as HTML: a paragraph for each block between blank lines.

    A block that is an address alone, or words, a colon and an address, becomes a button with the address under it, so
    that who reads the HTML sees where the button leads. Everything is escaped; nothing is loaded from anywhere.
    """
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    style = mark_safe(_STYLE.format_map(LIGHT))  # noqa: S308  # our own rules, colours of the palette
    return format_html(
        '<!doctype html>\n<html lang="{}" dir="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title><style>{}</style></head>'
        '<body><div class="in">\n{}\n</div></body></html>\n',
        language,
        direction_of(language),
        subject,
        style,
        format_html_join("\n", "{}", ((_block(block),) for block in blocks)),
    )


def _block(block: str) -> SafeString:
    found = _ALONE.fullmatch(block)
    if found:
        address = found["address"]
        return format_html(
            '<p><a class="go" href="{}">{}</a></p>\n<p class="to" dir="ltr">{}</p>',
            address,
            found["words"] or address,
            address,
        )
    lines = format_html_join(mark_safe("<br>\n"), "{}", ((_linked(line.strip()),) for line in block.split("\n")))
    return format_html("<p>{}</p>", lines)


def _linked(line: str) -> SafeString:
    parts = _INSIDE.split(line)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', part, part) if place % 2 else part,)
            for place, part in enumerate(parts)
            if part
        ),
    )
