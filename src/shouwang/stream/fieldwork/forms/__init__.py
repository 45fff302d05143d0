"""Forms that people fill in on the way (外出表单), every version that a phone may still carry."""

from shouwang.stream.fieldwork.forms.model import Field, Form, Wrong
from shouwang.stream.fieldwork.forms.reading import FORMS, current_form, read_answers
from shouwang.stream.fieldwork.forms.reading import UnknownForm as UnknownForm

__all__ = ["FORMS", "Field", "Form", "UnknownForm", "Wrong", "current_form", "read_answers"]
