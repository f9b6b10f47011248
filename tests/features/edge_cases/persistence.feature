@edge_cases @persistence
Feature: What outlives the store's own death
  The embedded Redis writes each change to disk before it answers. Killed without warning and started again, it knows all that it said yes to.

  Background:
    Given a durable store of its own, made ready and live

  Scenario: Watched lots
    Given an armed lot with a limit of $40, read at $14
    When the store is killed and started again
    Then the lot is armed up to $40, and due in both queues

  Scenario: A decided bid and what it books
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    When the store is killed and started again
    Then its receipt is reserved
    And the total budget holds $18.72

  Scenario: A bid on its way is not taken for unsent
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is on its way
    When the store is killed and started again
    And 13 seconds pass
    And what is past its time is swept
    Then its receipt is unknown
    And the proxy takes it up
    And it may not be sent

  Scenario: A stop, whatever else is started
    Given all bidding is stopped
    When the store is killed and started again
    And it is made ready again
    Then bidding is stopped

  Scenario: A named wish is still one wish
    Given the owner sends the wish "w1" to watch a lot up to $40
    When the store is killed and started again
    And the owner sends the wish "w1" again
    Then the answer is the same as before

  Scenario: What a worker held comes due again
    Given an armed lot with a limit of $40, read at $14
    And a bidder has looked at the lot
    When the store is killed and started again
    And 2.1 seconds pass
    Then the lot is due to be decided on now

  Scenario: Nothing is believed that was read before the gap
    Given an armed lot with a limit of $40, read at $14
    When the store is killed and started an hour later
    And a bid of $15 is decided
    Then the decision is refused because "the lot must be read again first"

  Scenario: A switch that was thrown
    Given the switch smart_bidding was set to 25%
    When the store is killed and started again
    Then the switch smart_bidding is still set to 25%
