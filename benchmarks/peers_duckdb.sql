-- The facts of the 70 rules in DuckDB, as a careful analyst would write them for the day 2026-11-01: every feed is read
-- once and grouped once, people are joined once, households once. Each delivery is a view of its own name. Windows end on
-- the day itself; money is whole 分, shares are ten-thousandths, quotients are rounded half up.

CREATE MACRO divided(a, b) AS CAST(floor((2 * a + b) / (2 * b)) AS BIGINT);
CREATE MACRO share(a, ten_thousandths) AS divided(a * ten_thousandths, 10000);
CREATE MACRO open_now(ended, change) AS (ended IS NULL OR ended > DATE '2026-11-01') AND (change IS NULL OR change IN ('new', 'continuing'));
CREATE MACRO later(a, b) AS COALESCE(a, DATE '1900-01-01') > COALESCE(b, DATE '1900-01-01');

-- what departments say of people ------------------------------------------------------------------------------------

CREATE TEMP TABLE medical AS
SELECT rid,
    sum(self_paid) AS self_paid_12m,
    count(*) FILTER (visit_kind = 'inpatient') AS hospital_stays_12m,
    COALESCE(sum(covered_cost) FILTER (visit_kind = 'inpatient' AND COALESCE(aid_paid, 0) = 0), 0) AS covered_without_aid_12m,
    max(self_paid) FILTER (visit_kind = 'inpatient') AS largest_stay,
    COALESCE(sum(self_paid) FILTER (visit_kind IN ('outpatient', 'chronic_outpatient') AND settled_on > DATE '2026-10-01'), 0) AS outpatient_self_paid_1m
FROM medical_settlements
WHERE settled_on > DATE '2025-11-01' AND settled_on <= DATE '2026-11-01'
GROUP BY rid;

CREATE TEMP TABLE school AS
SELECT rid,
    COALESCE(sum(greatest(fees_paid - COALESCE(aid_received, 0), 0)) FILTER (stage IN ('senior', 'vocational', 'college', 'bachelor', 'graduate')
        AND term_starts_on > DATE '2025-11-01'), 0) AS fees_net_12m,
    COALESCE(sum(aid_received) FILTER (term_starts_on > DATE '2025-11-01'), 0) AS school_aid_12m,
    max(term_starts_on) FILTER (NOT enrolled) AS school_left_on,
    max(term_starts_on) FILTER (enrolled) AS school_enrolled_on,
    bool_or(term_starts_on > DATE '2025-11-01') AS record_12m,
    bool_or(rain_dew AND term_starts_on > DATE '2025-11-01') AS rain_dew_received,
    bool_or(enrolled AND stage IN ('senior', 'vocational', 'college', 'bachelor', 'graduate') AND term_starts_on > DATE '2026-04-01') AS noncompulsory_student,
    bool_or(enrolled AND stage IN ('vocational', 'college') AND term_starts_on > DATE '2026-04-01') AS vocational_student
FROM school_enrolments
WHERE term_starts_on > DATE '2025-05-01' AND term_starts_on <= DATE '2026-11-01'
GROUP BY rid;

CREATE TEMP TABLE work AS
SELECT rid,
    max(reported_on) FILTER (NOT working) AS out_of_work_on,
    max(reported_on) FILTER (working) AS worked_last_on,
    bool_or(NOT working AND left_reason IN ('laid_off', 'firm_closed', 'illness', 'contract_end') AND reported_on > DATE '2026-08-01') AS left_involuntarily_3m,
    COALESCE(sum(unpaid_wages) FILTER (reported_on > DATE '2026-10-01'), 0) AS unpaid_wages_now
FROM employment
WHERE reported_on > DATE '2025-11-01' AND reported_on <= DATE '2026-11-01'
GROUP BY rid;

