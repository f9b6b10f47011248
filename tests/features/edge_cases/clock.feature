@edge_cases @clock
Feature: Time that jumps
  Wall clocks are set, machines sleep. Steady time goes on, and nothing seen before a jump carries a bid after it.

  Background:
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14

  Scenario: A clock set an hour ahead makes every read old
    When the wall clock is set ahead by an hour
    And a bid of $15 is decided
    Then the decision is refused because "the lot must be read again first"
    And the log tells of clock.gap

  Scenario: A clock set an hour back does too
    When the wall clock is set back by an hour
    And a bid of $15 is decided
    Then the decision is refused because "the lot must be read again first"

  Scenario: A bid decided before the machine slept is not sent after it
    Given a bid of $15 is decided
    When the machine sleeps for 10 minutes
    And the proxy takes it up
    Then it is cancelled as late

  Scenario: After a jump every lot is looked at
    Given the lot is not due before a minute has passed
    When the machine sleeps for 10 minutes
    And time is asked for
    Then the lot is due to be decided on now
    And the lot is due to be read now

  Scenario: Steady time never goes back by a step of the wall clock
    Given a read of the site that began now
    When the wall clock is set back by an hour
    Then steady time is later than that

  Scenario: A small correction of the clock is no jump
    When the wall clock is set back by 200 milliseconds
    And a bid of $15 is decided
    Then the decision stands

  Scenario: A timed bid waits for a clock that is known well enough
    Given the owner is logged in at the site
    And a lot that closes in 20 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And 3 seconds pass
    When the site's clock is known to half a second only
    And it is 9 seconds before the close
    Then it says why: the site's clock is known only to ± 0.5 s
