"""Words of determination (识别认定用语)."""

from django.db import models


class Ground(models.TextChoices):
    """Why a decision was made (认定理由); the list is the county's to extend with its pack (清单 decision_reasons)."""

    INCOME_BELOW_LINE = "income_below_line", "人均纯收入低于监测线且自己难以应对"
    SUDDEN_HARDSHIP = "sudden_hardship", "突发情况造成基本生活严重困难"
    GUARANTEE_LACKING = "guarantee_lacking", "义务教育、基本医疗、住房或饮水没有保障"
    UNSTABLE = "unstable", "收支或就业不稳，有返贫致贫风险"
    NO_RISK_FOUND = "no_risk_found", "核实后没有发现返贫致贫风险"
    ABLE_TO_COPE = "able_to_cope", "有风险，但家庭自己能够应对"
    HELPED_OTHERWISE = "helped_otherwise", "已由其他救助或保障解决"
    MOVED_AWAY = "moved_away", "整户已迁出本地"


INCLUDING = (Ground.INCOME_BELOW_LINE, Ground.SUDDEN_HARDSHIP, Ground.GUARANTEE_LACKING, Ground.UNSTABLE)
REFUSING = (Ground.NO_RISK_FOUND, Ground.ABLE_TO_COPE, Ground.HELPED_OTHERWISE, Ground.MOVED_AWAY)
