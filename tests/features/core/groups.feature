@core @limits
Feature: Groups
  Several lots are wanted for one purpose, and only so many of them: never more are led, bid on or won.

  Background:
    Given the books of a live installation
    And a group of which 1 is wanted

  Scenario: The first lot takes the place
    Given an armed lot of the group with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision stands

  Scenario: While one is bid on, another is held
    Given a bid stands on another lot of the group
    And an armed lot of the group with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision is refused because "enough lots of its group are won, led or being bid on"

  Scenario: An outbid opens the place for another
    Given a bid on another lot of the group was outbid
    And an armed lot of the group with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision stands

  Scenario: A win closes the group for good
    Given another lot of the group was won
    And an armed lot of the group with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision is refused because "enough lots of its group are won, led or being bid on"

  Scenario: Chasing one more than wanted is the owner's choice
    Given the owner lets 1 more be chased at once
    And a bid stands on another lot of the group
    And an armed lot of the group with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision stands

  Scenario: A group made smaller between the decision and the wire wins
    Given an armed lot of the group with a limit of $40, read at $14
    And a bid of $15 is decided
    When the owner wants none of the group any more
    And the proxy takes it up
    Then it is cancelled as group-full

  Scenario: A lot with money on it can not slip into a full group
    Given a bid stands on another lot of the group
    And an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    When the owner moves the lot into the group
    Then the change is refused as group-full
