"""The help pages (帮助): the manual by role and by matter, the words of the field, and the guide of the first day.

They need no account: whoever cannot sign in needs them most. Nothing on them comes from the register.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.register.staff.actions import mark_guide
from shouwang.register.staff.queries import GUIDE_CLOSED, Actor, actor_of, guide_marks
from shouwang.surfaces.manual import Chapter, Step, chapters, first_day, words
from shouwang.surfaces.web.access import StaffRequest, open_page, own_page
from shouwang.surfaces.web.help_link import INDEX

SHOTS = (("desk", 1280, 760, "电脑上的画面"), ("phone", 360, 700, "手机上的画面"))
"""Every step has these pictures: name, width and height in pixels, and how they are told to who cannot see them."""


@open_page
@require_GET
def help_index(request: HttpRequest) -> HttpResponse:
    """Where the manual begins: one's own first day, then roles and matters."""
    actor = _whoever(request)
    found = list(chapters().values())
    context = {
        "mine": first_day(actor.role) if actor else None,
        "roles": [one for one in found if one.role],
        "topics": [one for one in found if not one.role],
        "closed": actor is not None and GUIDE_CLOSED in guide_marks(actor),
    }
    return _shown(request, "index", context, "帮助")


@open_page
@require_GET
def help_chapter(request: HttpRequest, name: str) -> HttpResponse:
    """One chapter, with the pictures of its steps."""
    chapter = chapters().get(name)
    if chapter is None:
        raise Http404
    _whoever(request)
    return _shown(request, "chapter", {"chapter": chapter, "words": _words(chapter)}, chapter.title)


@open_page
@require_GET
def help_words(request: HttpRequest) -> HttpResponse:
    """All words of the field."""
    _whoever(request)
    return _shown(request, "words", {"words": words().values()}, "词语解释")


@open_page
@require_GET
def help_book(request: HttpRequest) -> HttpResponse:
    """The whole manual on one page, for printing and for reading without a connection."""
    _whoever(request)
    return _shown(request, "book", {"chapters": chapters().values(), "words": words().values()}, "使用手册全文")


@own_page
@require_POST
def tick_guide(request: StaffRequest) -> HttpResponse:
    """Tick a step of the first day off or take the tick away, close the guide or open it again."""
    chapter = first_day(request.actor.role)
    step = request.POST.get("step", "")
    if chapter is None or step not in {GUIDE_CLOSED, *(one.key for one in chapter.steps)}:
        raise Http404
    mark_guide(step=step, done=request.POST.get("done") == "yes", actor=request.actor, at=timezone.now())
    return HttpResponseRedirect(reverse("inbox"))


def guide(actor: Actor) -> dict[str, Any]:
    """The first day of a post as the to-do page shows it; nothing when it was closed."""
    chapter, marks = first_day(actor.role), guide_marks(actor)
    if chapter is None or GUIDE_CLOSED in marks:
        return {}
    steps = [{"step": one, "address": page_of(one), "done": one.key in marks} for one in chapter.steps]
    return {"chapter": chapter, "steps": steps, "done": sum(bool(one["done"]) for one in steps)}


def page_of(step: Step) -> str:
    """Where a step is done; nothing when its page is another one for every household."""
    try:
        return reverse(step.see) if step.see else ""
    except NoReverseMatch:
        return ""


def _words(chapter: Chapter) -> list[Any]:
    return [words()[word] for word in chapter.words]


def _whoever(request: HttpRequest) -> Actor | None:
    """Who is signed in, so that the page has its frame; nobody is asked to sign in for help."""
    if not request.user.is_authenticated:
        return None
    actor = actor_of(request.user, on=timezone.localdate(), post_id=request.session.get("post"))  # type: ignore[arg-type]
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def _shown(request: HttpRequest, part: str, context: dict[str, Any], title: str) -> HttpResponse:
    known = hasattr(request, "actor")
    crumbs = [{"title": "帮助", "address": reverse(INDEX)}]
    crumbs += [{"title": title, "address": ""}] if part != "index" else []
    always = {
        "shots": SHOTS,
        "base": "web/base.html" if known else "web/help/alone.html",
        "title": title,
        "crumbs": crumbs,
    }
    return render(request, f"web/help/{part}.html", context | always)
