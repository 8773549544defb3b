"""Addresses of the pages of learning that begin with comment."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.learn import comment_book_views, comment_views

urlpatterns: list[URLPattern] = [
    path("comments/", comment_views.comments, name="comments"),
    path("comments/file.<slug:form>", comment_views.comments_file, name="comments_file"),
    path("comments/book/", comment_book_views.book, name="comment_book"),
    path("comments/book/theme/<slug:key>/", comment_book_views.theme, name="comment_theme"),
    path("comments/book/change/<slug:what>/", comment_book_views.change, name="comment_change"),
]
