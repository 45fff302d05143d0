"""Words of the register (农户登记用语): the codes stand in files and in the database, the 中文 on screens."""

from django.db import models


class ChangedPart(models.TextChoices):
    """登记里改动的部分."""

    ANY = "any", "任何登记"
    PEOPLE = "people", "谁在哪一户、叫什么、住哪里"


class HouseholdKind(models.TextChoices):
    """户类型."""

    ORDINARY = "ordinary", "一般农户"
    EXITED_POVERTY = "exited_poverty", "脱贫户"


class HouseGrade(models.TextChoices):
    """房屋等级."""

    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


class MonitoredClass(models.TextChoices):
    """监测对象类别."""

    UNSTABLE_EXITED = "unstable_exited", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN_HARDSHIP = "sudden_hardship", "突发严重困难户"


class ClearanceManner(models.TextChoices):
    """风险消除方式."""

    BY_HELP = "by_help", "帮扶消除"
    NATURALLY = "naturally", "自然消除"


class MonitoringBeginning(models.TextChoices):
    """怎样开始监测."""

    IMPORTED = "imported", "登记导入"
    IDENTIFIED = "identified", "识别纳入"
    REVERTED = "reverted", "回退监测"


class IdKind(models.TextChoices):
    """证件类型."""

    ID_CARD = "id_card", "居民身份证"
    DISABILITY_CARD = "disability_card", "残疾人证"
    OTHER = "other", "其他"


class Sex(models.TextChoices):
    """性别."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class Relation(models.TextChoices):
    """与户主关系."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    SON = "son", "之子"
    DAUGHTER = "daughter", "之女"
    SON_WIFE = "son_wife", "之儿媳"
    DAUGHTER_HUSBAND = "daughter_husband", "之女婿"
    GRANDSON = "grandson", "之孙子"
    GRANDDAUGHTER = "granddaughter", "之孙女"
    MATERNAL_GRANDSON = "maternal_grandson", "之外孙子"
    MATERNAL_GRANDDAUGHTER = "maternal_granddaughter", "之外孙女"
    GREAT_GRANDSON = "great_grandson", "之曾孙子"
    GREAT_GRANDDAUGHTER = "great_granddaughter", "之曾孙女"
    FATHER = "father", "之父"
    MOTHER = "mother", "之母"
    HUSBAND_FATHER = "husband_father", "之公公"
    HUSBAND_MOTHER = "husband_mother", "之婆婆"
    WIFE_FATHER = "wife_father", "之岳父"
    WIFE_MOTHER = "wife_mother", "之岳母"
    GRANDFATHER = "grandfather", "之祖父"
    GRANDMOTHER = "grandmother", "之祖母"
    SIBLING = "sibling", "之兄弟姐妹"
    SIBLING_SPOUSE = "sibling_spouse", "之兄弟媳妇"
    UNCLE = "uncle", "之叔伯"
    NEPHEW = "nephew", "之侄儿"
    NIECE = "niece", "之侄女"
    OTHER = "other", "其他"


class Education(models.TextChoices):
    """文化程度."""

    ILLITERATE = "illiterate", "文盲或半文盲"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科及以上"


class SchoolStage(models.TextChoices):
    """在校生状况."""

    PRESCHOOL_AGE = "preschool_age", "学龄前儿童"
    KINDERGARTEN = "kindergarten", "学前教育"
    PRIMARY = "primary", "小学"
    GRADE_7 = "grade_7", "七年级"
    GRADE_8 = "grade_8", "八年级"
    GRADE_9 = "grade_9", "九年级"
    SENIOR_1 = "senior_1", "普通高中一年级"
    SENIOR_2 = "senior_2", "普通高中二年级"
    SENIOR_3 = "senior_3", "普通高中三年级"
    VOCATIONAL_1 = "vocational_1", "中职一年级"
    VOCATIONAL_2 = "vocational_2", "中职二年级"
    VOCATIONAL_3 = "vocational_3", "中职三年级"
    COLLEGE = "college", "高职高专"
    TECHNICIAN = "technician", "技师"
    BACHELOR = "bachelor", "本科"
    GRADUATE = "graduate", "硕士生及以上"
    NONE = "none", "非在校生"


class Labour(models.TextChoices):
    """劳动技能."""

    ORDINARY = "ordinary", "普通劳动力"
    SKILLED = "skilled", "技能劳动力"
    WEAK = "weak", "弱劳动力或半劳动力"
    LOST = "lost", "丧失劳动力"
    NONE = "none", "无劳动力"


class WorkScope(models.TextChoices):
    """务工所在地范围."""

    TOWNSHIP = "township", "乡镇内"
    COUNTY = "county", "县内"
    PROVINCE = "province", "省内县外"
    OUTSIDE = "outside", "省外"


