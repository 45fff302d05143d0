"""Addresses of all pages (网址总表): the staff's, those for households, those of the phone on the way, and the machines'."""

from django.urls import include, path

from shouwang.surfaces.field.urls import urlpatterns as field
from shouwang.surfaces.intake.urls import urlpatterns as machines
from shouwang.surfaces.portal.urls import urlpatterns as portal
from shouwang.surfaces.web.urls import handler403, handler404, handler500
from shouwang.surfaces.web.urls import urlpatterns as staff

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("api/v1/", include(machines)), *staff, *portal, *field]