CREATE TEMP TABLE posts AS
SELECT rid,
    bool_or(ended_on IS NULL OR ended_on > DATE '2026-11-01') AS post_now,
    bool_or(ended_on <= DATE '2026-11-01' AND ended_on > DATE '2026-08-01') AS ended_3m,
    bool_or((ended_on IS NULL OR ended_on > DATE '2026-11-01') AND paid_until < DATE '2026-09-01') AS post_pay_late,
    min(started_on) FILTER (ended_on IS NULL OR ended_on > DATE '2026-11-01') AS post_since
FROM public_posts
GROUP BY rid;

CREATE TEMP TABLE assisted AS
SELECT rid,
    bool_or(kind = 'dibao' AND open_now(ended_on, change)) AS dibao,
    bool_or(kind = 'tekun' AND open_now(ended_on, change)) AS tekun,
    bool_or(kind IN ('orphan', 'unsupported_child') AND open_now(ended_on, change)) AS child_allowance,
    any_value(hid) AS hid,
    count(*) FILTER (kind = 'temporary' AND (change IS NULL OR change <> 'applied')
        AND started_on > DATE '2025-11-01' AND started_on <= DATE '2026-11-01') AS temporary_aid,
    bool_or(kind IN ('dibao', 'tekun') AND ((ended_on > DATE '2026-08-01' AND ended_on <= DATE '2026-11-01')
        OR (COALESCE(change = 'stopped', FALSE) AND ended_on IS NULL AND started_on > DATE '2026-08-01'))) AS stopped
FROM social_assistance
GROUP BY rid;

CREATE TEMP TABLE disabled AS
SELECT rid,
    bool_or(grade <= 2) AS severe,
    bool_or(grade <= 2 AND certified_on > DATE '2026-05-01' AND certified_on <= DATE '2026-11-01') AS new_severe,
    bool_or(category IN ('intellectual', 'mental') AND grade <= 3) AS severe_mind,
    bool_or(COALESCE(care_allowance, 0) > 0) AS care_paid,
    bool_or(COALESCE(living_allowance, 0) > 0) AS living_paid
FROM disabilities
GROUP BY rid;

CREATE TEMP TABLE patients AS
SELECT rid,
    bool_or(disease_kind = 'serious') AS serious,
    bool_or(disease_kind <> 'serious') AS chronic,
    bool_or(disease_kind = 'serious' AND diagnosed_on > DATE '2026-05-01' AND diagnosed_on <= DATE '2026-11-01') AS new_serious,
    bool_or(disease_kind IN ('hypertension', 'diabetes', 'tuberculosis', 'mental')
        AND (last_follow_up_on IS NULL OR last_follow_up_on < DATE '2026-08-03')) AS follow_up_missed
FROM chronic_patients
GROUP BY rid;

CREATE TEMP TABLE insured AS
SELECT DISTINCT rid FROM insurance_enrolments WHERE insured AND enrolment_year = 2026;

CREATE TEMP TABLE dead AS
SELECT rid, bool_or(died_on > DATE '2026-05-01' AND died_on <= DATE '2026-11-01') AS died_6m FROM deaths GROUP BY rid;

CREATE TEMP TABLE tagged AS
SELECT hid, rid,
    bool_or(tag IN ('orphan', 'unsupported_child')) AS orphan,
    bool_or(tag IN ('exited_poverty', 'unstable_exited', 'marginal', 'sudden_hardship', 'dibao', 'tekun', 'dibao_borderline', 'rigid_expenditure')) AS low
FROM statuses
WHERE valid_from <= DATE '2026-11-01' AND (valid_until IS NULL OR valid_until > DATE '2026-11-01')
GROUP BY hid, rid;