class DibaoKind(models.TextChoices):
    """享受低保政策情况."""

    RURAL = "rural", "农村低保"
    URBAN = "urban", "城市低保"
    NONE = "none", "未享受"


class TekunKind(models.TextChoices):
    """享受特困供养政策情况."""

    RURAL = "rural", "农村特困"
    URBAN = "urban", "城市特困"
    NONE = "none", "不享受"


class IncomeKind(models.TextChoices):
    """收支类别."""

    WAGE = "wage", "工资性收入"
    BUSINESS_INCOME = "business_income", "生产经营性收入"
    BUSINESS_COST = "business_cost", "生产经营性支出"
    PROPERTY = "property", "财产性收入"
    TRANSFER = "transfer", "转移性收入"
    CLAIMS = "claims", "理赔收入"
    SELF_PAID = "self_paid", "合规自付支出"
    EDUCATION_COST = "education_cost", "教育支出"
    OTHER_RIGID_COST = "other_rigid_cost", "其他刚性支出"


class IncomeItem(models.TextChoices):
    """明细."""

    DIBAO = "dibao", "低保金"
    TEKUN = "tekun", "特困供养金"
    PENSION = "pension", "养老金"
    BASIC_PENSION = "basic_pension", "城乡居民基础养老金"
    FAMILY_PLANNING = "family_planning", "计划生育金"
    ECOLOGICAL = "ecological", "生态补偿金"
    DISABILITY_ALLOWANCE = "disability_allowance", "残疾人补贴"
    OTHER = "other", "其他"


class IncomeBasis(models.TextChoices):
    """数据来源性质."""

    ACTUAL = "actual", "实际"
    DECLARED = "declared", "申报"
    ESTIMATED = "estimated", "估算"


class Tag(models.TextChoices):
    """身份."""

    EXITED_POVERTY = "exited_poverty", "脱贫户"
    UNSTABLE_EXITED = "unstable_exited", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN_HARDSHIP = "sudden_hardship", "突发严重困难户"
    DIBAO = "dibao", "低保"
    TEKUN = "tekun", "特困"
    DIBAO_BORDERLINE = "dibao_borderline", "低保边缘"
    RIGID_EXPENDITURE = "rigid_expenditure", "刚性支出困难"
    DISABLED = "disabled", "残疾"
    RELOCATED = "relocated", "搬迁户"
    ORPHAN = "orphan", "孤儿"
    UNSUPPORTED_CHILD = "unsupported_child", "事实无人抚养儿童"
    TEMPORARY_AID = "temporary_aid", "临时救助"


class RiskKind(models.TextChoices):
    """致贫/返贫风险."""

    ILLNESS = "illness", "因病"
    EDUCATION_COST = "education_cost", "因学"
    DISABILITY = "disability", "因残"
    DISASTER = "disaster", "因自然灾害"
    ACCIDENT = "accident", "因意外事故"
    BUSINESS_FAILURE = "business_failure", "因产业项目失败"
    UNSTABLE_WORK = "unstable_work", "因务工就业不稳"
    LACK_OF_LABOUR = "lack_of_labour", "缺劳动力"
    HOUSING = "housing", "因安全住房"
    WATER = "water", "因安全饮水"
    OTHER = "other", "其他"


class MeasureKind(models.TextChoices):
    """帮扶措施."""

    INDUSTRY = "industry", "产业帮扶"
    EMPLOYMENT = "employment", "就业帮扶"
    FINANCE = "finance", "金融帮扶"
    PUBLIC_POST = "public_post", "公益岗位帮扶"
    EDUCATION = "education", "教育帮扶"
    COMPULSORY_EDUCATION = "compulsory_education", "义务教育保障"
    HEALTH = "health", "健康帮扶"
    HOUSING = "housing", "住房安全保障"
    WATER = "water", "饮水安全保障"
    RELOCATION = "relocation", "搬迁"
    SOCIAL_SECURITY = "social_security", "综合保障"
    SOCIAL_HELP = "social_help", "社会帮扶"
    LIVING_CONDITIONS = "living_conditions", "生产生活条件改善"
    INFRASTRUCTURE = "infrastructure", "基础设施建设"


class MeasureItem(models.TextChoices):
    """措施明细."""

    DIBAO = "dibao", "低保"
    TEKUN = "tekun", "特困供养"
    DISABILITY_ALLOWANCE = "disability_allowance", "残疾人补贴"
    MIGRANT_SUBSIDY = "migrant_subsidy", "外出务工补贴"
    LABOUR_PLACEMENT = "labour_placement", "劳务输出"
    SKILL_TRAINING = "skill_training", "技能培训"
    RAIN_DEW = "rain_dew", "雨露计划"
    INSURANCE_PREMIUM = "insurance_premium", "参加城乡居民基本医疗保险个人缴费补贴"
    OTHER = "other", "其他"
