@integration @websocket
Feature: The WebSocket
  One connection per client: a greeting, the token, then answers under the number of their question, and states for everybody.

  Background:
    Given a lot that closes in 600 seconds, bid up to $9 by somebody

  Scenario: The order of a connection
    Given a program is connected and has said nothing
    Then it hears connected, and nothing before it shows the token
    When it shows the token
    Then it hears authenticated with its own number, then the list

  Scenario Outline: Nothing is told or done without the token
    Given a program is connected and has said nothing
    When it sends {"type": "<kind>", "auctionId": "LOT"}
    Then it is answered {"type": "error", "error": "Not authenticated"}

    Examples:
      | kind                 |
      | getMonitoredAuctions |
      | startMonitoring      |
      | placeBid             |
      | halt                 |

  Scenario: A ping needs no token
    Given a program is connected and has said nothing
    When it pings
    Then it hears pong

  Scenario: Five wrong tokens end the connection
    Given a program is connected and has said nothing
    When it shows a wrong token 5 times
    Then its connection is closed with 1008

  Scenario: A page of another site gets no connection
    When a page of https://evil.example connects
    Then it is refused

  Scenario: What is no message is told, and the connection goes on
    Given a program is connected
    When it sends what is no message
    Then it hears {"type": "error", "error": "Invalid message format"}
    When it pings
    Then it hears pong

  Scenario: A request that nobody knows is answered, not swallowed
    Given a program is connected
    When it sends {"type": "dance"}
    Then it is answered {"type": "error"}

  Scenario: What one client does, the others see, without a number
    Given a program is connected
    And a dashboard is connected
    When the program sends {"type": "startMonitoring", "auctionId": "LOT", "config": {"maxBid": 40, "strategy": "auto", "autoBid": false}}
    Then the dashboard hears the lot's state with {"id": "LOT", "status": "monitoring"}
    And no state that anybody heard has a number

  Scenario: Letting go of a lot that is not watched is no error
    Given a program is connected
    When it sends {"type": "stopMonitoring", "auctionId": "LOT"}
    Then it is answered {"type": "response", "action": "stopMonitoring", "success": false} and no error

  Scenario: A bid is followed to its outcome under its number
    Given the lot is watched over the API
    And a program is connected
    When it sends {"type": "placeBid", "auctionId": "LOT", "amount": 15}
    Then it is answered {"type": "bidResult", "success": true, "amount": 15}
    And the bids that reached the site are $15

  Scenario: A bid above the lot's limit is refused under its number
    Given the lot is watched over the API
    And a program is connected
    When it sends {"type": "placeBid", "auctionId": "LOT", "amount": 41}
    Then it is answered {"type": "bidResult", "success": false, "errorType": "POLICY_DENIED"}
    And no bid has reached the site

  Scenario: Everything can be stopped over the connection
    Given a program is connected
    When it sends {"type": "halt", "why": "enough"}
    Then it is answered {"type": "response", "action": "halt", "halted": true}
    And GET /api/halt shows {"halted": true, "why": "enough"}

  Scenario: The countdown goes on without asking the site
    Given the lot is watched over the API
    And a program is connected
    And the program hears the lot's state with {"id": "LOT"}
    When 6 seconds pass
    Then it heard the lot's state again, with less time left
    And the site was not asked for it

  Scenario: A rival's bid that the poller reads reaches every client
    Given the lot is watched over the API
    And a program is connected
    When somebody bids up to $14
    And the lot is refreshed
    And 1 second passes
    Then the program hears the lot's state with {"data": {"currentBid": 10, "nextBid": 11}}

  Scenario: A lot that was won is told once, with what it costs all-in
    Given the lot is watched over the API
    And POST /api/auctions/LOT/bid is sent {"amount": 15}
    And a program is connected
    When the site ends the sale now
    And it is closed for 6 seconds at the site
    Then it hears one notification, "Won" and "all-in"

  Scenario: A message that is too long ends the connection
    Given a program is connected
    When it sends a message of more than a megabyte
    Then its connection is closed with 1009
