@integration @extension
Feature: The existing Chrome extension
  Unmodified, it sends what it always sent and hears what it always heard: frames in their order, its own words, and nothing that breaks it.

  Background:
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And the extension is connected

  Scenario: Turned on, it watches with $10, sniping, armed
    When it sends {"type": "startMonitoring", "auctionId": "LOT", "config": {"maxBid": 10, "strategy": "sniping", "incrementAmount": 1, "autoBid": true}}
    Then it is answered {"type": "response", "action": "startMonitoring", "auctionId": "LOT", "success": true}
    And it hears the lot's state with {"config": {"maxBid": 10, "strategy": "sniping", "autoBid": true}}

  Scenario: Turned on twice is no error
    Given it has turned the lot on
    When it sends {"type": "startMonitoring", "auctionId": "LOT", "config": {"maxBid": 10, "strategy": "sniping", "autoBid": true}}
    Then it is answered {"type": "response", "success": false} and no error

  Scenario: Turned on with an empty box it is refused as an error
    When it sends {"type": "startMonitoring", "auctionId": "LOT", "config": {"maxBid": 0, "strategy": "sniping", "autoBid": true}}
    Then it is answered {"type": "error"}

  Scenario: An edit of the limit pauses bidding, as the extension says
    Given it has turned the lot on
    When it sends {"type": "updateConfig", "auctionId": "LOT", "config": {"maxBid": 25, "strategy": "sniping", "autoBid": false}}
    Then it is answered {"data": {"success": true}}
    And it hears the lot's state with {"config": {"maxBid": 25, "autoBid": false}}

  Scenario: The pill Snipe with an empty box leaves the limit
    Given it has turned the lot on
    When it sends {"type": "updateConfig", "auctionId": "LOT", "config": {"maxBid": 0, "strategy": "sniping", "autoBid": true}}
    Then it hears the lot's state with {"config": {"maxBid": 10, "strategy": "sniping", "autoBid": true}}

  Scenario: The pill Auto is called auto to the extension and increment to the dashboard
    Given it has turned the lot on
    And a dashboard is connected
    When the extension sends {"type": "updateConfig", "auctionId": "LOT", "config": {"maxBid": 0, "strategy": "auto", "autoBid": true}}
    Then the extension hears the lot's state with {"config": {"strategy": "auto"}}
    And the dashboard hears the lot's state with {"config": {"strategy": "increment"}}

  Scenario: A change of a lot that is not watched is an error that the page ignores
    When it sends {"type": "updateConfig", "auctionId": "LOT", "config": {"autoBid": true}}
    Then it is answered {"type": "error", "error": "Auction LOT not found"}

  Scenario: Turned off, the list comes without the lot
    Given it has turned the lot on
    When it sends {"type": "stopMonitoring", "auctionId": "LOT"}
    Then it is answered {"type": "response", "action": "stopMonitoring", "success": true}
    And it hears a list without the lot

  Scenario: At page load a listed lot counts as watched
    Given it has turned the lot on
    When GET /api/auctions is asked from the extension
    Then the answer is 200 with {"success": true}
    And the list has the lot with {"id": "LOT", "config": {"strategy": "sniping"}}

  Scenario: Its cookies log the owner in
    Given the session of the owner is missing
    When the extension sends its cookies to POST /api/auth
    Then the answer is 200 with {"success": true}
    And GET /api/auth/status shows {"authenticated": true, "cookies": null}

  Scenario: Without any cookie it is told, and nothing else happens
    When POST /api/auth is sent {"cookies": ""}
    Then the answer is 400 with {"error": "Cookies are required", "code": "VALIDATION_ERROR"}

  Scenario: Its test of the connection is answered
    When GET /api/status is asked from the extension
    Then the answer is 200 with {"success": true, "status": "running", "storage": {"connected": true}}

  Scenario: The browser's question before a request is answered with what may be asked
    When the browser asks whether the extension may send PUT /api/auctions
    Then the answer is 200
    And it names the extension, PUT and authorization

  Scenario: An outbid is told in its message
    Given the lot is watched over the API
    And POST /api/auctions/LOT/bid is sent {"amount": 15}
    And 3 seconds pass
    When somebody bids up to $30
    And the lot is refreshed
    And 2 seconds pass
    Then it hears a notification that begins "Outbid on"

  Scenario: A lot is ended only when the site has said so twice
    Given it has turned the lot on
    And 1 second passes
    When the site ends the sale now
    And it is closed for 6 seconds at the site
    Then it heard one state with status ended, and none before the site's word
