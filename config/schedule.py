"""What runs by itself and how often; one beat process sends it (config/celery.py).

Intervals in seconds, crontabs in UTC: 17:00 is midnight in Viet Nam.
"""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "parse deliveries left behind": {"task": "cameras.tasks.sweep_deliveries", "schedule": 20.0},
    "end groups of pictures": {"task": "cameras.tasks.close_groups", "schedule": 3.0},
    "watch over the devices": {
        "task": "cameras.tasks.watch_devices",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old heartbeats": {
        "task": "cameras.tasks.forget_health_reports",
        "schedule": 24 * 3600.0,
    },
    "chain the custody log": {"task": "cameras.tasks.chain_custody", "schedule": 5.0},
    "sign the custody log": {"task": "cameras.tasks.sign_custody", "schedule": 600.0},
    "show the signed log to witnesses": {
        "task": "cameras.tasks.show_checkpoint",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # Does nothing but once a night, and then in short turns, so that no worker is held for long.
    "compare stored bytes with their hashes": {
        "task": "cameras.tasks.rehash_evidence",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "open cases for detections": {"task": "violations.tasks.claim_detections", "schedule": 3.0},
    "make due reviews final": {"task": "violations.tasks.finalise_reviews", "schedule": 5.0},
    "ask the register again": {"task": "violations.tasks.sweep_owners", "schedule": 30.0},
    "render papers left behind": {"task": "notices.tasks.sweep_rendering", "schedule": 20.0},
    "join print runs left behind": {"task": "notices.tasks.sweep_print_runs", "schedule": 20.0},
    "settle silent payments": {"task": "citizens.tasks.mop_up_payments", "schedule": 60.0},
    "order approved refunds": {"task": "citizens.tasks.send_refunds", "schedule": 60.0},
    "close what was paid": {"task": "violations.tasks.close_paid", "schedule": 60.0},
    "go on with recalls": {
        "task": "violations.tasks.run_recalls",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    # A run that waits for a slow agency must not find a heap of runs behind it: they expire.
    "tell other agencies": {
        "task": "violations.tasks.send_agency_messages",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    # In the night of Viet Nam, a batch at a time.
    "finish interrupted disposals": {
        "task": "cameras.tasks.finish_removals",
        "schedule": crontab(hour="17", minute="50"),
    },
    "dispose of what is due": {
        "task": "cameras.tasks.dispose_evidence",
        "schedule": crontab(hour="18-20", minute="*/5"),
        "options": {"expires": 240},
    },
    "close the days that ended": {"task": "violations.tasks.daily_sweep", "schedule": 3600.0},
    # In the night of Viet Nam, once the day's answers are all in.
    "look at more where accuracy fell": {
        "task": "violations.tasks.raise_sampling",
        "schedule": crontab(hour="17", minute="20"),
    },
    # A code is waited for at the screen; a run that finds another one at work must not heap up.
    "send one-time codes": {
        "task": "citizens.tasks.send_inbox_codes",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "tell owners of watched vehicles": {
        "task": "citizens.tasks.send_alerts",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "make copies of personal data": {
        "task": "citizens.tasks.make_data_copies",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "tell people named as drivers": {
        "task": "citizens.tasks.tell_people_named",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # Does nothing out of the working hours of Viet Nam.
    "remind of appointments": {
        "task": "citizens.tasks.remind_of_appointments",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # In the night of Viet Nam, a batch at a time, beside the disposal of evidence.
    "erase what people wrote": {
        "task": "citizens.tasks.erase_what_was_written",
        "schedule": crontab(hour="18-20", minute="2-57/5"),
        "options": {"expires": 240},
    },
    "send papers electronically": {
        "task": "notices.tasks.send_electronic",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "send on paper what nobody opened": {
        "task": "notices.tasks.send_unopened_on_paper",
        "schedule": 1800.0,
    },
    "forget expired counters": {"task": "citizens.tasks.forget_expired", "schedule": 600.0},
    "tell partners": {
        "task": "citizens.tasks.send_webhooks",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "forget old calls of partners": {
        "task": "citizens.tasks.forget_api_uses",
        "schedule": crontab(hour="19", minute="40"),
    },
    # Every night: does nothing but after a month has ended in Viet Nam, or was missed.
    "publish open figures": {
        "task": "citizens.tasks.publish_figures",
        "schedule": crontab(hour="18", minute="10"),
    },
}
