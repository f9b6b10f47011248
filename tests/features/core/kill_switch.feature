@core @states
Feature: Stop
  One kill switch. It is read when a bid is decided and again at the last hop before the wire, survives everything, and is never refused.

  Background:
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14

  Scenario: Nothing is decided while all bidding is stopped
    Given all bidding is stopped
    When a bid of $15 is decided
    Then the decision is refused because "the kill switch is on: all bidding is stopped"

  Scenario: A bid that was decided already is stopped at the wire
    Given a bid of $15 is decided
    And all bidding is stopped
    When the proxy takes it up
    Then it is cancelled as halted
    And nothing stands on the lot

  Scenario: What stands on the site stays in the books
    Given a bid of $15 is on its way
    And the site answers that it leads
    When all bidding is stopped
    Then $15 stands on the lot

  Scenario: Going on needs the number of the newest stop
    Given all bidding is stopped
    And all bidding is stopped once more by somebody else
    When the first one lets bidding go on
    Then it is refused as stale
    And bidding is stopped

  Scenario: Who saw the newest stop may go on, and every lot is looked at again
    Given all bidding is stopped
    And the lot is not due before a minute has passed
    When the owner who saw it lets bidding go on
    Then bidding goes on
    And the lot is due to be decided on now

  Scenario: Nobody goes on while a file on a host says stop
    Given a file on a host says stop
    When the owner who saw it lets bidding go on
    Then it is refused as halted-here

  Scenario: Once the file is gone, the owner may go on
    Given a file on a host says stop
    And 4 seconds pass
    When the owner who saw it lets bidding go on
    Then bidding goes on

  Scenario: The end of the file alone starts nothing
    Given a file on a host says stop
    When 10 seconds pass
    Then bidding is stopped

  Scenario: A kill record that was deleted counts as stop
    Given somebody deletes the kill record in Redis
    When a bid of $15 is decided
    Then the decision is refused because "the kill switch is on: all bidding is stopped"

  Scenario: A bid on its way when the stop comes is followed to its outcome
    Given a bid of $15 is on its way
    And all bidding is stopped
    When the site answers that it leads
    Then its receipt is leading
