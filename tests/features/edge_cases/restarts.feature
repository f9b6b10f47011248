@edge_cases @restarts
Feature: Parts that die and come back
  Every service may die at any moment. Another one, or the same one started again, goes on from what the store says.

  Background:
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody

  Scenario: A bidder that dies with a lot in its hands leaves it to the next
    Given it is watched with auto up to $40
    And a bidder took the lot and died
    When 5 seconds pass
    Then the bids that reached the site are $10

  Scenario: A bidder that dies after it decided never sends that bid
    Given it is watched with auto up to $40
    And 1 bid was decided by a bidder that died before it was sent
    When 12 seconds pass
    Then its first receipt is EXPIRED
    And its last receipt is LEADING
    And the site saw one request to bid

  Scenario: A proxy that dies with the bid on the wire leaves it to a read
    Given it is watched with auto up to $40
    And 1 bid was sent by a proxy that died before the answer, and the site took it
    When 30 seconds pass
    Then its last receipt is LEADING
    And the bids that reached the site are $10

  Scenario: A bidder that starts again knows what it waited for
    Given a second lot that closes in 16 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And 2 seconds pass
    When the bidder starts again
    And it is 8 seconds before the close
    Then the bids that reached the site are $10

  Scenario: A poller that starts again reads what is due
    Given it is watched unarmed up to $40
    And 2 seconds pass
    When the poller starts again
    And somebody bids up to $14
    And 20 seconds pass
    Then it is shown as the site has it, at $10

  Scenario: A second bidder takes part of the lots, and each is bid on once
    Given it is watched with auto up to $40
    And 4 more lots like it
    When a second bidder is started
    And 10 seconds pass
    Then each lot was bid on once

  Scenario: A proxy that is away for a while is waited for
    Given it is watched with auto up to $40
    When no proxy answers for 4 seconds
    And 8 seconds pass
    Then the bids that reached the site are $10

  Scenario: A stop outlives the services
    Given it is watched with auto up to $40
    And the owner stops all bidding
    When the bidder starts again
    And the services are made ready again
    And 4 seconds pass
    Then no bid has reached the site
    And it says "Will NOT bid, because the kill switch is on: all bidding is stopped."

  Scenario: A war goes on after a restart from the price as it is now
    Given it is watched with auto up to $40
    And 3 seconds pass
    When the bidder starts again
    And somebody bids up to $14
    And the lot is refreshed
    And 6 seconds pass
    Then the bids that reached the site are $10, $12
