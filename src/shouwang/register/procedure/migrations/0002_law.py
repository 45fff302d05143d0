"""What holds for every case, whoever writes and however: the database works out each state and refuses every other way.

`procedure_apply` is the only place where a case moves. SQLSTATE SW001 says that somebody else was quicker, SW002 that
the procedure does not allow it; the message is fit for the screen.
"""

from django.db import migrations

LAW = r"""
CREATE FUNCTION procedure_refuse(said text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', said USING ERRCODE = 'SW002'; END $$;

CREATE FUNCTION procedure_number(given jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN given #>> '{}' ~ '^[0-9]+(\.[0-9]+)?$' THEN (given #>> '{}')::numeric END
$$;

-- A case begins at its beginning: nothing done but the clue it comes from, and no protecting step left out.
CREATE FUNCTION procedure_open_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE acts text[];
BEGIN
  SELECT array_agg(one ->> 'act') INTO acts FROM jsonb_array_elements(NEW.steps) one;
  IF NEW.state <> 'open' OR NEW.outcome <> '' OR NEW.records <> 0 OR NEW.done <> '{}' OR NEW.decided_by <> ''
     OR NEW.objections_open <> 0 OR NEW.recused <> '{}' OR NEW.notice_until IS NOT NULL OR NEW.authorised THEN
    PERFORM procedure_refuse('一件事项要从头办起。');
  END IF;
  IF acts IS NULL OR (NEW.matter <> 'objection' AND NOT acts @> ARRAY['verification', 'notice', 'decision'])
     OR (NEW.matter = 'objection' AND NOT acts @> ARRAY['recheck', 'announcement']) THEN
    PERFORM procedure_refuse('程序缺少保护农户的步骤，不能开办。');
  END IF;
  IF NEW.matter <> 'objection' AND NOT (
       array_position(acts, 'verification') < array_position(acts, 'notice')
       AND array_position(acts, 'notice') < array_position(acts, 'decision')) THEN
    PERFORM procedure_refuse('程序的次序应当是核实、公示、审定。');
  END IF;
  NEW.next_step := NEW.steps -> 0 ->> 'step';
  NEW.next_act := NEW.steps -> 0 ->> 'act';
  NEW.next_level := NEW.steps -> 0 ->> 'level';
  RETURN NEW;
END $$;
CREATE TRIGGER procedure_open_case BEFORE INSERT ON procedure_case
  FOR EACH ROW EXECUTE FUNCTION procedure_open_case();

CREATE FUNCTION procedure_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'procedure_case' AND pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  PERFORM procedure_refuse('办理记录只能增加，不能更改或删除。');
  RETURN NULL;
END $$;
CREATE TRIGGER procedure_keep BEFORE UPDATE OR DELETE ON procedure_case
  FOR EACH ROW EXECUTE FUNCTION procedure_keep();
CREATE TRIGGER procedure_keep BEFORE UPDATE OR DELETE ON procedure_record
  FOR EACH ROW EXECUTE FUNCTION procedure_keep();
CREATE TRIGGER procedure_keep BEFORE UPDATE OR DELETE ON procedure_evidence
  FOR EACH ROW EXECUTE FUNCTION procedure_keep();
CREATE TRIGGER procedure_keep_all BEFORE TRUNCATE ON procedure_record
  FOR EACH STATEMENT EXECUTE FUNCTION procedure_keep();
CREATE TRIGGER procedure_keep_all BEFORE TRUNCATE ON procedure_case
  FOR EACH STATEMENT EXECUTE FUNCTION procedure_keep();

-- May this step be taken now: known, not yet done, everything before it done but for its companion, the right level.
CREATE FUNCTION procedure_turn(c procedure_case, r procedure_record) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE step jsonb; one jsonb; place int; at int;
BEGIN
  SELECT value, ordinality INTO step, place FROM jsonb_array_elements(c.steps) WITH ORDINALITY
    WHERE value ->> 'step' = r.step;
  IF step IS NULL THEN PERFORM procedure_refuse('程序里没有这一步。'); END IF;
  IF r.step = ANY (c.done) THEN PERFORM procedure_refuse('这一步已经办过。'); END IF;
  FOR one, at IN SELECT value, ordinality FROM jsonb_array_elements(c.steps) WITH ORDINALITY LOOP
    IF at < place AND NOT (one ->> 'step') = ANY (c.done)
       AND coalesce(one ->> 'together_with', '') IS DISTINCT FROM r.step
       AND coalesce(step ->> 'together_with', '') IS DISTINCT FROM one ->> 'step' THEN
      PERFORM procedure_refuse(format('前面的“%s”还没有办。', one ->> 'title'));
    END IF;
  END LOOP;
  IF r.act <> 'skip' AND r.act <> step ->> 'act' THEN PERFORM procedure_refuse('办理动作与步骤不符。'); END IF;
  IF NOT (CASE step ->> 'level'
       WHEN 'household' THEN r.level IN ('village', 'township', 'county')
       WHEN 'village' THEN r.level IN ('village', 'township')
       ELSE r.level = step ->> 'level' END) THEN
    PERFORM procedure_refuse(format('“%s”不由这一级办理。', step ->> 'title'));
  END IF;
  RETURN step;
END $$;

-- Who decided, reviewed or checked something before may not judge it afterwards (审办分离).
CREATE FUNCTION procedure_refuse_own_hand(c procedure_case, r procedure_record, acts text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM procedure_record WHERE case_id = c.id AND act = ANY (acts) AND actor = r.actor)
     OR EXISTS (SELECT 1 FROM procedure_record WHERE case_id = c.about_id AND actor = r.actor
                AND act IN ('verification', 'appraisal', 'review', 'decision')) THEN
    PERFORM procedure_refuse('经办过前面步骤的人不能再办这一步，请换一位同事。');
  END IF;
END $$;

CREATE FUNCTION procedure_check_step(c procedure_case, r procedure_record, step jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  needed numeric; present numeric; eligible numeric; agree numeric; against numeric; outcome text; yes boolean;
  real_notice boolean;
BEGIN
  IF r.act = 'skip' THEN
    IF coalesce(step ->> 'skipped_when', '') = ''
       AND NOT (step ->> 'act' = 'notice' AND c.village_agreed IS FALSE) THEN
      PERFORM procedure_refuse(format('“%s”不能免办。', step ->> 'title'));
    END IF;
    IF r.reason_code = '' THEN PERFORM procedure_refuse('免办要写明理由。'); END IF;
    IF step ->> 'act' = 'announcement' AND coalesce(step ->> 'served', '') = 'yes'
       AND c.outcome IN ('refused', 'upheld', 'kept') THEN
      PERFORM procedure_refuse('对农户不利的决定必须书面告知，不能免办。');
    END IF;
    RETURN;
  END IF;
  CASE r.act
  WHEN 'authorisation' THEN
    IF coalesce(r.content ->> 'scope', '') = '' OR coalesce(r.content ->> 'valid_until', '') = '' THEN
      PERFORM procedure_refuse('授权要写明范围和有效期。');
    END IF;
  WHEN 'comparison' THEN
    IF NOT c.authorised THEN PERFORM procedure_refuse('没有有效的授权，不能查询比对。'); END IF;
  WHEN 'verification' THEN
    needed := coalesce(procedure_number(step #> '{limits,people,value}'), 2);
    IF jsonb_typeof(r.content -> 'verifiers') IS DISTINCT FROM 'array'
       OR (SELECT count(DISTINCT value) FROM jsonb_array_elements_text(r.content -> 'verifiers')) < needed THEN
      PERFORM procedure_refuse(format('入户核实至少要%s个人。', needed));
    END IF;
    IF (r.content ->> 'visited_on')::date > r.acted_on OR r.content ->> 'visited_on' IS NULL THEN
      PERFORM procedure_refuse('入户日期没有写，或者晚于登记的日子。');
    END IF;
  WHEN 'appraisal' THEN
    eligible := procedure_number(r.content -> 'eligible');
    present := procedure_number(r.content -> 'present');
    agree := procedure_number(r.content -> 'agree');
    against := procedure_number(r.content -> 'against');
    IF eligible IS NULL OR present IS NULL OR agree IS NULL OR against IS NULL
       OR eligible = 0 OR present > eligible OR agree + against > present THEN
      PERFORM procedure_refuse('评议人数对不上：到会不能多于应到，同意与不同意之和不能多于到会。');
    END IF;
    IF present < eligible * coalesce(procedure_number(step #> '{limits,present,value}'), 0.5) THEN
      PERFORM procedure_refuse('到会人数不够，这次评议不算数，请另行召集。');
    END IF;
    IF (r.content -> 'agreed') IS DISTINCT FROM
       to_jsonb(agree > present * coalesce(procedure_number(step #> '{limits,agree,value}'), 0.5)) THEN
      PERFORM procedure_refuse('评议结果与票数不符。');
    END IF;
  WHEN 'notice' THEN
    IF c.village_agreed IS FALSE THEN PERFORM procedure_refuse('评议没有通过的不公示，请免办并报乡镇审核。'); END IF;
    needed := coalesce(procedure_number(step #> '{limits,notice,value}'), 1);
    IF r.content ->> 'from' IS NULL OR r.content ->> 'until' IS NULL
       OR (r.content ->> 'from')::date < r.acted_on
       OR (r.content ->> 'until')::date - (r.content ->> 'from')::date < needed THEN
      PERFORM procedure_refuse(format('公示至少要%s天，从张贴之日起算。', needed));
    END IF;
    IF coalesce(r.content ->> 'sheet', '') = '' THEN PERFORM procedure_refuse('公示要用公示单，不能另写。'); END IF;
  WHEN 'recheck' THEN
    PERFORM procedure_refuse_own_hand(c, r, ARRAY['verification', 'appraisal', 'review', 'decision']);
  WHEN 'review' THEN
    PERFORM procedure_refuse_own_hand(c, r, ARRAY['verification', 'appraisal', 'notice', 'recheck', 'pledge']);
    IF c.objections_open > 0 THEN PERFORM procedure_refuse('还有异议没有答复。'); END IF;
    IF c.notice_until > r.acted_on THEN
      PERFORM procedure_refuse(format('公示到%s结束，结束以后再审核。', c.notice_until));
    END IF;
    IF coalesce(r.content ->> 'opinion', '') NOT IN ('agree', 'disagree') OR r.words_cipher IS NULL THEN
      PERFORM procedure_refuse('审核要写同意或不同意，并写明理由。');
    END IF;
  WHEN 'decision' THEN
    PERFORM procedure_refuse_own_hand(c, r, ARRAY['verification', 'appraisal', 'notice', 'review', 'pledge', 'decision', 'record']);
    outcome := coalesce(r.content ->> 'outcome', '');
    yes := outcome IN ('included', 'cleared', 'reverted');
    SELECT EXISTS (SELECT 1 FROM procedure_record n WHERE n.case_id = c.id AND n.act = 'notice') INTO real_notice;
    IF r.role = 'system' THEN PERFORM procedure_refuse('决定必须由人作出。'); END IF;
    IF c.objections_open > 0 THEN PERFORM procedure_refuse('还有异议没有答复。'); END IF;
    IF yes AND (NOT real_notice OR c.notice_until IS NULL OR c.notice_until > r.acted_on) THEN
      PERFORM procedure_refuse('没有公示期满，不能这样决定。');
    END IF;
    IF r.reason_code = '' OR r.words_cipher IS NULL THEN PERFORM procedure_refuse('决定要有理由。'); END IF;
    IF coalesce(r.content ->> 'snapshot', '') = '' THEN PERFORM procedure_refuse('决定要留存当时的依据。'); END IF;
    IF outcome IN ('refused', 'cleared') AND cardinality(r.evidence) = 0 THEN
      PERFORM procedure_refuse('对农户不利的决定要有证据。');
    END IF;
    IF outcome = 'cleared' AND EXISTS (
         SELECT 1 FROM jsonb_array_elements(coalesce(r.content -> 'gates', '[]'::jsonb)) gate
         WHERE coalesce(gate ->> 'met', '') NOT IN ('yes', 'confirmed')) THEN
      PERFORM procedure_refuse('还有关口没有满足，不能消除风险。');
    END IF;
    IF outcome = 'cleared' AND c.matter = 'clearance'
       AND jsonb_array_length(coalesce(r.content -> 'gates', '[]'::jsonb)) = 0 THEN
      PERFORM procedure_refuse('帮扶消除要逐项核对关口。');
    END IF;
  WHEN 'announcement' THEN
    IF coalesce(step ->> 'served', '') = 'yes' AND (
         jsonb_typeof(r.content -> 'channels') IS DISTINCT FROM 'array'
         OR (SELECT count(DISTINCT value) FROM jsonb_array_elements_text(r.content -> 'channels')) < 2) THEN
      PERFORM procedure_refuse('书面告知要经两种途径送达。');
    END IF;
  ELSE NULL;
  END CASE;
END $$;

CREATE FUNCTION procedure_check_beside(c procedure_case, r procedure_record) RETURNS void LANGUAGE plpgsql AS $$
DECLARE target text;
BEGIN
  IF r.act NOT IN ('objection', 'answer', 'opinion', 'reply', 'return', 'withdrawal', 'merger', 'recusal', 'transfer',
                   'help_first', 'revocation', 'reopening') THEN
    PERFORM procedure_refuse('这个动作属于某一步，请写明步骤。');
  END IF;
  IF r.act <> 'reopening' AND c.state NOT IN ('open', 'decided') THEN PERFORM procedure_refuse('这件事项已经办结。'); END IF;
  IF r.act IN ('objection', 'answer', 'return', 'withdrawal', 'merger', 'opinion', 'reply') AND c.state <> 'open' THEN
    PERFORM procedure_refuse('已经作出决定；对决定不服的，请另行提出异议复核。');
  END IF;
  CASE r.act
  WHEN 'answer' THEN
    IF c.objections_open = 0 OR NOT EXISTS (
         SELECT 1 FROM procedure_record o WHERE o.case_id = c.id AND o.act = 'objection'
         AND to_jsonb(o.number) = r.content -> 'objection')
       OR EXISTS (SELECT 1 FROM procedure_record a WHERE a.case_id = c.id AND a.act = 'answer'
                  AND a.content -> 'objection' = r.content -> 'objection') THEN
      PERFORM procedure_refuse('没有这一条待答复的异议。');
    END IF;
    IF r.level = 'village' OR r.words_cipher IS NULL THEN PERFORM procedure_refuse('异议由乡镇以上答复，并写明理由。'); END IF;
    PERFORM procedure_refuse_own_hand(c, r, ARRAY['verification', 'appraisal']);
  WHEN 'return' THEN
    target := r.content ->> 'to';
    IF target IS NULL OR NOT target = ANY (c.done) OR r.words_cipher IS NULL THEN
      PERFORM procedure_refuse('退回要写明退到哪一步和理由。');
    END IF;
  WHEN 'withdrawal' THEN
    IF r.level = 'village' OR cardinality(r.evidence) = 0 THEN
      PERFORM procedure_refuse('撤回由乡镇受理，要有农户本人签字或按手印的说明。');
    END IF;
  WHEN 'merger' THEN
    IF r.level = 'village' OR NOT EXISTS (
         SELECT 1 FROM procedure_case o WHERE o.number = r.content ->> 'into' AND o.id <> c.id
         AND o.matter = c.matter AND o.state IN ('open', 'decided', 'closed')) THEN
      PERFORM procedure_refuse('并案要指明还在办或已办结的另一件。');
    END IF;
  WHEN 'reopening' THEN
    IF c.matter <> 'determination' OR c.outcome <> 'refused' OR NOT EXISTS (
         SELECT 1 FROM procedure_case o WHERE o.about_id = c.id AND o.matter = 'objection' AND o.outcome = 'reversed') THEN
      PERFORM procedure_refuse('只有复核撤销了原决定，才能重新办理。');
    END IF;
  WHEN 'transfer' THEN
    IF procedure_number(r.content -> 'place_number') IS NULL THEN PERFORM procedure_refuse('没有写迁入的村。'); END IF;
  WHEN 'recusal' THEN
    IF coalesce(r.content ->> 'who', '') = '' THEN PERFORM procedure_refuse('没有写谁回避。'); END IF;
  WHEN 'help_first' THEN
    IF r.words_cipher IS NULL THEN PERFORM procedure_refuse('先行帮扶要写明什么情况、先给了什么。'); END IF;
  ELSE NULL;
  END CASE;
END $$;

-- Steps before a target, in their order, that were done.
CREATE FUNCTION procedure_done_before(c procedure_case, target text) RETURNS varchar[] LANGUAGE sql AS $$
  SELECT coalesce(array_agg((one.value ->> 'step')::varchar ORDER BY one.ordinality), '{}')
  FROM jsonb_array_elements(c.steps) WITH ORDINALITY one
  WHERE one.ordinality < (SELECT min(t.ordinality) FROM jsonb_array_elements(c.steps) WITH ORDINALITY t
                          WHERE t.value ->> 'step' = target)
    AND one.value ->> 'step' = ANY (c.done)
$$;

CREATE FUNCTION procedure_first_of(c procedure_case, wanted text) RETURNS text LANGUAGE sql AS $$
  SELECT one.value ->> 'step' FROM jsonb_array_elements(c.steps) WITH ORDINALITY one
  WHERE one.value ->> 'act' = wanted ORDER BY one.ordinality LIMIT 1
$$;

-- After a decision some steps have no object: no reasons of refusal for who is included, nothing posted in the village
-- of who is not.
CREATE FUNCTION procedure_not_needed(c procedure_case) RETURNS varchar[] LANGUAGE sql AS $$
  SELECT c.done || coalesce(array_agg((one.value ->> 'step')::varchar ORDER BY one.ordinality), '{}')
  FROM jsonb_array_elements(c.steps) WITH ORDINALITY one
  WHERE NOT one.value ->> 'step' = ANY (c.done) AND CASE
    WHEN c.outcome IN ('included', 'cleared', 'reverted')
      THEN coalesce(one.value ->> 'served', '') = 'yes' AND coalesce(one.value ->> 'skipped_when', '') <> ''
    WHEN c.outcome IN ('refused', 'kept', 'stays_cleared')
      THEN one.value ->> 'act' = 'record'
           OR (one.value ->> 'act' = 'announcement' AND coalesce(one.value ->> 'served', '') <> 'yes')
    ELSE false END
$$;

-- Runs as the owner, because nobody else may change a case.
CREATE FUNCTION procedure_apply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE c procedure_case; step jsonb; target text; following jsonb;
BEGIN
  SELECT * INTO c FROM procedure_case WHERE id = NEW.case_id FOR UPDATE;
  IF NOT FOUND THEN PERFORM procedure_refuse('没有这件事项。'); END IF;
  IF NEW.number <> c.records + 1 THEN
    RAISE EXCEPTION '别人刚刚办过这件事项，请刷新后再看。' USING ERRCODE = 'SW001';
  END IF;
  IF NEW.at > clock_timestamp() + interval '5 minutes' OR NEW.at < coalesce(c.last_at, c.opened_at) THEN
    PERFORM procedure_refuse('办理时间不对：不能早于上一条记录，也不能是将来。');
  END IF;
  IF NEW.actor = ANY (c.recused) AND NEW.act NOT IN ('recusal') THEN
    PERFORM procedure_refuse('您在这件事项里应当回避，请由别人办理。');
  END IF;
  NEW.recorded_at := clock_timestamp();
  IF NEW.step <> '' THEN
    IF NOT (c.state = 'open' OR (c.state = 'decided' AND NEW.act IN ('announcement', 'record', 'skip', 'review'))) THEN
      PERFORM procedure_refuse('这件事项已经办结。');
    END IF;
    step := procedure_turn(c, NEW);
    PERFORM procedure_check_step(c, NEW, step);
    c.done := c.done || NEW.step;
    CASE NEW.act
    WHEN 'authorisation' THEN c.authorised := true;
    WHEN 'appraisal' THEN c.village_agreed := (NEW.content ->> 'agreed')::boolean;
    WHEN 'notice' THEN
      IF c.state = 'open' THEN c.notice_until := (NEW.content ->> 'until')::date; END IF;
    WHEN 'decision' THEN
      c.outcome := NEW.content ->> 'outcome';
      c.state := 'decided'; c.decided_by := NEW.actor; c.decided_at := NEW.at;
      IF c.outcome NOT IN ('refused', 'cleared') THEN c.effective_on := NEW.acted_on; END IF;
    WHEN 'announcement' THEN
      IF c.effective_on IS NULL AND c.state = 'decided' THEN c.effective_on := NEW.acted_on; END IF;
    ELSE NULL;
    END CASE;
    IF c.matter = 'objection' AND NEW.act IN ('recheck', 'review') THEN
      IF coalesce(NEW.content ->> 'outcome', '') NOT IN ('upheld', 'reversed') OR NEW.words_cipher IS NULL
         OR NEW.role = 'system' THEN
        PERFORM procedure_refuse('复核要写维持或撤销，并写明理由。');
      END IF;
      c.outcome := NEW.content ->> 'outcome'; c.state := 'decided'; c.decided_by := NEW.actor; c.decided_at := NEW.at;
    END IF;
    IF c.state = 'decided' THEN c.done := procedure_not_needed(c); END IF;
    IF cardinality(c.done) = jsonb_array_length(c.steps) THEN c.state := 'closed'; END IF;
  ELSE
    PERFORM procedure_check_beside(c, NEW);
    CASE NEW.act
    WHEN 'objection' THEN
      IF c.matter <> 'objection' THEN c.objections_open := c.objections_open + 1; END IF;
    WHEN 'answer' THEN c.objections_open := c.objections_open - 1;
    WHEN 'return' THEN
      c.done := procedure_done_before(c, NEW.content ->> 'to');
      IF NOT coalesce(procedure_first_of(c, 'notice') = ANY (c.done), false) THEN c.notice_until := NULL; END IF;
      IF NOT coalesce(procedure_first_of(c, 'appraisal') = ANY (c.done), false) THEN c.village_agreed := NULL; END IF;
    WHEN 'withdrawal' THEN c.state := 'withdrawn';
    WHEN 'merger' THEN c.state := 'merged';
    WHEN 'recusal' THEN
      c.recused := c.recused || (NEW.content ->> 'who')::varchar;
      c.relative_tagged := c.relative_tagged OR coalesce((NEW.content ->> 'relative')::boolean, false);
    WHEN 'transfer' THEN
      c.place_number := (NEW.content ->> 'place_number')::bigint;
      IF c.state = 'open' THEN
        target := procedure_first_of(c, 'verification');
        c.done := procedure_done_before(c, target);
        c.notice_until := NULL; c.village_agreed := NULL;
      END IF;
    WHEN 'help_first' THEN c.green_channel := true;
    WHEN 'revocation' THEN c.authorised := false;
    WHEN 'reopening' THEN
      target := procedure_first_of(c, 'review');
      c.done := procedure_done_before(c, coalesce(target, procedure_first_of(c, 'decision')));
      IF c.notice_until IS NULL THEN c.done := procedure_done_before(c, procedure_first_of(c, 'notice')); c.village_agreed := NULL; END IF;
      c.state := 'open'; c.outcome := ''; c.effective_on := NULL; c.decided_by := ''; c.decided_at := NULL;
    ELSE NULL;
    END CASE;
  END IF;
  SELECT value INTO following FROM jsonb_array_elements(c.steps) WITH ORDINALITY
    WHERE NOT (value ->> 'step') = ANY (c.done) ORDER BY ordinality LIMIT 1;
  IF c.state NOT IN ('open', 'decided') THEN following := NULL; END IF;
  UPDATE procedure_case SET done = c.done, next_step = coalesce(following ->> 'step', ''),
    next_act = coalesce(following ->> 'act', ''), next_level = coalesce(following ->> 'level', ''), records = NEW.number, due_on = NEW.next_due_on, last_at = NEW.at,
    state = c.state, outcome = c.outcome, decided_by = c.decided_by, decided_at = c.decided_at,
    effective_on = c.effective_on, village_agreed = c.village_agreed, notice_until = c.notice_until,
    objections_open = c.objections_open, authorised = c.authorised, green_channel = c.green_channel,
    relative_tagged = c.relative_tagged, recused = c.recused, place_number = c.place_number
  WHERE id = c.id;
  -- A refusal that was taken back is taken up again at once, so that nobody can forget it.
  IF c.matter = 'objection' AND c.outcome = 'reversed' AND c.state = 'closed' THEN
    INSERT INTO procedure_record (case_id, number, step, act, actor, role, level, unit, at, acted_on, content,
                                  reason_code, evidence)
    SELECT a.id, a.records + 1, '', 'reopening', NEW.actor, NEW.role, NEW.level, NEW.unit, NEW.at, NEW.acted_on,
           jsonb_build_object('objection', c.number), '', '{}'
    FROM procedure_case a WHERE a.id = c.about_id AND a.outcome = 'refused' AND a.state IN ('decided', 'closed');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER procedure_apply BEFORE INSERT ON procedure_record
  FOR EACH ROW EXECUTE FUNCTION procedure_apply();
"""

UNDO = """
DROP FUNCTION procedure_apply() CASCADE;
DROP FUNCTION procedure_open_case() CASCADE;
DROP FUNCTION procedure_keep() CASCADE;
DROP FUNCTION procedure_check_beside(procedure_case, procedure_record);
DROP FUNCTION procedure_check_step(procedure_case, procedure_record, jsonb);
DROP FUNCTION procedure_refuse_own_hand(procedure_case, procedure_record, text[]);
DROP FUNCTION procedure_turn(procedure_case, procedure_record);
DROP FUNCTION procedure_done_before(procedure_case, text);
DROP FUNCTION procedure_not_needed(procedure_case);
DROP FUNCTION procedure_first_of(procedure_case, text);
DROP FUNCTION procedure_number(jsonb);
DROP FUNCTION procedure_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [("procedure", "0001_cases")]
    operations = [migrations.RunSQL(LAW, UNDO)]
