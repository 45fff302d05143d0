"""What holds for every clearance, whoever writes and however.

The gates that a decision looks at are frozen with the case: none may be left out, none that is unmet may be passed, and
one that nobody could tell only on the word of another person with evidence. The register is marked after the household
was told on two ways (SAFETY E-06), and the step that says so cannot be taken without the mark.
"""

from django.db import migrations

LAW = r"""
CREATE FUNCTION clearance_deciding(c procedure_case) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT value FROM jsonb_array_elements(c.steps) WHERE value ->> 'act' = 'decision' LIMIT 1
$$;

-- A clearance begins with the gates that its decision will have to look at.
CREATE FUNCTION clearance_open_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gates jsonb;
BEGIN
  gates := coalesce(clearance_deciding(NEW) -> 'gates', '[]'::jsonb);
  IF jsonb_typeof(gates) <> 'array' OR jsonb_array_length(gates) = 0 THEN
    PERFORM procedure_refuse('没有带上要核对的关口，不能开办风险消除。');
  END IF;
  IF NEW.matter = 'clearance' AND NOT gates @> '[{"gate": "labour_present"}]' THEN
    PERFORM procedure_refuse('整户没有劳动力的不消除，关口里不能缺这一项。');
  END IF;
  IF NEW.matter = 'natural_clearance' AND coalesce(clearance_deciding(NEW) ->> 'reason', '') = '' THEN
    PERFORM procedure_refuse('自然消除要写明原因。');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER clearance_open_case BEFORE INSERT ON procedure_case FOR EACH ROW
  WHEN (NEW.matter IN ('clearance', 'natural_clearance')) EXECUTE FUNCTION clearance_open_case();

-- What a person established of a gate: the newest word holds. It is not the word of who decides.
CREATE FUNCTION clearance_established(of_case bigint, of_gate text, decider text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT holds AND confirmed_by <> decider FROM clearance_confirmation
  WHERE case_id = of_case AND gate = of_gate ORDER BY id DESC LIMIT 1
$$;

CREATE FUNCTION clearance_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c procedure_case; deciding jsonb; frozen jsonb; said jsonb;
BEGIN
  SELECT * INTO c FROM procedure_case WHERE id = NEW.case_id;
  IF NOT FOUND OR c.matter NOT IN ('clearance', 'natural_clearance') THEN RETURN NEW; END IF;
  deciding := clearance_deciding(c);
  IF NEW.act = 'decision' AND NEW.content ->> 'outcome' = 'cleared' THEN
    IF c.matter = 'natural_clearance' AND NEW.reason_code IS DISTINCT FROM deciding ->> 'reason' THEN
      PERFORM procedure_refuse('自然消除的理由要与开办时的原因一致。');
    END IF;
    FOR frozen IN SELECT value FROM jsonb_array_elements(deciding -> 'gates') LOOP
      SELECT value INTO said FROM jsonb_array_elements(coalesce(NEW.content -> 'gates', '[]'::jsonb))
        WHERE value ->> 'gate' = frozen ->> 'gate' ORDER BY value ->> 'met' = 'yes' LIMIT 1;
      IF said IS NULL THEN
        PERFORM procedure_refuse(format('“%s”还没有核对，不能消除风险。', frozen ->> 'title'));
      END IF;
      IF coalesce(said ->> 'met', '') NOT IN ('yes', 'confirmed') THEN
        PERFORM procedure_refuse(format('“%s”没有满足，不能消除风险。', frozen ->> 'title'));
      END IF;
      IF said ->> 'met' = 'confirmed' AND clearance_established(c.id, frozen ->> 'gate', NEW.actor) IS NOT TRUE THEN
        PERFORM procedure_refuse(format('“%s”要由审定人以外的人带着证据核实。', frozen ->> 'title'));
      END IF;
    END LOOP;
  END IF;
  IF NEW.act = 'record' AND c.outcome = 'cleared' THEN
    IF EXISTS (SELECT 1 FROM procedure_case o WHERE o.about_id = c.id AND o.matter = 'objection'
               AND o.state IN ('open', 'decided')) THEN
      PERFORM procedure_refuse('农户对这个决定提出了异议，复核完再标注。');
    END IF;
    IF EXISTS (SELECT 1 FROM procedure_case o WHERE o.about_id = c.id AND o.outcome = 'reversed') THEN RETURN NEW; END IF;
    IF jsonb_typeof(NEW.content -> 'channels') IS DISTINCT FROM 'array'
       OR (SELECT count(DISTINCT value) FROM jsonb_array_elements_text(NEW.content -> 'channels')) < 2 THEN
      PERFORM procedure_refuse('标注以前要经两种途径告知农户。');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM households_monitoring p
                   WHERE p.household_id = c.household_id AND p.ended_by = c.number) THEN
      PERFORM procedure_refuse('请用“标注风险消除”办理这一步。');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER clearance_law BEFORE INSERT ON procedure_record FOR EACH ROW
  WHEN (NEW.act IN ('decision', 'record')) EXECUTE FUNCTION clearance_law();

CREATE FUNCTION clearance_confirm() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c procedure_case;
BEGIN
  SELECT * INTO c FROM procedure_case WHERE id = NEW.case_id;
  IF NOT FOUND OR c.state <> 'open' THEN PERFORM procedure_refuse('这件事项不能再核实关口。'); END IF;
  IF NOT coalesce(clearance_deciding(c) -> 'gates', '[]'::jsonb)
         @> jsonb_build_array(jsonb_build_object('gate', NEW.gate)) THEN
    PERFORM procedure_refuse('这件事项没有这个关口。');
  END IF;
  IF NEW.confirmed_by = ANY (c.recused) THEN PERFORM procedure_refuse('您在这件事项里应当回避，请由别人办理。'); END IF;
  IF NOT EXISTS (SELECT 1 FROM procedure_evidence e WHERE e.case_id = c.id AND e.sha256 = NEW.sha256) THEN
    PERFORM procedure_refuse('核实关口要附证据，请先上传到这件事项。');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER clearance_confirm BEFORE INSERT ON clearance_confirmation
  FOR EACH ROW EXECUTE FUNCTION clearance_confirm();
CREATE TRIGGER clearance_keep BEFORE UPDATE OR DELETE ON clearance_confirmation
  FOR EACH ROW EXECUTE FUNCTION procedure_keep();
CREATE TRIGGER clearance_keep BEFORE UPDATE OR DELETE ON clearance_follow_up
  FOR EACH ROW EXECUTE FUNCTION procedure_keep();
"""

UNDO = """
DROP TRIGGER clearance_keep ON clearance_follow_up;
DROP TRIGGER clearance_keep ON clearance_confirmation;
DROP FUNCTION clearance_confirm() CASCADE;
DROP FUNCTION clearance_law() CASCADE;
DROP FUNCTION clearance_established(bigint, text, text);
DROP FUNCTION clearance_open_case() CASCADE;
DROP FUNCTION clearance_deciding(procedure_case);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0001_tables"),
        ("procedure", "0002_law"),
        ("households", "0005_periods_so_far"),
    ]
    operations = [migrations.RunSQL(LAW, UNDO)]
