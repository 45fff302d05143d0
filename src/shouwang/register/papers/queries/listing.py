"""What a notice needs to know of households (拟公示农户的登记情况)."""

from collections.abc import Mapping
from datetime import date

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import households
from shouwang.register.papers.publicity import Listed
from shouwang.register.staff.queries import Actor


def households_to_list(
    actor: Actor, wanted: Mapping[str, tuple[str, tuple[str, ...]]], *, adult_age: int, as_of: date
) -> list[Listed]:
    """Household id → (category, kinds of help), as input of the generator, in the order given.

    Raises Refusal for a household that is not within the actor's area. A member whose birth date is unknown counts as
    a minor here: what is not known never shows a child.
    """
    found = {one.pk: one for one in households(actor).filter(pk__in=wanted).prefetch_related("residents")}
    missing = [household_id for household_id in wanted if household_id not in found]
    if missing:
        raise Refusal("有农户不在您的辖区。", "请只选本辖区的户。")
    made = []
    for household_id, (category, helps) in wanted.items():
        home = found[household_id]
        members = list(home.residents.all())
        heads = [one for one in members if one.relation == "head"]
        made.append(
            Listed(
                household_id=household_id,
                place_number=home.place_number,
                head_name=home.head_name,
                head_birth_on=heads[0].birth_on if len(heads) == 1 else None,
                category=category,
                group_name=home.group_name,
                helps=helps,
                minor_names=tuple(
                    one.name
                    for one in members
                    if one.relation != "head" and _maybe_minor(one.birth_on, adult_age, as_of)
                ),
            )
        )
    return made


def _maybe_minor(birth_on: date | None, adult_age: int, as_of: date) -> bool:
    if birth_on is None:
        return True
    return (as_of.year - adult_age, as_of.month, as_of.day) < (birth_on.year, birth_on.month, birth_on.day)
