"""The manual (使用手册): chapters, first days and words as data, read once; staff pages and the portal both show it."""

from shouwang.surfaces.manual.reading import Chapter, Step, Word, chapter_of_page, chapters, first_day, words

__all__ = ["Chapter", "Step", "Word", "chapter_of_page", "chapters", "first_day", "words"]
