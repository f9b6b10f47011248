@core @life_cycle
Feature: Bidding
  Lots are watched, bid on, won and lost by the owner's rules, and never otherwise.

  Background:
    Given the owner is logged in at the site
    And the service is live

  Scenario: A snipe leaves at its lead, and only once
    Given a lot that closes in 16 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When it is 10.5 seconds before the close
    Then no bid has reached the site
    When 2 seconds pass
    Then the bids that reached the site are $10
    And the lot leads
    When 5 seconds pass
    Then the bids that reached the site are $10

  Scenario: A snipe follows a war and never goes above the limit
    Given a lot that closes in 14 seconds, bid up to $9 by somebody
    And a rival who answers each bid at once up to $60
    And it is watched with sniping up to $16
    When it is closed for 5 seconds at the site
    Then every bid is at most $16
    And more than one bid reached the site
    And the lot is lost

  Scenario: Won is told once, after two reads
    Given a lot that closes in 14 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When it is 0.5 seconds before the close
    Then the lot is not final
    When it is closed for 0.5 seconds at the site
    Then the lot is not final
    When it is closed for 5 seconds at the site
    Then the lot is won at $10
    And its close was told once

  Scenario: Auto bids at once and answers an outbid with patience
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When 3 seconds pass
    Then the bids that reached the site are $10
    When somebody bids up to $14
    And the lot is refreshed
    And 1 second passes
    Then the bids that reached the site are $10
    When 3 seconds pass
    Then the bids that reached the site are $10, $12

  Scenario: Manual never bids
    Given a lot that closes in 8 seconds, bid up to $9 by somebody
    And it is watched with manual up to $40
    When it is closed for 5 seconds at the site
    Then no bid has reached the site
    And the lot is lost

  Scenario: Above the limit is said and not bid
    Given a lot that closes in 10 seconds, bid up to $50 by somebody
    And it is watched with sniping up to $50
    When it is 5 seconds before the close
    Then no bid has reached the site
    And it says "Will NOT bid, because the next bid, $51, is above your limit of $50."

  Scenario: An unknown outcome is settled by reading and never sent again
    Given a lot that closes in 14 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And the answer to the next bid is lost after the site took it
    When it is 10.5 seconds before the close
    And 2 seconds pass
    Then its last receipt is UNKNOWN
    When 20 seconds pass
    Then its last receipt is LEADING
    And the site saw one request to bid

  Scenario: A read without the account is never used for money
    Given a lot that closes in 14 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When 3 seconds pass
    And the session expires at the site
    And it is closed for 5 seconds at the site
    Then no bid has reached the site
    And it said that the site does not know the owner

  Scenario: An order to bid now is one bid, armed or not
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When 2 seconds pass
    And the owner orders a bid of $12 now
    And 3 seconds pass
    Then the bids that reached the site are $12
    When 60 seconds pass
    Then the bids that reached the site are $12

  Scenario: An order above the limit is refused with a sentence and dropped
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When 2 seconds pass
    And the owner orders a bid of $41 now
    And 3 seconds pass
    Then no bid has reached the site
    And it was told "Will NOT bid $41 now, because the amount is above your limit for this lot."
    And the order is gone

  Scenario: A lot that leads is followed after it was let go
    Given a lot that closes in 60 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When 3 seconds pass
    And the owner stops watching it
    And somebody bids up to $20
    And 20 seconds pass
    Then the bids that reached the site are $10
    And nothing stands on it

  Scenario: Dry run bids on paper
    Given a lot that closes in 14 seconds, bid up to $9 by somebody
    And it is watched on paper with sniping up to $40
    When it is closed for 5 seconds at the site
    Then the site saw no request to bid
    And the lot is won
    And its last receipt is LEADING

  Scenario: The kill switch stops every bid
    Given a lot that closes in 20 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When 3 seconds pass
    And the owner stops all bidding
    And 2 seconds pass
    Then it says "Will NOT bid, because the kill switch is on: all bidding is stopped."
    When it is 5 seconds before the close
    Then the site saw no request to bid
    When the owner lets bidding go on
    And 2 seconds pass
    Then the bids that reached the site are $10

  Scenario: Of two lots that close together the better buy is bid on
    Given a group at the site of which 1 is wanted
    And a lot that closes in 14 seconds, bid up to $9 by somebody
    And it is watched in the group up to $40
    And a second lot that closes in 14 seconds, bid up to $20 by somebody
    And it is watched in the group up to $40
    When both have been closed for 4 seconds at the site
    Then the first lot is won at $10
    And the second lot was not bid on