-- people ------------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE people AS
WITH joined AS (
    SELECT r.rid, r.hid, r.school_stage, r.working_away, r.resident_pension, r.employee_pension,
        (20261101 - (year(birth_on) * 10000 + month(birth_on) * 100 + day(birth_on))) // 10000 AS age,
        r.labour,
        dead.rid IS NOT NULL AS died, COALESCE(died_6m, FALSE) AS died_6m,
        COALESCE(dibao, FALSE) OR COALESCE(dibao_kind IN ('rural', 'urban'), FALSE) AS receives_dibao,
        COALESCE(tekun, FALSE) OR COALESCE(tekun_kind IN ('rural', 'urban'), FALSE) AS receives_tekun,
        COALESCE(child_allowance, FALSE) AS child_allowance_now,
        COALESCE(orphan, FALSE) AS orphan_status,
        COALESCE(severe, FALSE) AS severe_disability, COALESCE(new_severe, FALSE) AS new_severe_disability_6m,
        COALESCE(severe_mind, FALSE) AS severe_mind_disability, COALESCE(care_paid, FALSE) AS care_allowance_paid,
        disabled.rid IS NOT NULL AND NOT living_paid AS disabled_without_living_allowance,
        COALESCE(serious, FALSE) OR COALESCE(serious_illness, FALSE) AS seriously_ill,
        COALESCE(chronic, FALSE) OR COALESCE(chronic_illness, FALSE) AS chronically_ill,
        COALESCE(new_serious, FALSE) AS new_serious_illness_6m, COALESCE(follow_up_missed, FALSE) AS follow_up_missed_90d,
        insured.rid IS NOT NULL OR COALESCE(employee_insured, FALSE) AS insured_this_year,
        COALESCE(self_paid_12m, 0) AS self_paid_12m, COALESCE(hospital_stays_12m, 0) AS hospital_stays_12m,
        COALESCE(covered_without_aid_12m, 0) AS covered_without_aid_12m,
        COALESCE(outpatient_self_paid_1m, 0) AS outpatient_self_paid_1m,
        CASE WHEN COALESCE(hospital_stays_12m, 0) = 0 THEN 0 ELSE largest_stay END AS largest_stay_self_paid_12m,
        COALESCE(fees_net_12m, 0) AS fees_net_12m, COALESCE(school_aid_12m, 0) AS school_aid_12m, school_left_on,
        later(school_left_on, school_enrolled_on) AS dropped_out, NOT COALESCE(record_12m, FALSE) AS no_school_record,
        COALESCE(rain_dew_received, FALSE) AS rain_dew_received, COALESCE(noncompulsory_student, FALSE) AS noncompulsory_student,
        COALESCE(vocational_student, FALSE) AS vocational_student,
        work.rid IS NOT NULL AS reported, out_of_work_on, worked_last_on,
        COALESCE(left_involuntarily_3m, FALSE) AS left_involuntarily_3m, COALESCE(unpaid_wages_now, 0) AS unpaid_wages_now,
        COALESCE(post_now, FALSE) AS post_now, COALESCE(ended_3m, FALSE) AND NOT COALESCE(post_now, FALSE) AS post_ended_3m,
        COALESCE(post_pay_late, FALSE) AS post_pay_late, post_since
    FROM residents r
    LEFT JOIN medical USING (rid) LEFT JOIN school USING (rid) LEFT JOIN work USING (rid) LEFT JOIN posts USING (rid)
    LEFT JOIN assisted USING (rid) LEFT JOIN disabled USING (rid) LEFT JOIN patients USING (rid) LEFT JOIN insured USING (rid)
    LEFT JOIN dead USING (rid) LEFT JOIN (SELECT rid, orphan FROM tagged WHERE rid IS NOT NULL AND orphan) USING (rid)
), told AS (
    SELECT *,
        later(out_of_work_on, worked_last_on) AND NOT post_now AS out_of_work,
        CASE WHEN post_now THEN TRUE WHEN reported THEN NOT later(out_of_work_on, worked_last_on) ELSE working_away END AS working_now,
        CASE WHEN post_now THEN date_sub('month', post_since, DATE '2026-11-01') ELSE 0 END AS public_post_months_now
    FROM joined
)
SELECT *, out_of_work AND out_of_work_on > DATE '2026-08-01' AS left_work_3m FROM told;

-- what departments say of households ----------------------------------------------------------------------------------

