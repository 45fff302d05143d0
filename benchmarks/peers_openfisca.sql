-- Register and household feeds in one line per household, as peers_duckdb.sql joins them, without what members make.
SELECT h.hid, h.house_grade, h.farmland_mu, h.cleared_on, h.monitored_class IS NOT NULL AS watched, h.kind = 'exited_poverty' AS exited,
    q.four, q.four_earlier, l.net AS ledger, q.last_quarter AS net_income_last_quarter,
    greatest(COALESCE(q.claims, 0), COALESCE(l.claims, 0)) AS claims, COALESCE(other_rigid, 0) AS other_rigid,
    COALESCE(h.cleared_on <= DATE '2026-11-01' AND h.cleared_on > DATE '2025-11-01', FALSE) AS recently_cleared,
    h.cleared_on IS NULL OR h.cleared_on > DATE '2026-11-01' AS not_cleared,
    COALESCE(a.stopped, FALSE) AS stopped, COALESCE(a.temporary_aid, 0) AS temporary_aid_12m, COALESCE(t.low, FALSE) AS tagged_low,
    s.hid IS NOT NULL AS house_checked, later(d_on, safe_on) AND NOT later(c_on, d_on) AS checked_d,
    later(c_on, safe_on) AND later(c_on, d_on) AS checked_c, unsafe_since AS house_unsafe_since,
    COALESCE(w.stopped, 0) AS water_stopped_days_3m,
    COALESCE(bad, FALSE) AS water_quality_bad_3m, COALESCE(hard, FALSE) AS water_hard_to_get_3m,
    COALESCE(output, 0) AS farming_output_12m, COALESCE(cost, 0) AS farming_cost, COALESCE(loss_ratio, 0) AS farming_loss_ratio_12m,
    COALESCE(unsold, 0) AS unsold_value_6m, COALESCE(d.loss, 0) AS disaster_loss_12m, COALESCE(crop, 0) AS crop_loss_mu_12m,
    COALESCE(collapsed, FALSE) AS house_collapsed_12m, COALESCE(badly, FALSE) AS house_badly_damaged_12m,
    COALESCE(lightly, FALSE) AS house_lightly_damaged_12m, COALESCE(x.loss, 0) AS accident_loss_12m,
    COALESCE(death, FALSE) AS accident_death_12m, COALESCE(disabling, FALSE) AS accident_disabling_12m,
    COALESCE(overdue, 0) AS loan_overdue_days, COALESCE(balance, 0) AS loan_balance, COALESCE(calls, 0) AS help_calls_open,
    COALESCE(idle, FALSE) AS relocated_without_worker_now, COALESCE(problems, 0) AS relocation_problems_open,
    owning.hid IS NOT NULL AS car_or_firm_registered
FROM households h
LEFT JOIN quarters q USING (hid) LEFT JOIN ledger l USING (hid) LEFT JOIN houses s USING (hid) LEFT JOIN water w USING (hid)
LEFT JOIN farmed USING (hid) LEFT JOIN struck d USING (hid) LEFT JOIN hurt x USING (hid) LEFT JOIN borrowed USING (hid)
LEFT JOIN called USING (hid) LEFT JOIN moved USING (hid) LEFT JOIN owning USING (hid)
LEFT JOIN (SELECT hid, bool_or(stopped) AS stopped, sum(temporary_aid) AS temporary_aid FROM assisted GROUP BY hid) a USING (hid)
LEFT JOIN (SELECT DISTINCT hid, low FROM tagged WHERE low) t USING (hid)
