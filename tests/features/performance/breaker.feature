@performance @breaker
Feature: The breaker
  A site that fails is left alone for a while by all replicas together; one read, never a bid, tries it for all of them.

  Scenario: A trip holds the reads of every replica
    Given the books of a live installation
    And replica a has tripped the breaker
    When replica b asks
    Then it is told to wait 30 seconds

  Scenario: When the time is over one replica may try, the others wait
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    When replica b asks
    Then it is to try the site
    When replica c asks
    Then it is told to wait

  Scenario: What is no read does not try
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    When replica b asks for something that may not try
    Then it is told to wait

  Scenario: A try that works lets everybody go
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    And replica b asks
    When replica b says that the site is good
    And replica c asks
    Then it may go on

  Scenario: A try that fails begins the wait anew
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    And replica b asks
    When replica b says that the site is bad
    And replica c asks
    Then it is told to wait 30 seconds

  Scenario: A replica that dies while it tries holds nobody up
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    And replica b asks
    When 3 seconds pass
    And replica c asks
    Then it is to try the site

  Scenario: What a dead one says late changes nothing
    Given the books of a live installation
    And replica a has tripped the breaker
    And 30 seconds pass
    And replica b asks
    And 3 seconds pass
    And replica c asks
    When replica b says that the site is good
    Then the breaker is half
    When replica c says that the site is good
    Then the breaker is closed

  Scenario: One outage seen by two replicas is one trip
    Given the books of a live installation
    And replica a has tripped the breaker
    When replica b trips it for the same outage
    Then it has tripped once

  Scenario: While an armed lot closes within two minutes the site is tried after five seconds
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And replica a has tripped the breaker
    When replica b asks
    Then it is told to wait 5 seconds

  Scenario: Five failed reads in a row open it, and the lot says so
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with auto up to $5
    And 2 seconds pass
    When every request fails with 503
    And the lot is looked at until the breaker opens
    Then it says "Will NOT bid, because the site fails at present and is left alone for a moment; it is tried again by itself."

  Scenario: A site that is well again closes it by itself
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 2 seconds pass
    And every request fails with 503
    And the lot is looked at until the breaker opens
    When the site works again
    And 70 seconds pass
    Then the breaker is closed again
    And the lot was read after that

  Scenario: A site that knows nothing of a lot is not ailing
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 1 second passes
    When the site takes the lot down
    And the lot is looked at 6 times
    Then the breaker never opened
