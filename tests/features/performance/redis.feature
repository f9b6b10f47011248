@performance @redis
Feature: The store
  Everything that matters is in Redis. It must be the right one, keep what it is given, and is asked again after it was away.

  Scenario Outline: Real money waits for a store that keeps its data
    Given a store with <setting> set to <value>
    When it is checked
    Then it is told: "Redis has <setting> <value>; set it to <right>, or a crash may lose a bid"

    Examples:
      | setting          | value       | right      |
      | appendonly       | no          | yes        |
      | appendfsync      | everysec    | always     |
      | maxmemory-policy | allkeys-lru | noeviction |

  Scenario: A store that evicts nothing and writes everything is fit for money
    Given a store that writes each change to disk
    When it is checked
    Then there is nothing to tell

  Scenario: The data of one site is never used for another
    Given an installation for "http://site"
    When it is started for "http://other"
    Then the start is refused: "This data belongs to http://site, not to http://other"

  Scenario: The data of another version is left alone
    Given an installation for "http://site"
    And its data has version 9
    When it is started for "http://site"
    Then the start is refused: "This data has version 9"

  Scenario: A store that lost its data is halted until a person has looked
    Given an installation for "http://site"
    And the store is emptied behind its back
    When it is started for "http://site"
    Then bidding is stopped because "the store is not the one this installation used"

  Scenario: A second start changes nothing
    Given an installation for "http://site"
    And all bidding was stopped
    When it is started for "http://site"
    Then bidding is stopped because "enough"
    And the installation is the same

  Scenario: Nothing is bid from a store that was not made ready
    Given an installation for "http://site"
    And an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    And the record of the installation is gone from Redis
    When the proxy takes it up
    Then it may not be sent

  Scenario: Scripts that a restarted server has forgotten are loaded again
    Given the books of a live installation
    And the server forgets its scripts
    When the owner watches a lot up to $40
    Then the lot is due to be read now

  Scenario: A server that does not answer is told as that, and nothing is repeated
    Given the books of a live installation
    When the server is gone and the owner watches a lot
    Then the change is told as not known

  Scenario: A look that the store broke off is made again at once when it is back
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When the store is away during a look
    And 6 seconds pass
    Then the bids that reached the site are $10
    And nobody counted it as a lot that kills its workers

  Scenario: A store that may lose data holds real money and says why
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And the store is found to have appendfsync everysec
    When 3 seconds pass
    Then no bid has reached the site
    And it says why: appendfsync everysec
