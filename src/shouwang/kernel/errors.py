"""Errors that a person can act on: what is wrong, where, and what to do next."""

from __future__ import annotations

from pathlib import Path


class InputError(Exception):
    """A person's input is at fault (输入有误): one sentence with file, line and remedy; the command line exits with 2."""

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.message = message
        self.remedy = remedy
        self.file = str(file) if file is not None else None
        self.line = line
        self.column = column
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ""
        if self.file:
            place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        end = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{end}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling, and reading runs in a child process.
        return (_rebuild_input_error, (self.message, self.remedy, self.file, self.line, self.column))


def _rebuild_input_error(
    message: str, remedy: str, file: str | None, line: int | None, column: str | None
) -> InputError:
    return InputError(message, remedy, file=file, line=line, column=column)


class Refusal(Exception):
    """An action is refused (不予办理): a 中文 sentence fit for the screen, and where it helps what to do instead."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}{remedy}")