CREATE TEMP TABLE quarters AS
WITH netted AS (
    SELECT hid, quarter_on, claims, wage + business_income - business_cost + property + transfer AS net FROM household_incomes
    WHERE quarter_on > DATE '2025-05-01' AND quarter_on <= DATE '2026-08-01'
)
SELECT hid,
    CASE WHEN count(*) FILTER (quarter_on > DATE '2025-08-01') = 4 THEN sum(net) FILTER (quarter_on > DATE '2025-08-01') END AS four,
    CASE WHEN count(*) FILTER (quarter_on <= DATE '2026-05-01') = 4 THEN sum(net) FILTER (quarter_on <= DATE '2026-05-01') END AS four_earlier,
    CASE WHEN count(*) FILTER (quarter_on > DATE '2026-05-01') = 1 THEN sum(net) FILTER (quarter_on > DATE '2026-05-01') END AS last_quarter,
    sum(claims) FILTER (quarter_on > DATE '2025-08-01') AS claims
FROM netted GROUP BY hid;

CREATE TEMP TABLE ledger AS
SELECT hid,
    sum(CASE kind WHEN 'business_cost' THEN -amount ELSE amount END)
        FILTER (kind IN ('wage', 'business_income', 'business_cost', 'property', 'transfer')) AS net,
    sum(amount) FILTER (kind = 'claims') AS claims,
    sum(amount) FILTER (kind = 'other_rigid_cost') AS other_rigid
FROM incomes
WHERE COALESCE(until_on, from_on) > DATE '2025-11-01' AND COALESCE(until_on, from_on) <= DATE '2026-11-01'
GROUP BY hid;

CREATE TEMP TABLE houses AS
SELECT hid,
    max(checked_on) FILTER (grade = 'D' AND finished_on IS NULL AND COALESCE(only_home, TRUE)) AS d_on,
    max(checked_on) FILTER (grade = 'C' AND finished_on IS NULL AND COALESCE(only_home, TRUE)) AS c_on,
    max(checked_on) FILTER (grade IN ('A', 'B') OR finished_on IS NOT NULL) AS safe_on,
    min(checked_on) FILTER (grade IN ('C', 'D') AND finished_on IS NULL AND COALESCE(only_home, TRUE)
        AND checked_on > DATE '2021-11-01' AND checked_on <= DATE '2026-11-01') AS unsafe_since
FROM house_safety GROUP BY hid;

CREATE TEMP TABLE water AS
SELECT hid, max(COALESCE(stopped_days, 0)) AS stopped, bool_or(NOT COALESCE(quality_ok, TRUE)) AS bad,
    bool_or(COALESCE(litres_per_person_day < 20, FALSE) OR COALESCE(minutes_to_fetch > 20, FALSE)
        OR COALESCE(distance_m > 800, FALSE) OR COALESCE(short_days_per_year > 36, FALSE)) AS hard
FROM water_supply WHERE checked_on > DATE '2026-08-01' AND checked_on <= DATE '2026-11-01' GROUP BY hid;

CREATE TEMP TABLE farmed AS
SELECT hid, sum(output_value) AS output, sum(cost) AS cost, max(COALESCE(loss_ratio, 0)) AS loss_ratio,
    sum(COALESCE(unsold_value, 0)) FILTER (season_on > DATE '2026-05-01') AS unsold
FROM farming WHERE season_on > DATE '2025-11-01' AND season_on <= DATE '2026-11-01' GROUP BY hid;

CREATE TEMP TABLE struck AS
SELECT hid, sum(greatest(loss - COALESCE(relief_paid, 0) - COALESCE(insured_paid, 0), 0)) AS loss, sum(COALESCE(crop_loss_mu, 0)) AS crop,
    bool_or(house_damage = 'collapsed') AS collapsed, bool_or(house_damage = 'serious') AS badly, bool_or(house_damage = 'light') AS lightly
FROM disasters WHERE happened_on > DATE '2025-11-01' AND happened_on <= DATE '2026-11-01' GROUP BY hid;

CREATE TEMP TABLE hurt AS
SELECT hid, sum(greatest(loss - COALESCE(compensation, 0), 0)) AS loss, bool_or(deaths > 0) AS death, bool_or(COALESCE(disabling, FALSE)) AS disabling
FROM accidents WHERE happened_on > DATE '2025-11-01' AND happened_on <= DATE '2026-11-01' GROUP BY hid;

