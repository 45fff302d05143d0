"""How many people's data one account may take out within some hours (名单导出界线).

依据: 法释〔2017〕10号《关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释》第五条: 财产信息五十条、健康生理信息五百条、
其他信息五千条; 履行职责中获得的减半. The first number is the half: from it on a second person agrees. The second is the whole:
from it on two others do, and the auditor is told. They count what the law counts and grant nothing that it forbids.
"""

EXPORT_LINES = {"property": (25, 50), "health": (250, 500), "other": (2_500, 5_000)}
EXPORT_HOURS = 24
