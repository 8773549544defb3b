"""Addresses of programme reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from headwater.rooms.prove.reviews import views

urlpatterns: list[URLPattern] = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/make/", views.make, name="reviews_make"),
    path("reviews/read/<uuid:copy_id>/", views.read, name="reviews_read"),
    path("reviews/read/<uuid:copy_id>/file/", views.copy_file, name="reviews_copy_file"),
    path("reviews/<uuid:review_id>/", views.review, name="reviews_one"),
    path("reviews/<uuid:review_id>/review.<slug:form>", views.review_file, name="reviews_file"),
    path("reviews/<uuid:review_id>/renew/", views.renew, name="reviews_renew"),
    path("reviews/<uuid:review_id>/note/", views.note, name="reviews_note"),
    path("reviews/<uuid:review_id>/give/", views.give, name="reviews_give"),
    path("reviews/<uuid:review_id>/issue/", views.issue, name="reviews_issue"),
    path("reviews/<uuid:review_id>/copies/<uuid:copy_id>/back/", views.take_back, name="reviews_back"),
]
