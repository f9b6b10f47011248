@performance @queue
Feature: The due queue
  What has to be looked at stands in one queue that all replicas share. Nobody's death loses a lot, and no wake-up is forgotten.

  Background:
    Given the books of a live installation

  Scenario: The earliest lot is handed out first
    Given lots 1, 2 and 3 are due in 3, 1 and 2 seconds
    When 5 seconds pass
    And a worker takes 1 lot
    Then it has lot 2

  Scenario: Two workers never have the same lot
    Given lots 1, 2 and 3 are due now
    When a worker takes 2 lots
    And another worker takes 2 lots
    Then between them they have each lot once

  Scenario: A worker that dies loses its lot after two seconds
    Given lot 1 is due now
    And a worker takes 1 lot
    When 2.1 seconds pass
    And another worker takes 1 lot
    Then it has lot 1
    And the log tells of lot.retaken

  Scenario: A worker that goes on renews its hold
    Given lot 1 is due now
    And a worker takes 1 lot
    When it renews each second for 6 seconds
    And another worker takes 1 lot
    Then it has none

  Scenario: A worker that comes back from the dead changes nothing
    Given lot 1 is due now
    And a worker takes 1 lot
    And 2.1 seconds pass
    And another worker takes 1 lot
    When the first one says that it is done
    Then that is refused as fenced

  Scenario: A lot is looked at once per look
    Given lot 1 is due now
    And a worker takes 1 lot
    And it is done, until 60 seconds from now
    When it says so a second time
    Then that is refused as not-taken

  Scenario: What happens during a look is looked at right after it
    Given lot 1 is due now
    And a worker takes 1 lot
    When somebody wants lot 1 looked at
    And it is done, until 60 seconds from now
    Then lot 1 is due in 0 seconds

  Scenario: Of several wishes the earliest counts
    Given lot 1 is due in 60 seconds
    When somebody wants lot 1 looked at in 9 seconds
    And somebody wants lot 1 looked at in 5 seconds
    And somebody wants lot 1 looked at in 7 seconds
    Then lot 1 is due in 5 seconds

  Scenario: A wish never makes a lot wait longer
    Given lot 1 is due in 5 seconds
    When somebody wants lot 1 looked at in 60 seconds
    Then lot 1 is due in 5 seconds

  Scenario: A lot for a timed decision is handed out a little ahead
    Given lot 1 is due in 0.9 seconds
    When a worker takes 1 lot up to 1 second ahead
    Then it has lot 1

  Scenario: A lot that kills its workers leaves them to the others
    Given lot 1 is due now
    When it has killed 4 workers
    And 2.1 seconds pass
    And a worker takes 1 lot
    Then it has none

  Scenario: No lot sleeps longer than 35 minutes
    Given lot 1 is due now
    And a worker takes 1 lot
    When it is done, until 90000 seconds from now
    Then lot 1 is due in 2100 seconds

  Scenario: A lot with a bid on its way is read when its quarantine ends, whatever was planned
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    When a poller is done with the lot, until 1000 seconds from now
    Then the lot is due to be read within 12 seconds

  Scenario: Poller and bidder do not get in each other's way
    Given lot 1 is due now
    When a worker of each queue takes 1 lot
    Then each has lot 1

  Scenario: A lot whose record is gone leaves the queue
    Given lot 1 is due now
    When somebody deletes the record of lot 1 in Redis
    And a worker takes 1 lot
    Then it has none
    And the queue is empty
