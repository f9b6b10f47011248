@core @limits
Feature: Never a cent over
  The owner types the most that a lot may cost. Guards in the store hold every decision to it, once when it is made and once more at the wire.

  Background:
    Given the books of a live installation

  Scenario: A bid at the limit is within it
    Given an armed lot with a limit of $15, read at $14
    When a bid of $15 is decided
    Then the decision stands

  Scenario: A bid a dollar above the limit is not
    Given an armed lot with a limit of $15, read at $15
    When a bid of $16 is decided
    Then the decision is refused because "the amount is above your limit for this lot"

  Scenario Outline: A limit that is none can not be armed
    When a lot with the limit <limit> is armed
    Then it is not armed: <why>

    Examples:
      | limit     | why       |
      | zero      | no-cap    |
      | negative  | no-cap    |
      | words     | bad-cap   |

  Scenario: An all-in limit leaves the largest hammer price whose bill fits
    Given an armed lot with a limit of $17.44 all-in at 15 % and 8.3 %, read at $13
    When a bid of $14 is decided
    Then the decision stands
    And the total budget holds $17.44

  Scenario: One dollar more of hammer price would break the all-in limit
    Given an armed lot with a limit of $17.44 all-in at 15 % and 8.3 %, read at $14
    When a bid of $15 is decided
    Then the decision is refused because "the amount is above your limit for this lot"

  Scenario: Premium and tax are rounded half up, each by itself
    Given an armed lot with a limit of $40 at 15 % and 8.5 %, read at $14
    When a bid of $15 is decided
    Then the total budget holds $18.72

  Scenario: Without rates nothing can be armed
    When a lot with a limit of $40 and unreadable rates is armed
    Then it is not armed: bad-rate

  Scenario: The owner's limit for any single bid holds above every other
    Given the owner allows $50 for any single bid
    And an armed lot with a limit of $200, read at $55
    When a bid of $56 is decided
    Then the decision is refused because "the amount is above your limit for a single bid (BIDWRIGHT_MAX_BID_DOLLARS)"

  Scenario: A step above the next bid is held when the owner bounds it
    Given the owner allows steps of $5
    And an armed lot with a limit of $40, read at $14
    When a bid of $25 is decided
    Then the decision is refused because "the amount is farther above the next bid than you allow (BIDWRIGHT_MAX_STEP_DOLLARS)"

  Scenario: A strategy that runs wild is held after so many bids in a minute
    Given the owner allows 2 bids a minute
    And an armed lot with a limit of $40, read at $10
    And 2 bids were outbid on it just now
    When another bid of $20 is decided
    Then the decision is refused because "it has bid on this lot as often within a minute as you allow (BIDWRIGHT_BIDS_PER_MINUTE)"

  Scenario: The owner's own order is no runaway
    Given the owner allows 2 bids a minute
    And an armed lot with a limit of $40, read at $10
    And 2 bids were outbid on it just now
    When the owner's order of $20 is decided
    Then the decision stands

  Scenario: An amount with cents is no bid
    Given an armed lot with a limit of $40, read at $14
    When a bid of $15.50 is decided
    Then the decision is refused because "the amount is not a whole number of dollars"

  Scenario: An amount below the next bid is not sent to be refused
    Given an armed lot with a limit of $40, read at $14
    When a bid of $14 is decided
    Then the decision is refused because "the amount is below the next bid that the site accepts, $15"

  Scenario: A limit lowered between the decision and the wire wins
    Given an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    When the owner lowers the limit to $10
    And the proxy takes it up
    Then it is cancelled as stale-cap

  Scenario: A lead is not bid over
    Given an armed lot with a limit of $40, read at $14 and ours
    When a bid of $15 is decided
    Then the decision is refused because "you lead already"

  Scenario: A lot that our account may not bid on is left alone
    Given an armed lot with a limit of $40, read at $14
    And the site does not allow the account to bid on it
    When a bid of $15 is decided
    Then the decision is refused because "the site does not allow your account to bid on this lot"
