@performance @queue
Feature: When a lot is read
  Far closes are read rarely, near ones often, and lots share requests wherever one request tells of many.

  Scenario Outline: The pause follows from the time to close
    Given a lot that is only watched and closes in <time>
    When the schedule is asked
    Then it is read again in <pause>

    Examples:
      | time       | pause      |
      | 2 days     | 30 minutes |
      | 3 hours    | 5 minutes  |
      | 30 minutes | 60 seconds |
      | 5 minutes  | 15 seconds |

  Scenario: In its last half minute a lot is read every two seconds
    Given a lot that is only watched and closes in 20 seconds
    When the schedule is asked
    Then it is read again in 2 seconds

  Scenario: An armed lot is left to the bidder's own read before the bid
    Given an armed lot that closes in 20 seconds
    When the schedule is asked
    Then it is read again in 5 seconds

  Scenario: In a war it is read every two seconds
    Given an armed lot in a war that closes in 20 seconds
    When the schedule is asked
    Then it is read again in 2 seconds

  Scenario: After its planned close a lot is read until the site says closed
    Given an armed lot that should have closed 3 seconds ago
    When the schedule is asked
    Then it is read again in 1.5 seconds

  Scenario: While live events arrive fewer reads do
    Given a lot with live events that closes in 60 seconds
    When the schedule is asked
    Then it is read again in 10 seconds

  Scenario: Many watched lots are read with one request
    Given the owner is logged in at the site
    And 8 lots that close in an hour, all watched
    And 2 seconds pass
    When all of them are due at once
    And 2 seconds pass
    Then fewer requests than lots were made

  Scenario: Of many lots that must be read the soonest to close come first
    Given the owner is logged in at the site
    And 6 lots that close in an hour, all watched
    And a lot that closes in 60 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When 1 second passes
    Then the lot that closes soonest was read in full first

  Scenario: One list of the account tells of every lot with a bid of ours
    Given the owner is logged in at the site
    And 3 lots that we lead
    When somebody outbids us on all of them
    And the poller reads the owner's lots on the site
    Then one request told that we lead none of them
