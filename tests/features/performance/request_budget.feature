@performance @queue
Feature: The request budget
  One budget for all replicas together: at most ten requests in any second, fewer on the live site, none while the site asks for a pause.
  Bids go before reads that settle a bid, and those before polls.

  Background:
    Given the books of a live installation

  Scenario: No second holds more than ten requests, however hard it is asked
    When polls and bids are asked for without a pause for 5 seconds
    Then no second has more than 10 of them

  Scenario: Polls leave room for a bid at any moment
    Given polls have used all that they may
    When a bid asks
    Then it may go at once

  Scenario: Polls leave room for a read that settles a bid
    Given polls have used all that they may
    When a read that settles a bid asks
    Then it may go at once

  Scenario: Who is told to wait may go after that wait
    Given bids have used all that they may
    When a bid waits as long as it is told to
    Then it may go at once

  Scenario: Below five a second there are no bursts
    When requests are asked for without a pause for 5 seconds at 2 a second
    Then they are half a second apart

  Scenario: A pause that the site asks for holds every replica, bids too
    Given the site asked all for a pause of 3 seconds
    When 2.9 seconds pass
    And a bid asks
    Then it may not go
    When 0.2 seconds pass
    And a bid asks
    Then it may go at once

  Scenario: A shorter pause does not cut a longer one
    Given the site asked all for a pause of 30 seconds
    And the site asked all for a pause of 1 second
    When 5 seconds pass
    And a bid asks
    Then it may not go

  Scenario: After a pause polls come back slowly
    Given the site asked all for a pause of 1 second
    And 1.1 seconds pass
    When polls are asked for without a pause for 4 seconds
    Then there are fewer than half of what 4 seconds hold

  Scenario: After a pause a bid does not wait for that
    Given the site asked all for a pause of 1 second
    And 1.1 seconds pass
    And polls have used all that they may
    When a bid asks
    Then it may go at once

  Scenario: A wall clock that is set back blocks nobody
    Given bids have used all that they may
    When the wall clock is set back by an hour
    And a bid waits as long as it is told to
    Then it may go at once
