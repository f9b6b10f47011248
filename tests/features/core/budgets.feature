@core @limits
Feature: Budgets
  What the site could still make us pay, and what was won, all-in: in total, by day, by week, by group. No bid leaves that would go over one.

  Background:
    Given the books of a live installation

  Scenario: A bid that does not fit into the total is not made
    Given a total budget of $20
    And an armed lot with a limit of $40, read at $16
    When a bid of $17 is decided
    Then the decision is refused because "it would go over the budget 'total'"

  Scenario: What stands on other lots counts
    Given a total budget of $40
    And $15 stands on another lot
    And an armed lot with a limit of $40, read at $18
    When a bid of $19 is decided
    Then the decision is refused because "it would go over the budget 'total'"

  Scenario: An outbid gives its money back
    Given a total budget of $40
    And $15 stood on another lot until it was outbid
    And an armed lot with a limit of $40, read at $18
    When a bid of $19 is decided
    Then the decision stands

  Scenario: A higher bid on the same lot is charged once
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it is outbid
    And the lot is read at $20
    When another bid of $21 is decided
    Then the total budget holds the cost of $21 once

  Scenario: A lot counts in its day and in the total
    Given the budget "day:2026-09-21" is $30
    And an armed lot with a limit of $40, read at $29, counting in "total" and "day:2026-09-21"
    When a bid of $30 is decided
    Then the decision is refused because "it would go over the budget 'day:2026-09-21'"

  Scenario: A scope that nobody limited does not limit
    Given an armed lot with a limit of $40, read at $29, counting in "total" and "week:2026-39"
    When a bid of $30 is decided
    Then the decision stands
    And the budget "week:2026-39" has no limit

  Scenario: A lot that counts in no budget is not bid on
    Given an armed lot with a limit of $40, read at $14, counting nowhere
    When a bid of $15 is decided
    Then the decision is refused because "this lot belongs to no budget"

  Scenario: A budget made smaller between the decision and the wire wins
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    When the owner sets the total budget to $10
    And the proxy takes it up
    Then it is cancelled as budget:total

  Scenario: What was won stays spent
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    When the site says twice that the lot closed at $15, ours
    Then the total budget holds $18.72

  Scenario: What was lost is free again
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it leads
    When the site says twice that the lot closed at $30, another's
    Then the total budget holds $0

  Scenario: Paper money and real money share no budget
    Given an armed lot on paper with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the total budget holds $0
    And the paper budget holds $18.72

  Scenario: A rival who withdraws makes us lead again, and the books know
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    And the site answers that it is outbid
    And the lot is read at $16
    When the lot is read at $14, and we lead
    Then $15 stands on the lot
    And the total budget holds $18.72

  Scenario: A limit below zero is refused
    When the owner sets the total budget to $-1
    Then the budget is refused as bad-limit
