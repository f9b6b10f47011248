@performance @memory
Feature: What is bounded
  Nothing optional may fill the store: lists have ends, what is old is forgotten, and a reader that is too far behind is told so.

  Background:
    Given the books of a live installation

  Scenario: The log forgets its oldest entries
    Given the log has 100300 entries
    When one more thing happens
    Then the log has little more than 100000

  Scenario: Of prices the newest thousand are kept
    Given an armed lot with a limit of $40, read at $14
    And 1005 prices were seen before
    When the lot is read at $15
    Then 1000 prices are kept, the newest last

  Scenario: Of reasons to hold the newest fifty are kept
    Given an armed lot with a limit of $40, read at $14
    When it is held for 60 reasons in turn
    Then 50 of them are kept

  Scenario: A reason that stays is told once
    Given an armed lot with a limit of $40, read at $14
    When it is held for one reason 60 times
    Then 1 of them is kept
    And the log tells of lot.noted once

  Scenario: A named wish is remembered for a week
    When the owner sends the wish "w1" to watch a lot up to $40
    Then the wish "w1" is forgotten after 7 days

  Scenario: Lots that ended long ago leave no key behind but their receipts
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it is outbid
    And the site says twice that the lot closed at $30, another's
    When what ended is swept away
    Then only what is kept of it is left, for two years at most

  Scenario: A lot that was watched in vain leaves nothing
    Given the owner watches a lot up to $40
    And the lot is read at $14
    And the owner lets it go
    When what ended is swept away
    Then nothing is left of it

  Scenario: What a bid was decided on is cut where it is too long
    Given an armed lot with a limit of $40, read at $14
    When a bid of $15 is decided because of a reason of 2000 letters
    Then the decision stands
    And its receipt has no reason
