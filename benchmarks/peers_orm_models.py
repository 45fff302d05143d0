"""The deliveries as Django models, over the tables that the PostgreSQL way has loaded and indexed."""

from __future__ import annotations

from typing import Any

from django.db import models

TABLES = {
    # name: (key, dates, whole numbers, yes or no, texts)
    "households": ("hid", "cleared_on", "farmland_mu", "", "kind house_grade monitored_class"),
    "residents": (
        "rid",
        "birth_on",
        "",
        "serious_illness chronic_illness working_away employee_insured resident_pension employee_pension",
        "school_stage labour dibao_kind tekun_kind",
    ),
    "medical_settlements": ("rid", "settled_on", "self_paid covered_cost aid_paid", "", "visit_kind"),
    "school_enrolments": ("rid", "term_starts_on", "fees_paid aid_received", "enrolled rain_dew", "stage"),
    "employment": ("rid", "reported_on", "unpaid_wages", "working", "left_reason"),
    "public_posts": ("rid", "started_on ended_on paid_until", "", "", ""),
    "social_assistance": ("rid", "started_on ended_on", "", "", "kind change"),
    "disabilities": ("rid", "certified_on", "grade care_allowance living_allowance", "", "category"),
    "chronic_patients": ("rid", "diagnosed_on last_follow_up_on", "", "", "disease_kind"),
    "insurance_enrolments": ("rid", "", "enrolment_year", "insured", ""),
    "deaths": ("rid", "died_on", "", "", ""),
    "statuses": ("hid", "valid_from valid_until", "", "", "tag"),
    "household_incomes": (
        "hid",
        "quarter_on",
        "wage business_income business_cost property transfer claims",
        "",
        "",
    ),
    "incomes": ("hid", "from_on until_on", "amount", "", "kind"),
    "house_safety": ("hid", "checked_on finished_on", "", "only_home", "grade"),
    "water_supply": (
        "hid",
        "checked_on",
        "stopped_days litres_per_person_day minutes_to_fetch distance_m short_days_per_year",
        "quality_ok",
        "",
    ),
    "farming": ("hid", "season_on", "output_value cost loss_ratio unsold_value", "", ""),
    "disasters": ("hid", "happened_on", "loss relief_paid insured_paid crop_loss_mu", "", "house_damage"),
    "accidents": ("hid", "happened_on", "loss compensation deaths", "disabling", ""),
    "loans": ("hid", "reported_on", "overdue_days balance", "", ""),
    "hotline_cases": ("hid", "received_on closed_on", "", "", "channel topic"),
    "relocations": ("hid", "", "workers employed_workers problems", "", ""),
    "property_holdings": ("hid", "", "", "", "kind"),
}


def _model(name: str) -> Any:
    key, dates, numbers, truths, texts = TABLES[name]
    fields: dict[str, Any] = {key: models.BigIntegerField(primary_key=True)}  # no table has a key of its own; only read
    if key == "rid" or name == "statuses":
        fields["hid" if key == "rid" else "rid"] = models.BigIntegerField(null=True)
    fields |= {one: models.DateField(null=True) for one in dates.split()}
    fields |= {one: models.BigIntegerField(null=True) for one in numbers.split()}
    fields |= {one: models.BooleanField(null=True) for one in truths.split()}
    fields |= {one: models.TextField(null=True) for one in texts.split()}
    meta = type("Meta", (), {"app_label": "peers", "managed": False, "db_table": name})
    return type(models.Model)(name, (models.Model,), fields | {"Meta": meta, "__module__": __name__})


MODELS = {name: _model(name) for name in TABLES}


def rows(name: str, **asked: int) -> list[Any]:
    """The rows of a table about somebody: one query, as a loop over objects makes it."""
    return list(MODELS[name].objects.filter(**asked))
