"""Every page of the officers' rooms, who opens it, and what is no page and why.

``stage`` names the page's address after its view; an address with an object in it is found by the
stage (``tests.browser.furnishing``). A view in neither list fails ``test_every_staff_page``.
"""

from __future__ import annotations

# View -> who opens it. The address is the view's own: it names no object.
OPEN = {
    "home": "ngoc",
    "own_figures": "bao",
    "review_history": "bao",
    "adjudications": "vinh",
    "board": "vinh",
    "quality": "vinh",
    "known_cases": "vinh",
    "people": "quantri",
    "people_join": "quantri",
    "recoveries": "quantri",
    "emergency": "vinh",
    "audit": "thu",
    "signing": "ngoc",
    "post_room": "hoa",
    "post_returns": "hoa",
    "post_ranges": "hoa",
    "post_envelopes": "hoa",
    "post_shift": "hoa",
    "postal_statuses": "hoa",
    "confirmations": "bao",
    "deliveries": "bao",
    "post_reprints": "vinh",
    "review_preference": "bao",
    "recalls": "vinh",
    "recall_new": "vinh",
}
# View -> who opens it. The stage finds an object for the address.
OF_AN_OBJECT = {
    "redact": "bao",
    "case": "bao",
    "session": "bao",
    "case_act": "bao",
    "person": "quantri",
    "signing_draft": "ngoc",
    "signing_batch": "ngoc",
    "adjudication": "vinh",
    "recall": "minh",
    "confirmation": "bao",
    "session_evidence": "bao",
    "post_run": "long",
    "post_scan": "long",
    "post_reprint": "long",
    "post_returned": "long",
}
# Pages of the citizens' app in the officers' rooms, by the name of their address.
OF_THE_BOOKS = {
    "desk:lines": "kim",
    "desk:line": "kim",
    "desk:statements": "kim",
    "desk:counter": "kim",
    "desk:claims": "kim",
    "desk:refunds": "kim",
    "desk:report": "kim",
}
# Pages beside them that name no object; those of an object are played where people write.
BESIDE_THE_BOOKS = {
    "submissions:waiting": "bao",
    "drivers:list": "bao",
    "drivers:slots": "bao",
    "partner_desk:partners": "quantri",
}
BOOKS_NO_PAGE = frozenset(
    {
        "match",
        "check",
        "unmatch",
        "voucher",
        "claim_answer",
        "refund_ask",
        "refund_approve",
        "refund_refuse",
        "refund_complete",
        "report_csv",
    }
)
# Pages that look otherwise later in their story: view and moment -> who opens it.
AGAIN = {
    "recall finished": "duc",
    "recalls with-both": "duc",
    "board paused": "duc",
    "post_returned on-its-way": "long",
}
# View -> who opens it; a number of the board leads there.
BY_THE_BOARD = {"board_cases": "vinh"}
# Views of violations.urls that no walk may open.
ELSEWHERE = {
    "review": "test_main_road.py and test_review.py look at it: opening it takes a case",
    "delivery": "test_delivery_in_person.py: somebody must have set out with a paper",
}
# Views of violations.urls that answer no GET, lead elsewhere, or send a file or a part of a page.
NO_PAGE = frozenset(
    {
        "review_decide",
        "review_undo",
        "review_plate",
        "review_register",
        "review_pause",
        "review_ahead",
        "review_beat",
        "review_later",
        "review_withdraw",
        "board_capacity",
        "board_pause",
        "board_resume",
        "board_lease",
        "known_choose",
        "known_retire",
        "evidence",
        "thumbnail",
        "citizen_copy",
        "redacted_copy",
        "film",
        "case_root",
        "evidence_pack",
        "session_document",
        "session_signature",
        "paper",
        "person_session",
        "person_act",
        "recovery_approve",
        "recovery_refuse",
        "emergency_open",
        "emergency_end",
        "emergency_note",
        "audit_draw",
        "signing_pdf",
        "signing_sign",
        "signing_return",
        "signing_batch_make",
        "signing_batch_sign",
        "signing_batch_give_up",
        "signing_batch_leave_out",
        "signing_batch_return",
        "post_make_run",
        "post_file",
        "post_assemble",
        "post_printed",
        "begin_delivery",
        "confirm_chosen",
        "confirmation_confirm",
        "confirmation_decline",
        "review_keys_switch",
        "post_give_up",
        "post_take_back",
        "post_close",
        "post_copy",
        "post_make_again",
        "post_try_next",
        "delivery_photograph",
        "post_envelope",
        "post_range_end",
        "post_envelope_sheet",
        "recall_new_csv",
        "recall_approve",
        "recall_letters",
        "recall_refuse",
        "recall_again",
        "recall_csv",
        "recall_json",
    }
)

# Pages of the admin that belong to no model's list, row or form.
ADMIN_PAGES = {
    "cameras_device_map": "tuan",
    "cameras_device_map_province": "tuan",
    "cameras_device_health": "tuan",
    "cameras_device_profile": "tuan",
}
ADMIN_NO_PAGE = frozenset(
    {
        "index",  # leads to the workbench
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "autocomplete",
        "jsi18n",
        "view_on_site",
        "app_list",
        "cameras_delivery_raw",
        "cameras_detection_picture",
        "cameras_detection_decide",
        "cameras_detection_release_of_device",
        "cameras_device_act",
        "cameras_device_propose",
        "cameras_device_approve",
        "cameras_legalhold_place",
        "cameras_legalhold_lift",
    }
)
# Models of the sign-in library: no role may read them, the pages of a person's account stand for them.
NOBODY_READS = frozenset({"account_emailaddress", "mfa_authenticator", "usersessions_usersession"})
# Who is asked first for a list of the admin; the first who may read it opens it.
READERS = ("thu", "quantri", "tuan", "vinh", "ngoc", "bao", "hoa")
