"""Writing cases (办理): each act is one record, in one transaction with its ledger note."""

from shouwang.register.procedure.actions.acts import (
    accept_case,
    announce_case,
    answer_objection,
    file_objection,
    give_authorisation,
    help_first,
    hold_appraisal,
    merge_case,
    post_notice,
    recheck_case,
    register_case,
    return_case,
    review_case,
    revoke_authorisation,
    serve_reasons,
    sign_pledge,
    skip_step,
    transfer_case,
    verify_home,
    withdraw_case,
)
from shouwang.register.procedure.actions.begin import FrozenProcedure, begin_case
from shouwang.register.procedure.actions.enquire import answer_enquiry, ask_departments, close_comparison
from shouwang.register.procedure.actions.enter import NotNow, QuickerElsewhere, enter_record
from shouwang.register.procedure.actions.evidence import keep_evidence
from shouwang.register.procedure.actions.kin import declare_kin, end_kin, recuse

__all__ = [
    "FrozenProcedure",
    "NotNow",
    "QuickerElsewhere",
    "accept_case",
    "announce_case",
    "answer_enquiry",
    "answer_objection",
    "ask_departments",
    "begin_case",
    "close_comparison",
    "declare_kin",
    "end_kin",
    "enter_record",
    "file_objection",
    "give_authorisation",
    "help_first",
    "hold_appraisal",
    "keep_evidence",
    "merge_case",
    "post_notice",
    "recheck_case",
    "recuse",
    "register_case",
    "return_case",
    "review_case",
    "revoke_authorisation",
    "serve_reasons",
    "sign_pledge",
    "skip_step",
    "transfer_case",
    "verify_home",
    "withdraw_case",
]
