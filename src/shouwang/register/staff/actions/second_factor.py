"""The second factor (动态验证码): a code of the moment from a key that the phone and we share, good for one use."""

from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.secrets import Keyring
from shouwang.register.staff.models import SecondFactor, User

PLACE = "staff_second_factor.secret"
NEIGHBOURS = (0, -1, 1)
"""Steps beside the present one that count too, for a phone whose clock is off by half a minute."""


class WrongCode(Refusal):
    """The code is not the one of the moment, or was used before (验证码不对)."""


def new_factor_key() -> str:
    """A new random key, as the phone's program takes it."""
    import pyotp

    return pyotp.random_base32()


def factor_address(*, user: User, key: str) -> str:
    """The address that a phone reads from the QR code."""
    import pyotp

    return pyotp.TOTP(key).provisioning_uri(name=user.username, issuer_name="守望")


@transaction.atomic
def enrol_second_factor(*, user: User, key: str, code: str, ring: Keyring, at: datetime) -> SecondFactor:
    """Switch the second factor on (启用动态验证码) once a first code shows that the phone has the key. Raises WrongCode."""
    step = _step_of(key, code, at, after=0)
    factor, _ = SecondFactor.objects.update_or_create(
        user=user,
        defaults={"secret_cipher": ring.encrypt(PLACE, str(user.pk), key), "enrolled_at": at, "last_step": step},
    )
    return factor


@transaction.atomic
def accept_code(*, user: User, code: str, ring: Keyring, at: datetime) -> None:
    """Take a code (验证): each counts once, and none older than the last one taken. Raises WrongCode."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        raise WrongCode("还没有启用动态验证码。")
    key = ring.decrypt(PLACE, str(user.pk), factor.secret_cipher)
    factor.last_step = _step_of(key, code, at, after=factor.last_step)
    factor.save(update_fields=["last_step"])


def _step_of(key: str, code: str, at: datetime, *, after: int) -> int:
    """The time step that a code belongs to."""
    import pyotp

    totp = pyotp.TOTP(key)
    now = totp.timecode(at)
    given = "".join(code.split())
    for step in (now + beside for beside in NEIGHBOURS):
        if step > after and pyotp.utils.strings_equal(totp.generate_otp(step), given):
            return step
    raise WrongCode("验证码不对，或者已经用过。请看手机上最新的六位数。")
