@performance @toggles
Feature: Throwing a switch
  A live value goes before the environment, the environment before the default. What cannot be read counts as not set, or as off where money
  moves by it. A share of lots is the same lots for ever.

  Scenario: Without any word the default holds
    Given a switch that is on by default
    Then it is on, by default

  Scenario: The environment goes before the default
    Given a switch that is on by default
    And the environment says false
    Then it is off, by environment

  Scenario: A live value goes before the environment
    Given a switch that is on by default
    And the environment says false
    And the live value is true
    Then it is on, by live

  Scenario: A live value that is taken away leaves the environment's
    Given a switch that is on by default
    And the environment says false
    And the live value is true
    When the live value is taken away
    Then it is off, by environment

  Scenario: A value that nobody can read counts as not set
    Given a switch that is on by default
    And the live value is maybe
    Then it is on, by default

  Scenario: Where money moves by it, such a value is off
    Given a switch for money that is on by default
    And the live value is maybe
    Then it is off, by unreadable: live

  Scenario: Where money moves by it, a key of another kind is off too
    Given a switch for money that is on by default
    And somebody put a list where the live value should be
    Then it is off, by unreadable: live

  Scenario: A quarter of the lots is a quarter, and the same one each time
    Given a switch that is on by default
    And the live value is 25%
    Then about a quarter of 1000 lots have it
    And they have it again when asked again

  Scenario: Who is in at ten percent is in at thirty
    Given a switch that is on by default
    Then the lots at 10% are among the lots at 30%

  Scenario: A rule picks lots by their strategy
    Given a switch that is on by default
    And the live value is true for strategy=sniping; false
    Then it is on for a lot with sniping
    And it is off for a lot with auto

  Scenario: The bid state machine can not be switched off
    Given the switch state_machine
    And the live value is false
    Then it is on, by locked

  Scenario: What is set in Redis by hand is entered in the audit
    Given a switch that is on by default
    When the live value is false
    Then the audit says that redis changed it from nothing to false

  Scenario: A change that was decided elsewhere meanwhile is not overwritten
    Given a switch that is on by default
    And the live value is false
    When somebody who saw true sets it to 10%
    Then that is refused as moved

  Scenario: The poller changes its plan while it runs
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 2 seconds pass
    When the switch polling_queue is set to false
    Then the lot is due to be read within 6 seconds of now

  Scenario: A strategy that is switched off holds its lots and says what to switch
    Given the owner is logged in at the site
    And a lot that closes in 8 seconds, bid up to $9 by somebody
    And it is watched with smart up to $40
    When 3 seconds pass
    Then no bid has reached the site
    And it says why: smart_bidding
