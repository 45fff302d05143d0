"""Words of visits (走访用语)."""

from django.db import models


class Purpose(models.TextChoices):
    """What a visit was made for (走访事由)."""

    CLUE = "clue_check", "核实线索"
    CASE = "verification", "入户核实"
    FOLLOW_UP = "follow_up", "跟踪回访"
    ROUND = "round_update", "季度更新"
    MEASURE = "measure_record", "落实措施"


class SignedHow(models.TextChoices):
    """How the household signed what was written down (签字方式)."""

    SIGNATURE = "signature", "本人签名"
    FINGERPRINT = "fingerprint", "按手印，已念给本人听"
    WITNESS = "witness", "本人不便，由见证人签名"
    DECLINED = "declined", "本人不愿签"
    NOT_ASKED = "not_asked", "没有请签"


BY_ANOTHER_HAND = (SignedHow.FINGERPRINT, SignedHow.WITNESS)
"""Ways of signing of people who cannot write: somebody else is named who was there."""
