Feature: Containers
  The stack as it is delivered, hardened, on the simulated site.

  @docker
  Scenario: Plain behaviour with all toggles off
    Given every toggle that can be off is off
    When two lots have closed since
    Then each was decided within its limit
    And the toggles go back to what they were

  @docker
  Scenario: The breaker protects against site failures
    Given the site answers every read with an error
    When the breaker has opened
    Then the site is left alone but for one try at a time
    When the site is well again
    Then the breaker closes by itself and lots are read again

  @docker
  Scenario: Recovery from a container restart with ten lots watched
    Given ten lots are watched
    When gateway, poller, bidder and nellis-proxy are each restarted
    Then the ten are watched as before, with the same limits and armed as they were
    And each of them is read again