CREATE TEMP TABLE borrowed AS
SELECT hid, max(COALESCE(overdue_days, 0)) AS overdue, max(COALESCE(balance, 0)) AS balance
FROM loans WHERE reported_on > DATE '2026-09-01' AND reported_on <= DATE '2026-11-01' GROUP BY hid;

CREATE TEMP TABLE called AS
SELECT hid, count(*) AS calls FROM hotline_cases
WHERE received_on > DATE '2026-08-01' AND received_on <= DATE '2026-11-01' AND topic <> 'other' AND closed_on IS NULL
    AND (channel IS NULL OR channel IN ('hotline_12345', 'hotline_12317', 'grid', 'media'))
GROUP BY hid;

CREATE TEMP TABLE moved AS
SELECT hid, bool_or(workers > 0 AND employed_workers = 0) AS idle, sum(COALESCE(problems, 0)) AS problems FROM relocations GROUP BY hid;

CREATE TEMP TABLE owning AS
SELECT DISTINCT hid FROM property_holdings WHERE kind IN ('car', 'firm');

-- members and households ----------------------------------------------------------------------------------------------

CREATE TEMP TABLE families AS
SELECT hid, count(*) AS members, max(age) AS oldest_age, bool_and(age < 18) AS children_only, bool_and(age >= 60) AS only_elderly,
    bool_or(receives_dibao) AS on_dibao, bool_or(receives_tekun) AS on_tekun, bool_or(child_allowance_now) AS children_allowance_now,
    sum(self_paid_12m) AS household_self_paid_12m, sum(hospital_stays_12m) AS household_hospital_stays_12m, sum(fees_net_12m) AS household_fees_12m,
    count(*) FILTER (out_of_work) AS workers_lost,
    count(*) FILTER (age >= 16 AND (age < 60 OR working_away IS NOT NULL) AND working_now) AS workers_now,
    count(*) FILTER (age >= 16 AND age < 60 AND labour IN ('ordinary', 'skilled') AND (school_stage IS NULL OR school_stage = 'none')) AS able_workers,
    NOT bool_or(age >= 16 AND labour IN ('ordinary', 'skilled', 'weak')) AS no_labour,
    bool_or(age >= 16 AND age < 60 AND died_6m) AS earner_died_6m,
    count(*) FILTER (seriously_ill) AS serious_patients, count(*) FILTER (severe_disability) AS severe_disabled_members,
    count(*) FILTER (noncompulsory_student) AS noncompulsory_students
FROM people GROUP BY hid;

