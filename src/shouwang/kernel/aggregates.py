"""What PostgreSQL can compute and Django has no name for (统计函数)."""

from django.db.models import Aggregate, FloatField, Func, IntegerField


class Median(Aggregate):
    """The middle value (中位数), between the two middle ones of an even number; None of nothing."""

    name = "Median"
    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


class Days(Func):
    """Days from the second date to the first (天数)."""

    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()
