"""The law of a case, told once more in Python and from scratch: what a history of records makes of a case, or why it cannot be.

Written from the procedures and DESIGN §9, not from the trigger; the walks compare the two after every record.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

NO = ("refused", "cleared")
YES = ("included", "cleared", "reverted")
HANDS = {
    "review": {"verification", "appraisal", "notice", "recheck", "pledge"},
    "decision": {"verification", "appraisal", "notice", "review", "pledge", "decision", "record"},
}


class Illegal(Exception):
    """A record that the law does not allow."""


@dataclass
class State:
    """Where a case stands."""

    steps: list[dict[str, Any]]
    done: list[str] = field(default_factory=list)
    state: str = "open"
    outcome: str = ""
    authorised: bool = False
    agreed: bool | None = None
    notice_until: date | None = None
    open_objections: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    recused: set[str] = field(default_factory=set)
    hands: list[tuple[str, str]] = field(default_factory=list)
    posted: bool = False

    def index(self, name: str) -> int:
        return [step["step"] for step in self.steps].index(name)

    def first(self, act: str) -> int:
        return [step["act"] for step in self.steps].index(act)


def take(state: State, record: dict[str, Any]) -> State:
    """The case after one more record. Raises Illegal."""
    if record["actor"] in state.recused and record["act"] != "recusal":
        raise Illegal("recused")
    if record["step"]:
        _step(state, record)
    else:
        _beside(state, record)
    state.hands.append((record["actor"], record["act"]))
    return state


def _step(state: State, record: dict[str, Any]) -> None:
    step = _in_turn(state, record)
    _CHECKS.get(record["act"], _nothing)(state, record, step)
    state.done.append(record["step"])
    _consequence(state, record)
    if state.state == "decided":
        needless = [left["step"] for left in state.steps if _needless(state.outcome, left)]
        state.done += [name for name in needless if name not in state.done]
    if len(state.done) == len(state.steps):
        state.state = "closed"


def _in_turn(state: State, record: dict[str, Any]) -> dict[str, Any]:
    late = {"announcement", "record", "skip", "review"}
    if state.state != "open" and not (state.state == "decided" and record["act"] in late):
        raise Illegal("over")
    names = [step["step"] for step in state.steps]
    if record["step"] not in names or record["step"] in state.done:
        raise Illegal("unknown or done")
    step = state.steps[names.index(record["step"])]
    for before in state.steps[: names.index(record["step"])]:
        together = before.get("together_with") == step["step"] or step.get("together_with") == before["step"]
        if before["step"] not in state.done and not together:
            raise Illegal("before its turn")
    if record["act"] not in ("skip", step["act"]):
        raise Illegal("another act")
    levels = {"household": {"village", "township", "county"}, "village": {"village", "township"}}
    if record["level"] not in levels.get(step["level"], {step["level"]}):
        raise Illegal("level")
    return step


def _consequence(state: State, record: dict[str, Any]) -> None:
    content = record["content"]
    if record["act"] == "authorisation":
        state.authorised = True
    elif record["act"] == "appraisal":
        state.agreed = content["agreed"]
    elif record["act"] == "notice":
        state.notice_until, state.posted = date.fromisoformat(content["until"]), True
    elif record["act"] == "decision":
        state.outcome, state.state = content["outcome"], "decided"


def _needless(outcome: str, step: dict[str, Any]) -> bool:
    served = step.get("served") == "yes"
    if outcome in YES:
        return served and bool(step.get("skipped_when"))
    return step["act"] == "record" or (step["act"] == "announcement" and not served)


def _nothing(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    return


def _skip(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if not step.get("skipped_when") and not (step["act"] == "notice" and state.agreed is False):
        raise Illegal("not to be skipped")
    if not record["reason_code"]:
        raise Illegal("no reason")
    if step["act"] == "announcement" and step.get("served") == "yes" and state.outcome in ("refused", "upheld", "kept"):
        raise Illegal("must be told")


def _authorisation(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if not record["content"].get("scope") or not record["content"].get("valid_until"):
        raise Illegal("scope and end")


def _comparison(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if not state.authorised:
        raise Illegal("not authorised")


def _verification(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if len(set(record["content"].get("verifiers", []))) < 2:
        raise Illegal("two people")
    if date.fromisoformat(record["content"]["visited_on"]) > record["acted_on"]:
        raise Illegal("visit to come")


def _appraisal(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    eligible, present, agree, against = (record["content"][n] for n in ("eligible", "present", "agree", "against"))
    if not eligible or present > eligible or agree + against > present:
        raise Illegal("counts")
    if present < eligible * step["limits"]["present"]["value"]:
        raise Illegal("quorum")
    if record["content"]["agreed"] != (agree > present * step["limits"]["agree"]["value"]):
        raise Illegal("not what was voted")


def _notice(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if state.agreed is False:
        raise Illegal("the village said no")
    begins, ends = (date.fromisoformat(record["content"][name]) for name in ("from", "until"))
    if begins < record["acted_on"] or (ends - begins).days < step["limits"]["notice"]["value"]:
        raise Illegal("too short")
    if not record["content"].get("sheet"):
        raise Illegal("no sheet")


def _own_hand(state: State, record: dict[str, Any]) -> None:
    if any(actor == record["actor"] and act in HANDS[record["act"]] for actor, act in state.hands):
        raise Illegal("own hand")


def _review(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    _own_hand(state, record)
    if state.open_objections or (state.notice_until and state.notice_until > record["acted_on"]):
        raise Illegal("notice not over")
    if record["content"].get("opinion") not in ("agree", "disagree") or not record["words_cipher"]:
        raise Illegal("no opinion")


def _decision(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    _own_hand(state, record)
    outcome = record["content"].get("outcome")
    if record["role"] == "system" or state.open_objections:
        raise Illegal("a person, and nothing open")
    over = state.posted and state.notice_until is not None and state.notice_until <= record["acted_on"]
    if outcome in YES and not over:
        raise Illegal("no notice")
    if outcome not in ("included", "refused") or not record["reason_code"] or not record["words_cipher"]:
        raise Illegal("no ground")
    if not record["content"].get("snapshot") or (outcome in NO and not record["evidence"]):
        raise Illegal("no evidence")


def _announcement(state: State, record: dict[str, Any], step: dict[str, Any]) -> None:
    if step.get("served") == "yes" and len(set(record["content"].get("channels", []))) < 2:
        raise Illegal("two ways")


_CHECKS = {
    "skip": _skip,
    "authorisation": _authorisation,
    "comparison": _comparison,
    "verification": _verification,
    "appraisal": _appraisal,
    "notice": _notice,
    "review": _review,
    "decision": _decision,
    "announcement": _announcement,
}


def _beside(state: State, record: dict[str, Any]) -> None:
    act, content = record["act"], record["content"]
    if act not in _BESIDE:
        raise Illegal("belongs to a step")
    if state.state not in ("open", "decided"):
        raise Illegal("over")
    if act in ("objection", "answer", "return", "withdrawal", "opinion", "reply") and state.state != "open":
        raise Illegal("decided")
    _BESIDE[act](state, record, content)


def _objection(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    state.open_objections.add(record["number"])


def _answer(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if content.get("objection") not in state.open_objections:
        raise Illegal("no such objection")
    if record["level"] == "village" or not record["words_cipher"]:
        raise Illegal("township, with words")
    if any(actor == record["actor"] and act in ("verification", "appraisal") for actor, act in state.hands):
        raise Illegal("own hand")
    state.open_objections.discard(content["objection"])


def _return(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if content.get("to") not in state.done or not record["words_cipher"]:
        raise Illegal("where to, and why")
    _back_to(state, state.index(content["to"]))


def _back_to(state: State, place: int) -> None:
    before = [step["step"] for step in state.steps[:place]]
    state.done = [name for name in before if name in state.done]
    if state.steps[state.first("notice")]["step"] not in state.done:
        state.notice_until = None
    if state.steps[state.first("appraisal")]["step"] not in state.done:
        state.agreed = None


def _withdrawal(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if record["level"] == "village" or not record["evidence"]:
        raise Illegal("township, signed")
    state.state = "withdrawn"


def _recusal(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if not content.get("who"):
        raise Illegal("who")
    state.recused.add(content["who"])


def _transfer(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if not content.get("place_number"):
        raise Illegal("where")
    if state.state == "open":
        _back_to(state, state.first("verification"))
        state.notice_until, state.agreed = None, None


def _help_first(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    if not record["words_cipher"]:
        raise Illegal("what was given")


def _revocation(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    state.authorised = False


def _reopening(state: State, record: dict[str, Any], content: dict[str, Any]) -> None:
    raise Illegal("only a recheck reopens")  # no objection case exists in the walks


_BESIDE = {
    "objection": _objection,
    "answer": _answer,
    "return": _return,
    "withdrawal": _withdrawal,
    "recusal": _recusal,
    "transfer": _transfer,
    "help_first": _help_first,
    "revocation": _revocation,
    "opinion": lambda *_: None,
    "reply": lambda *_: None,
    "reopening": _reopening,
}
