"""Which chapter of the manual explains the page that is being shown (本页帮助)."""

from django.http import HttpRequest
from django.urls import reverse

from shouwang.surfaces.manual import chapter_of_page

INDEX = "help"


def help_address(request: HttpRequest) -> str:
    """The help of the page that is being shown."""
    match = request.resolver_match
    chapter = chapter_of_page(match.url_name or "") if match else ""
    return reverse("help_chapter", args=[chapter]) if chapter else reverse(INDEX)
