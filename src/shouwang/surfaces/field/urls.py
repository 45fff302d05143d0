"""Addresses of the phone's page (手机页网址), all below one path, because a service worker rules one path."""

from django.urls import path

from shouwang.surfaces.field import exchange, shell

urlpatterns = [
    path("field/", shell.field, name="field"),
    path("field/worker.js", shell.worker, name="field_worker"),
    path("field/app.webmanifest", shell.manifest, name="field_manifest"),
    path("field/desk/", exchange.desk, name="field_desk"),
    path("field/bundle/", exchange.bundle, name="field_bundle"),
    path("field/outbox/", exchange.outbox, name="field_outbox"),
]
