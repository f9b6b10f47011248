@integration @health
Feature: Health, status and metrics
  Probes need no token. They say what works, name what does not and what to do about it, and never take the gateway down for the site's sake.

  Scenario: All is well while everything is there
    When GET /health is asked without the token
    Then the answer is 200 with {"checks": {"redis": {"status": "healthy"}, "services": {"status": "healthy"}, "nellis-api": {"status": "healthy"}}}

  Scenario: Alive and ready are two questions
    When GET /health/live is asked without the token
    Then the answer is 200 with {"alive": true}
    When GET /health/ready is asked without the token
    Then the answer is 200 with {"ready": true}

  Scenario: A service that is missing is named with what to do, and the gateway stays in service
    Given the bidder's heartbeat has stopped
    When GET /health?detailed=true is asked without the token
    Then the answer is 200 with {"status": "degraded"}
    And the answer says bidder is not there: nothing will be bid. Start it.

  Scenario: Figures are told only to those who ask for them
    When GET /health is asked without the token
    Then no check shows figures
    When GET /health?detailed=true is asked without the token
    Then every check of the contract shows figures

  Scenario: A session that has ended degrades, and says what to do
    Given the session of the owner has ended
    When GET /health is asked without the token
    Then the answer is 200 with {"status": "degraded", "checks": {"nellis-api": {"status": "degraded"}}}
    And the answer says log in there and sync the cookies

  Scenario: A site that fails is said to be left alone
    Given the breaker of all replicas is open
    When GET /health is asked without the token
    Then the answer is 200 with {"checks": {"nellis-api": {"status": "degraded"}}}
    And the answer says is left alone for a moment
    And the metrics say circuit_breaker_state 1.0

  Scenario: Pages that are not understood are said to stop real bids
    Given the pages of the site are not understood
    When GET /health is asked without the token
    Then the answer says no real bid is made until they are
    And the metrics say bidwright_format_broken 1.0

  Scenario: The metrics keep the names that existing alerts ask for
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And the lot is watched over the API
    Then the metrics say auction_active_count 1.0
    And the metrics say redis_connection_status 1.0
    And the metrics say auction_updates_by_source{source="polling"}
    And no metric names the lot

  Scenario: The breaker is shown as it stands
    When GET /api/circuit-breaker is asked with the token
    Then the answer is 200 with {"circuitBreaker": {"enabled": true, "state": "closed", "config": {"failureThreshold": 5}}}

  Scenario: The queue is shown with what comes next
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And the lot is watched over the API
    When GET /api/polling-queue is asked with the token
    Then the answer is 200 with {"success": true, "queue": {"enabled": true, "queueSize": 1}}

  Scenario: The features that are in force are reported, and the locked one is on
    When GET /api/features is asked with the token
    Then the answer is 200 with {"features": {"USE_STATE_MACHINE": {"enabled": true}, "USE_CIRCUIT_BREAKER": {"enabled": true}, "USE_SMART_BIDDING": {"enabled": false}}}
