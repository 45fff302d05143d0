"""Writing staff (管理人员与岗位). The ledger stands above this module: a surface notes there what it does here."""

from shouwang.register.staff.actions.accounts import (
    AccountRefused,
    invite_person,
    open_account,
    open_machine_account,
    renew_secret,
    replace_password,
    resume_account,
    suspend_account,
)
from shouwang.register.staff.actions.guide import mark_guide
from shouwang.register.staff.actions.posts import (
    IncompatiblePosts,
    PostRefused,
    UnknownPlace,
    appoint,
    end_post,
    grant_post,
    withdraw_post,
)
from shouwang.register.staff.actions.remind import prepare_reminder, send_reminders
from shouwang.register.staff.actions.second_factor import (
    WrongCode,
    accept_code,
    enrol_second_factor,
    factor_address,
    new_factor_key,
)
from shouwang.register.staff.actions.sent_forms import answer_form, claim_form, forget_forms, release_form
from shouwang.register.staff.actions.sign_in import (
    clear_attempts,
    count_attempt,
    hold_session,
    remember_sign_in,
)

__all__ = [
    "AccountRefused",
    "IncompatiblePosts",
    "PostRefused",
    "UnknownPlace",
    "WrongCode",
    "accept_code",
    "answer_form",
    "appoint",
    "claim_form",
    "clear_attempts",
    "count_attempt",
    "end_post",
    "enrol_second_factor",
    "factor_address",
    "forget_forms",
    "grant_post",
    "hold_session",
    "invite_person",
    "mark_guide",
    "new_factor_key",
    "open_account",
    "open_machine_account",
    "prepare_reminder",
    "release_form",
    "remember_sign_in",
    "renew_secret",
    "replace_password",
    "resume_account",
    "send_reminders",
    "suspend_account",
    "withdraw_post",
]
