@core @states
Feature: The life of a bid
  One decided bid is one receipt. It goes from reserved to its end by steps that happen once, in order, and each leaves the books right,
  whoever dies in between.

  Background:
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14

  Scenario: A bid is written down before it is sent
    When a bid of $15 is decided
    Then the decision stands
    And its receipt is reserved
    And $15 stands on the lot
    And the log tells of bid.reserved

  Scenario: The last look before the wire makes it a bid on its way
    Given a bid of $15 is decided
    When the proxy takes it up
    Then it may be sent
    And its receipt is sending

  Scenario: The site says that it leads
    Given a bid of $15 is on its way
    When the site answers that it leads
    Then its receipt is leading
    And $15 stands on the lot
    And the lot is free for another decision

  Scenario: The site took it, and somebody's hidden maximum is higher
    Given a bid of $15 is on its way
    When the site answers that it is outbid
    Then its receipt is outbid
    And nothing stands on the lot

  Scenario: The site refuses it
    Given a bid of $15 is on its way
    When the site answers that it is refused
    Then its receipt is rejected
    And nothing stands on the lot

  Scenario: A decided bid that no proxy takes up expires unsent
    Given a bid of $15 is decided
    When 6 seconds pass
    And what is past its time is swept
    Then its receipt is expired
    And nothing stands on the lot

  Scenario: What expired can not be sent any more
    Given a bid of $15 is decided
    And 6 seconds pass
    And what is past its time is swept
    When the proxy takes it up
    Then it may not be sent

  Scenario: A bid that comes to the wire too late is dropped there
    Given a bid of $15 is decided
    And 4 seconds pass
    When the proxy takes it up
    Then it is cancelled as late
    And nothing stands on the lot

  Scenario: Two proxies take up the same bid, and one may send it
    Given a bid of $15 is decided
    When the proxy takes it up
    Then it may be sent
    When another proxy takes it up
    Then it may not be sent

  Scenario: The same decision made twice is one bid
    Given a bid of $15 is decided
    When the same bid is decided again
    Then it is told that the bid exists
    And the total budget holds the cost of $15 once

  Scenario: One bid at a time on a lot
    Given a bid of $15 is decided
    When another bid of $16 is decided
    Then the decision is refused because "a bid on this lot is still under way"

  Scenario: The first answer counts
    Given a bid of $15 is on its way
    And the site answers that it leads
    When a late word says that it was refused
    Then its receipt is leading

  Scenario: A proxy that dies with the bid in its hands leaves an unknown outcome
    Given a bid of $15 is on its way
    When 13 seconds pass
    And what is past its time is swept
    Then its receipt is unknown
    And $15 stands on the lot

  Scenario: While an outcome is unknown, nothing else is bid
    Given a bid of $15 has an unknown outcome
    And the lot is read at $14
    When another bid of $16 is decided
    Then the decision is refused because "a bid on this lot is still under way"

  Scenario: A read during the quarantine is no verdict
    Given a bid of $15 has an unknown outcome
    When the lot is read at $14, and we do not lead
    And 2 seconds pass
    And the lot is read at $14, and we do not lead
    Then its receipt is unknown

  Scenario: After the quarantine a read that shows our lead settles it
    Given a bid of $15 has an unknown outcome
    When 13 seconds pass
    And the lot is read at $14, and we lead
    Then its receipt is leading
    And $15 stands on the lot

  Scenario: After the quarantine a price above the bid makes it moot
    Given a bid of $15 has an unknown outcome
    When 13 seconds pass
    And the lot is read at $20, and we do not lead
    Then its receipt is moot
    And nothing stands on the lot

  Scenario: That it never arrived is believed from two reads, a second apart
    Given a bid of $15 has an unknown outcome
    When 13 seconds pass
    And the lot is read at $14, and we do not lead
    Then its receipt is unknown
    When 1 second passes
    And the lot is read at $14, and we do not lead
    Then its receipt is absent
    And nothing stands on the lot

  Scenario: The lot closes while the outcome is unknown
    Given a bid of $15 has an unknown outcome
    When 13 seconds pass
    And the site says twice that the lot closed at $15, ours
    Then its receipt is closed
    And the lot is won at $15 in the books

  Scenario: An unknown outcome asks for a person after half a minute
    Given a bid of $15 has an unknown outcome
    When 45 seconds pass
    And what is past its time is swept
    Then the sweep calls it stuck

  Scenario: Between two decisions the lot is read again
    Given a bid of $15 is on its way
    And the site answers that it is outbid
    When another bid of $20 is decided
    Then the decision is refused because "the lot must be read again first"

  Scenario: A receipt keeps what it was decided on
    When a bid of $15 is decided because of "the last seconds", on a read 120 ms old
    Then its receipt says why and on what
