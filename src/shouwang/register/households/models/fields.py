"""Kinds of columns that the register's tables share (字段)."""

from django.db import models


def money(title: str) -> models.DecimalField:  # type: ignore[type-arg]
    """An amount in yuan with two decimals, unknown when null."""
    return models.DecimalField(title, max_digits=14, decimal_places=2, null=True)


def quantity(title: str) -> models.DecimalField:  # type: ignore[type-arg]
    """A measured quantity (亩, ㎡, 公里) with two decimals, unknown when null."""
    return models.DecimalField(title, max_digits=12, decimal_places=2, null=True)


def code(title: str, choices: type[models.TextChoices]) -> models.CharField:  # type: ignore[type-arg]
    """A coded value of a closed vocabulary, unknown when null."""
    return models.CharField(title, max_length=24, null=True, choices=choices)


def yes_no(title: str) -> models.BooleanField:  # type: ignore[type-arg]
    """Yes, no, or unknown when null."""
    return models.BooleanField(title, null=True)


def cipher(title: str) -> models.TextField:  # type: ignore[type-arg]
    """An encrypted value `v1|key id|nonce|text|tag`, bound to its table, column and row."""
    return models.TextField(f"{title}（密文）", null=True)


def lookup(title: str) -> models.CharField:  # type: ignore[type-arg]
    """The keyed hash by which an encrypted value is found."""
    return models.CharField(f"{title}（检索）", max_length=64, null=True)
