@core @life_cycle
Feature: Watching a lot
  The owner's wish about a lot: limit, strategy, armed or not. It is taken once, changed with care, and let go without leaving money behind.

  Background:
    Given the books of a live installation

  Scenario: A watched lot is due to be read at once
    When the owner watches a lot up to $40
    Then the lot is due to be read now

  Scenario: A new watch is disarmed and on paper unless the owner says otherwise
    When the owner watches a lot up to $40 and says no more
    Then the lot is disarmed and on paper

  Scenario: Watching the same lot again is refused
    Given the owner watches a lot up to $40
    When the owner watches it again
    Then the wish is refused as watched

  Scenario: The same wish sent twice is one wish
    Given the owner sends the wish "w1" to watch a lot up to $40
    When the owner sends the wish "w1" again
    Then the answer is the same as before
    And the log tells of watch.added once

  Scenario: The same name for another wish is a conflict
    Given the owner sends the wish "w1" to watch a lot up to $40
    When the owner sends the wish "w1" to watch a lot up to $50
    Then the wish is refused as conflict

  Scenario: A lower limit needs no look at what was changed meanwhile
    Given the owner watches a lot up to $40
    When a page that saw an older version lowers the limit to $20
    Then the limit is $20

  Scenario: A higher limit does
    Given the owner watches a lot up to $40
    When a page that saw an older version raises the limit to $80
    Then the wish is refused as stale-version
    And the limit is $40

  Scenario: Disarming always works, arming needs the newest version
    Given the owner watches a lot up to $40
    When a page that saw an older version arms it
    Then the wish is refused as stale-version
    When a page that saw an older version disarms it
    Then the lot is disarmed

  Scenario: A change wakes the lot for a new decision
    Given the owner watches a lot up to $40
    And the lot is not due before a minute has passed
    When the owner lowers the limit to $20
    Then the lot is due to be decided on now

  Scenario: A lot that nobody bid on is let go at once
    Given the owner watches a lot up to $40
    When the owner lets it go
    Then it is gone from every queue

  Scenario: A lot that leads is let go and followed to its close
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    When the owner lets it go
    Then it is still followed, and $15 stands on the lot
    And no new bid is decided on it

  Scenario: A lot that was let go can be watched again with a new limit
    Given the owner watches a lot up to $40
    And the owner lets it go
    When the owner watches it again up to $25
    Then the limit is $25

  Scenario: A lot that is over can not be watched again
    Given an armed lot with a limit of $40, read at $14
    And the site says twice that the lot closed at $20, another's
    And the owner lets it go
    When the owner watches it again
    Then the wish is refused as closed

  Scenario: What is over is forgotten, and its receipts are kept
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    And the site says twice that the lot closed at $15, ours
    When what ended is swept away
    Then the lot is forgotten
    And its receipts are kept
    And what was won is entered in the ledger

  Scenario: Nothing is swept away while money may stand on it
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 has an unknown outcome
    And the owner lets it go
    When what ended is swept away
    Then the lot is not forgotten

  Scenario: A price that moves is kept with its time, one that rests is not
    Given the owner watches a lot up to $40
    When the lot is read at $14
    And the lot is read at $14
    And the lot is read at $16
    Then the price history is $14, $16

  Scenario: A lot moves between paper and real money only while nothing stands on it
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    When the owner puts it on paper
    Then the wish is refused as exposed
