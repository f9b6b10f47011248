"""Every row of the gateway's contract has a test of that name, and every test named here is there."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CALLERS, LOTS, SESSION, HOUSE = (f"integration/gateway_rest/test_{noun}.py" for noun in ("callers", "lots", "session", "house"))
WS, TRACES = "integration/test_gateway_ws.py", "integration/test_gateway_traces.py"
MONEY, FINDING, SWITCHES = (
    "integration/test_gateway_money.py",
    "integration/test_gateway_finding.py",
    "integration/test_gateway_switches.py",
)
SIGNED, ANSWERS, CLOSES = (
    "integration/test_gateway_countersign.py",
    "integration/test_gateway_answers.py",
    "integration/test_gateway_closes.py",
)
UNIT = "unit/bidwright_gateway"
ROWS = {
    "1 one origin for REST, WebSocket, page and config": (CALLERS, "test_open_paths_need_no_token"),
    "1 only /ws": (WS, "test_other_paths_are_refused"),
    "1 bodies over 1 MiB are 413": (CALLERS, "test_long_body_without_length_is_refused"),
    "1 frames over 1 MiB close with 1009": (WS, "test_frame_over_the_limit_closes_with_1009"),
    "1 connections are limited with 1008, failed ones only": ("security/test_s21_limits.py", "test_bad_tokens_over_the_websocket"),
    "1 reconnecting every 5 s is never too often": (TRACES, "test_5_1_reconnects_for_ever"),
    "1 repeated slashes": (CALLERS, "test_repeated_slashes_are_tolerated"),
    "1 unknown path": (CALLERS, "test_unknown_paths_have_the_envelope"),
    "1.1 preflight": (CALLERS, "test_preflight_of_an_extension"),
    "1.1 own origin": (CALLERS, "test_own_origin_may_call"),
    "1.1 any other origin": (CALLERS, "test_foreign_origin_is_refused_without_cors"),
    "1.1 origins of the list": (f"{UNIT}/test_origins.py", "test_known_hosts_pass"),
    "1.1 the WebSocket's Origin": (WS, "test_foreign_origin_is_refused"),
    "1.2 security headers": (CALLERS, "test_security_headers"),
    "1.3 bare and Bearer": (CALLERS, "test_bare_and_bearer_tokens_open"),
    "1.3 refusal": (CALLERS, "test_another_token_does_not"),
    "1.3 open paths": (CALLERS, "test_open_paths_need_no_token"),
    "1.3 dev-token beyond loopback": ("security/test_s01_loopback.py", "test_everybody_knows_dev_token"),
    "1.4 under /api": (CALLERS, "test_api_limit_and_its_headers"),
    "1.4 under /api/auth": (CALLERS, "test_auth_limit_counts_failures_of_posts_only"),
    "1.4 bids": (CALLERS, "test_bid_limit_is_per_lot"),
    "1.5 envelope": (CALLERS, "test_bad_bodies_are_told"),
    "1.6 what is hashed": (SIGNED, "test_raw_and_compact_bodies_are_right"),
    "1.6 no body": (SIGNED, "test_no_body"),
    "1.6 where required": (SIGNED, "test_a_bid_must_be_signed"),
    "1.6 bad signatures": (SIGNED, "test_wrong_signatures"),
    "1.6 replay": (SIGNED, "test_the_same_again_is_refused"),
    "1.6 without a secret": (SIGNED, "test_without_a_secret_it_does_not_start"),
    "2.1 auction": (f"{UNIT}/test_shape.py", "test_before_the_first_read_data_is_null_and_config_is_not"),
    "2.1 end and removal are told": (WS, "test_close_is_told_exactly_once"),
    "2.2 configs": (LOTS, "test_wrong_configs_are_refused_and_nothing_is_watched"),
    "2.2 both shapes": (LOTS, "test_put_config_takes_both_shapes"),
    "2.3 words by caller": (LOTS, "test_strategy_words_follow_the_caller"),
    "3.1 list": (TRACES, "test_5_2_at_page_load"),
    "3.2 one lot": (LOTS, "test_get_lot_asks_the_site"),
    "3.2 unknown or away": (LOTS, "test_get_unknown_lot_and_site_down"),
    "3.2 what is no id": (LOTS, "test_a_lot_id_that_is_none"),
    "3.3 monitor": (LOTS, "test_monitor_reads_the_lot_first"),
    "3.3 again": (LOTS, "test_monitor_again_is_a_conflict"),
    "3.4 stop and delete": (LOTS, "test_stop_is_idempotent_and_delete_is_not"),
    "3.5 clear": (LOTS, "test_clear_lets_all_go"),
    "3.6 config": (LOTS, "test_put_config_of_an_unknown_lot"),
    "3.7 bids": (TRACES, "test_3_7_bid_history_without_bids"),
    "3.8 bid": (WS, "test_bid_that_fails_says_why"),
    "3.8 limits": (WS, "test_bid_over_a_limit_is_refused"),
    "3.8 in doubt": (WS, "test_a_bid_whose_outcome_stays_unknown_is_in_doubt"),
    "3.9 cookies": (SESSION, "test_cookie_sync_refuses"),
    "3.9 long jar": (TRACES, "test_5_1_a_long_jar"),
    "3.9 never logged": (SESSION, "test_cookies_are_never_shown_or_logged"),
    "3.10 validate": (SESSION, "test_validate_never_bids"),
    "3.11 status of the session": (SESSION, "test_auth_status_means_the_last_check"),
    "3.12 status": (HOUSE, "test_status_is_for_test_connection"),
    "3.13 settings": (HOUSE, "test_settings_are_kept_nested"),
    "3.14 features": (HOUSE, "test_features_report_what_is_in_force"),
    "3.15 breaker": (HOUSE, "test_breaker_is_shown"),
    "3.16 queue": (HOUSE, "test_a_service_that_is_away_is_told"),
    "3.17 refresh": (LOTS, "test_refresh_once_in_five_seconds"),
    "3.18 hot deals": (FINDING, "test_a_deal_has_the_shape_of_the_contract"),
    "3.18 none": (FINDING, "test_nothing_found"),
    "3.18 failure": (FINDING, "test_a_failure_is_told_and_not_remembered"),
    "3.19 config": (HOUSE, "test_config_names_this_origin"),
    "3.20 API browser": (CALLERS, "test_open_paths_need_no_token"),
    "3.21 health": (HOUSE, "test_health_names_missing_services"),
    "3.21 live and ready": (ANSWERS, "test_while_redis_is_away"),
    "3.22 metrics": (HOUSE, "test_metrics_have_the_known_names"),
    "4.1 order on connect": (WS, "test_order_on_connect"),
    "4.2 authenticate": (WS, "test_five_wrong_tokens_close"),
    "4.2 ping": (WS, "test_ping_needs_none"),
    "4.2 subscribe, unsubscribe": (TRACES, "test_4_2_subscribe_and_unsubscribe"),
    "4.2 startMonitoring": (WS, "test_start_answers_at_once_then_tells_all"),
    "4.2 a watched lot": (WS, "test_start_of_a_watched_lot_is_success_false"),
    "4.2 stopMonitoring": (WS, "test_stop_of_an_unknown_lot_is_success_false"),
    "4.2 updateConfig": (WS, "test_update_config_changes_only_what_is_named"),
    "4.2 placeBid": (WS, "test_bid_is_followed_to_its_outcome"),
    "4.2 anything else": (WS, "test_unknown_requests_are_answered"),
    "4.2 errors": (WS, "test_what_is_no_message"),
    "4.3 refused starts are errors": (WS, "test_refused_start_is_an_error"),
    "4.4 notification": (TRACES, "test_5_1_a_notification_is_shown_by_its_message"),
    "4.4 countdown": ("integration/test_gateway_resume.py", "test_a_countdown_is_only_for_the_existing_protocol"),
    "4.5 extension": (TRACES, "test_4_5_extension"),
    "4.5 dashboard": (TRACES, "test_4_5_dashboard"),
    "5.1 address": (TRACES, "test_5_1_the_websocket_is_the_base_address_and_ws"),
    "5.1 cookie sync": (TRACES, "test_5_1_no_cookies_at_all"),
    "5.1 start default": (TRACES, "test_5_1_a_start_without_panel_values_is_refused"),
    "5.1 metadata": (TRACES, "test_5_1_the_metadata_that_it_sends"),
    "5.2 on": (TRACES, "test_5_2_turned_on"),
    "5.2 Max Bid, pills, toggle": (TRACES, "test_5_2_changes"),
    "5.2 unmonitored": (TRACES, "test_5_2_a_change_of_an_unwatched_lot"),
    "5.2 off": (TRACES, "test_5_2_turned_off"),
    "5.2 ended": (TRACES, "test_5_2_ended_is_never_a_guess"),
    "5.3 popup": (CALLERS, "test_open_paths_need_no_token"),
    "5.4 test connection": (HOUSE, "test_status_is_for_test_connection"),
    "6 stop": (WS, "test_stop_tells_the_new_list"),
    "8.1 times at send": (ANSWERS, "test_the_list_tells_the_time"),
    "8.10 closes": (CLOSES, "test_a_close_while_the_gateway_is_dead_is_told_by_the_next_one"),
    "8.13 texts": ("security/test_s23_hostile_titles.py", "test_no_markup_over_rest"),
}
SECTIONS = {"1", *(f"1.{n}" for n in range(1, 7)), "2.1", "2.2", "2.3", *(f"3.{n}" for n in range(1, 23)), *(f"4.{n}" for n in range(1, 6))}
SECTIONS |= {"5.1", "5.2", "5.3", "5.4", "6", "8.1", "8.10", "8.13"}


@cache
def _tests(file):
    return set(re.findall(r"def (test_\w+)", (ROOT / file).read_text("utf-8")))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_row_has_its_test(row):
    """By file and name."""
    file, name = ROWS[row]
    assert name in _tests(file)


def test_every_section_has_rows():
    """None is left out."""
    assert set() == SECTIONS - {row.split(" ", 1)[0] for row in ROWS}