CREATE TEMP TABLE homes AS
WITH joined AS (
    SELECT h.hid, h.house_grade, h.farmland_mu, h.cleared_on, h.monitored_class, f.* EXCLUDE (hid),
        COALESCE(q.four, q.four_earlier, l.net) AS net_income, q.last_quarter AS net_income_last_quarter,
        greatest(COALESCE(q.claims, 0), COALESCE(l.claims, 0)) AS claims,
        household_self_paid_12m + household_fees_12m + COALESCE(other_rigid, 0) AS rigid_cost_12m,
        COALESCE(h.cleared_on <= DATE '2026-11-01' AND h.cleared_on > DATE '2025-11-01', FALSE) AS recently_cleared,
        h.monitored_class IS NOT NULL AND (h.cleared_on IS NULL OR h.cleared_on > DATE '2026-11-01') AS under_monitoring,
        COALESCE(a.stopped, FALSE) AND NOT on_dibao AND NOT on_tekun AS aid_stopped_3m, COALESCE(a.temporary_aid, 0) AS temporary_aid_12m,
        h.kind = 'exited_poverty' OR h.monitored_class IS NOT NULL OR on_dibao OR on_tekun OR COALESCE(t.low, FALSE) AS low_income_household,
        CASE WHEN s.hid IS NULL THEN house_grade = 'D' ELSE later(d_on, safe_on) AND NOT later(c_on, d_on) END AS house_unsafe_d,
        CASE WHEN s.hid IS NULL THEN house_grade = 'C' ELSE later(c_on, safe_on) AND later(c_on, d_on) END AS house_unsafe_c,
        unsafe_since AS house_unsafe_since,
        COALESCE(w.stopped, 0) AS water_stopped_days_3m, COALESCE(bad, FALSE) AS water_quality_bad_3m, COALESCE(hard, FALSE) AS water_hard_to_get_3m,
        COALESCE(output, 0) AS farming_output_12m, greatest(COALESCE(cost, 0) - COALESCE(output, 0), 0) AS farming_deficit_12m,
        COALESCE(loss_ratio, 0) AS farming_loss_ratio_12m, COALESCE(unsold, 0) AS unsold_value_6m,
        COALESCE(d.loss, 0) AS disaster_loss_12m, COALESCE(crop, 0) AS crop_loss_mu_12m, COALESCE(collapsed, FALSE) AS house_collapsed_12m,
        COALESCE(badly, FALSE) AS house_badly_damaged_12m, COALESCE(lightly, FALSE) AS house_lightly_damaged_12m,
        COALESCE(x.loss, 0) AS accident_loss_12m, COALESCE(death, FALSE) AS accident_death_12m, COALESCE(disabling, FALSE) AS accident_disabling_12m,
        COALESCE(overdue, 0) AS loan_overdue_days, COALESCE(balance, 0) AS loan_balance, COALESCE(calls, 0) AS help_calls_open,
        COALESCE(idle, FALSE) AS relocated_without_worker_now, COALESCE(problems, 0) AS relocation_problems_open,
        owning.hid IS NOT NULL AS car_or_firm_registered
    FROM households h JOIN families f USING (hid)
    LEFT JOIN quarters q USING (hid) LEFT JOIN ledger l USING (hid) LEFT JOIN houses s USING (hid) LEFT JOIN water w USING (hid)
    LEFT JOIN farmed USING (hid) LEFT JOIN struck d USING (hid) LEFT JOIN hurt x USING (hid) LEFT JOIN borrowed USING (hid)
    LEFT JOIN called USING (hid) LEFT JOIN moved USING (hid) LEFT JOIN owning USING (hid)
    LEFT JOIN (SELECT hid, bool_or(stopped) AS stopped, sum(temporary_aid) AS temporary_aid FROM assisted GROUP BY hid) a USING (hid)
    LEFT JOIN (SELECT DISTINCT hid, low FROM tagged WHERE low) t USING (hid)
)
SELECT *, divided(net_income, members) AS net_income_per_head, members - able_workers AS dependants,
    share(net_income, 3000) AS income_30, share(net_income, 5000) AS income_50, share(net_income, 6000) AS income_60,
    share(net_income, 7500) AS income_75, share(net_income, 8000) AS income_80,
    share(farmland_mu, 3000) AS farmland_30, share(farmland_mu, 6000) AS farmland_60,
    divided(net_income + claims - household_self_paid_12m, members) AS income_after_medical_per_head,
    divided(net_income + claims - rigid_cost_12m, members) AS income_after_rigid_per_head,
    CASE WHEN net_income > 0 THEN divided(rigid_cost_12m * 10000, net_income) END AS rigid_cost_ratio,
    CAST(household_self_paid_12m >= 500000 AS INT) + CAST(household_fees_12m > 1000000 AS INT)
        + CAST(house_unsafe_d OR house_unsafe_c OR house_collapsed_12m AS INT) + CAST(water_stopped_days_3m > 30 AS INT)
        + CAST(workers_lost > 0 AND workers_now = 0 AS INT)
        + CAST(COALESCE(disaster_loss_12m > share(net_income, 3000), FALSE) AND disaster_loss_12m >= 100000 AS INT)
        + CAST(accident_death_12m OR accident_disabling_12m AS INT) + CAST(farming_loss_ratio_12m >= 5000 AS INT) AS known_shocks
FROM joined;
