@integration @api
Feature: The REST API
  What the page, programs and the command line ask of the gateway, over real HTTP, with the whole system and the simulated site behind it.

  Background:
    Given a lot that closes in 600 seconds, bid up to $9 by somebody

  Scenario: Without the token nothing is told
    When GET /api/auctions is asked without the token
    Then the answer is 401 with {"success": false, "error": "Authentication required", "code": "UNAUTHORIZED"}

  Scenario: The token is taken bare and as a bearer's
    When GET /api/auctions is asked with the token
    Then the answer is 200
    When GET /api/auctions is asked with Bearer and the token
    Then the answer is 200

  Scenario: A name that somebody else's server was given is refused
    When GET /api/config is asked under the name evil.example
    Then the answer is 421

  Scenario: A page of another site is told nothing
    When GET /api/auctions is asked from https://evil.example
    Then the answer is 403
    And no page of another site may read it

  Scenario: What is no JSON is told as that
    When POST /api/settings is sent {"general"
    Then the answer is 400 with {"success": false, "code": "INVALID_JSON"}

  Scenario: Slashes that the extension doubles are forgiven
    When GET //api//status is asked with the token
    Then the answer is 200 with {"status": "running"}

  Scenario: A path that is none has the envelope of the contract
    When GET /api/nope is asked with the token
    Then the answer is 404 with {"success": false, "error": "Cannot GET /api/nope", "code": "NOT_FOUND"}

  Scenario: What the dashboard sends watches a lot, and arms nothing
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": 40, "strategy": "increment", "enabled": true}}
    Then the answer is 200 with {"success": true, "config": {"maxBid": 40, "autoBid": false}}
    And the list has the lot with {"status": "monitoring", "data": {"currentBid": 9, "nextBid": 10, "isClosed": false}}

  Scenario: A lot is watched once
    Given POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": 40, "strategy": "auto"}}
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": 40, "strategy": "auto"}}
    Then the answer is 409 with {"error": "Auction already being monitored"}

  Scenario: A number that the site does not know is told with what a number is
    When POST /api/auctions/999/monitor is sent {"config": {"maxBid": 40, "strategy": "auto"}}
    Then the answer is 404 with {"error": "The site knows no lot 999. A lot id is the number at the end of the lot's address."}

  Scenario: What is no number is refused before anybody is asked
    When POST /api/auctions/lamp-18v/monitor is sent {"config": {"maxBid": 40, "strategy": "auto"}}
    Then the answer is 400 with {"code": "VALIDATION_ERROR", "field": "auctionId"}

  Scenario: While the site is down a wish is kept, and said to be
    Given every request fails with 503
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": 40, "strategy": "auto"}}
    Then the answer is 200 with {"success": true, "warning": "The site could not be asked yet; the lot is watched, and read as soon as the site answers."}

  Scenario Outline: A limit that can not be is refused with its sentence, never bent
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": <limit>, "strategy": "auto"}}
    Then the answer is 400 with {"code": "VALIDATION_ERROR"}
    And the answer says <sentence>
    And the list does not have the lot

    Examples:
      | limit  | sentence                   |
      | 0      | Max bid must be positive   |
      | "x"    | Max bid must be a number   |
      | 1001   | above your limit of $1,000 |

  Scenario: A strategy that nobody offers is refused with those that there are
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxBid": 40, "strategy": "magic"}}
    Then the answer is 400
    And the answer says Strategy must be one of: auto, sniping, manual

  Scenario: An all-in limit becomes the largest hammer price whose bill fits
    When POST /api/auctions/LOT/monitor is sent {"config": {"maxAllIn": 17.44, "strategy": "auto"}}
    Then the answer is 200
    And its bill at that limit is not above $17.44, and a dollar more would be

  Scenario: The same request under the same key happens once
    Given POST /api/auctions/LOT/monitor is sent under the key k1 {"config": {"maxBid": 40, "strategy": "auto"}}
    When POST /api/auctions/LOT/monitor is sent under the key k1 {"config": {"maxBid": 40, "strategy": "auto"}}
    Then the answer is 200, the same as before

  Scenario: A key that was used for something else is told as that
    Given POST /api/auctions/LOT/monitor is sent under the key k2 {"config": {"maxBid": 40, "strategy": "auto"}}
    When POST /api/auctions/LOT/monitor is sent under the key k2 {"config": {"maxBid": 41, "strategy": "auto"}}
    Then the answer is 422 with {"code": "IDEMPOTENCY_KEY_REUSED"}

  Scenario: Stopping twice is stopping; deleting twice is not
    Given the lot is watched over the API
    When POST /api/auctions/LOT/stop is sent
    And POST /api/auctions/LOT/stop is sent
    Then the answer is 200
    And the list does not have the lot
    When DELETE /api/auctions/LOT/monitor is asked with the token
    Then the answer is 404 with {"error": "Auction not being monitored"}

  Scenario: A limit of zero in a change leaves the limit as it was
    Given the lot is watched over the API
    When PUT /api/auctions/LOT/config is sent {"config": {"maxBid": 0, "strategy": "snipe", "autoBid": true}}
    Then the answer is 200 with {"config": {"maxBid": 40, "strategy": "sniping", "autoBid": true}}

  Scenario: A page that saw an older version may disarm, not arm
    Given the lot is watched over the API
    When PUT /api/auctions/LOT/config is sent {"autoBid": true, "expectVersion": "0"}
    Then the answer is 409
    When PUT /api/auctions/LOT/config is sent {"autoBid": false, "expectVersion": "0"}
    Then the answer is 200

  Scenario: A bid now goes the whole way and comes back with its outcome
    Given the lot is watched over the API
    When POST /api/auctions/LOT/bid is sent {"amount": 15}
    Then the answer is 200 with {"success": true, "amount": 15, "data": {"state": "LEADING", "dryRun": false}}
    And the bids that reached the site are $15

  Scenario: A bid that a hidden maximum outbids says so
    Given the lot is watched over the API
    And somebody's hidden maximum is $30
    When POST /api/auctions/LOT/bid is sent {"amount": 15}
    Then the answer is 409 with {"success": false, "errorType": "OUTBID", "retryable": false}

  Scenario: A bid above the lot's limit never leaves
    Given the lot is watched over the API
    When POST /api/auctions/LOT/bid is sent {"amount": 41}
    Then the answer is 403 with {"errorType": "POLICY_DENIED", "error": "$41 is above this lot's max bid of $40; nothing was bid."}
    And no bid has reached the site

  Scenario: A bid on a lot that nobody watches says what to do first
    When POST /api/auctions/LOT/bid is sent {"amount": 15}
    Then the answer is 404 with {"error": "Watch the lot first; nothing was bid."}

  Scenario: While everything is stopped no bid leaves
    Given the lot is watched over the API
    And POST /api/halt is sent {"why": "enough"}
    When POST /api/auctions/LOT/bid is sent {"amount": 15}
    Then the answer is 403 with {"errorType": "POLICY_DENIED"}
    And no bid has reached the site

  Scenario: Going on must name the stop that was seen
    Given POST /api/halt is sent {"why": "enough"}
    When POST /api/resume is sent {"gen": "0"}
    Then the answer is 409
    When the owner goes on with the number that GET /api/halt shows
    Then the answer is 200
    And GET /api/halt shows {"halted": false}

  Scenario: One lot is bid on ten times a minute by hand and no more
    When POST /api/auctions/LOT/bid is sent {"amount": 15} 11 times
    Then the answer is 429 with {"code": "BID_RATE_LIMIT_EXCEEDED"}

  Scenario: What stands on the site is listed when everything is stopped
    Given the lot is watched over the API
    And POST /api/auctions/LOT/bid is sent {"amount": 15}
    When POST /api/halt is sent {"why": "enough"}
    Then GET /api/halt lists the lot as standing with $15

  Scenario: The history of attempts invents nothing
    Given the lot is watched over the API
    When GET /api/auctions/LOT/bids is asked with the token
    Then the answer is 200 with {"success": true, "count": 0, "bidHistory": []}

  Scenario: A receipt tells the life of a bid step by step
    Given the lot is watched over the API
    And POST /api/auctions/LOT/bid is sent {"amount": 15}
    And 3 seconds pass
    When GET /api/auctions/LOT/receipts is asked with the token
    Then the answer is 200
    And the receipt's steps are armed, submitted, acknowledged, seen, winning

  Scenario: The forecast is one sentence and what was checked for it
    Given the lot is watched over the API
    And PUT /api/auctions/LOT/config is sent {"autoBid": true, "strategy": "sniping"}
    And 2 seconds pass
    When GET /api/auctions/LOT/forecast is asked with the token
    Then the answer is 200 with {"success": true, "willBid": true}
    And the answer says Will bid up to $40

  Scenario: A read of a lot is the site's own word
    When GET /api/auctions/LOT is asked with the token
    Then the answer is 200 with {"success": true, "data": {"currentBid": 9, "nextBid": 10, "isClosed": false, "extensionInterval": 30}}

  Scenario: Validating the session never bids
    When POST /api/auth/validate is sent {"auctionId": "LOT", "testBidAmount": 13}
    Then the answer is 200 with {"authenticated": true, "bidTestResult": null, "auctionDataFetched": true}
    And no bid has reached the site

  Scenario: Settings come back nested and whole
    When POST /api/settings is sent {"defaultMaxBid": 70}
    Then the answer is 200 with {"settings": {"general": {"defaultMaxBid": 70}, "bidding": {"snipeTiming": 10}}}

  Scenario: A budget is set in dollars, and null is no limit
    Given PUT /api/budgets/week:2026-39 is sent {"limit": 123.45}
    When PUT /api/budgets/group:drills is sent {"limit": null}
    Then the budgets are {"week:2026-39": 123.45, "group:drills": null}

  Scenario: The bid state machine can not be thrown, and the refusal says why
    When PUT /api/toggles/state_machine is sent {"value": false}
    Then the answer is 409
    And the answer says without it nothing could be bid safely

  Scenario: A toggle that is thrown is in force and in the audit
    When PUT /api/toggles/smart_bidding is sent {"value": "25%", "why": "a trial", "who": "me"}
    Then the answer is 200 with {"success": true, "toggle": {"name": "smart_bidding"}}
    And the audit of smart_bidding begins with {"new": "25%", "who": "me", "why": "a trial"}
