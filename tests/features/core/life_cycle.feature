@core @life_cycle
Feature: From watched to won, lost or let go
  The whole system beside the simulated site: what the owner watches is read, shown, followed when its close moves, and ended by the site alone.

  Background:
    Given the owner is logged in at the site

  Scenario: A watched lot is read and shown at once
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When 1 second passes
    Then it is shown as the site has it, at $9

  Scenario: A lot that is only watched says so
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When 1 second passes
    Then it says "Watched only: it is not armed."

  Scenario: A lot that is only watched is followed to its end
    Given a lot that closes in 8 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When it is closed for 5 seconds at the site
    Then the lot is lost
    And the site saw no request to bid

  Scenario: An armed lot says when it will bid, and up to what
    Given a lot that closes in 90 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When 2 seconds pass
    Then it says that it will bid up to $40, 10 s before the close

  Scenario: A rival's bid is seen by the next read
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 1 second passes
    When somebody bids up to $14
    And the lot is refreshed
    And 1 second passes
    Then it is shown as the site has it, at $10

  Scenario: A close that the site moves is adopted by the next read
    Given a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 1 second passes
    When the site moves the close by 600 seconds
    And the lot is refreshed
    And 1 second passes
    Then it is shown as the site has it, at $9

  Scenario: A rival's bid in the last seconds moves the close, and the lot goes on
    Given a lot that closes in 10 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    When it is 3 seconds before the close
    And somebody bids up to $14
    And 6 seconds pass
    Then the lot is not final
    And it is shown as the site has it, at $10

  Scenario: A lot is not over because the clock says so
    Given a lot that closes in 6 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 2 seconds pass
    When every page fails with 503
    And 8 seconds pass
    Then the lot is not final
    When the site works again
    And 40 seconds pass
    Then the lot is lost

  Scenario: A lot that is armed later is bid on from then on
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 2 seconds pass
    When the owner arms it with auto
    And 3 seconds pass
    Then the bids that reached the site are $10

  Scenario: A lot that is disarmed before its time is not bid on
    Given a lot that closes in 16 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And 2 seconds pass
    When the owner disarms it
    And it is closed for 4 seconds at the site
    Then the site saw no request to bid

  Scenario: A limit that is lowered in time holds the next bid
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And 3 seconds pass
    When the owner lowers its limit to $11
    And somebody bids up to $30
    And the lot is refreshed
    And 8 seconds pass
    Then the bids that reached the site are $10
    And it says "Will NOT bid, because the next bid, $12, is above your limit of $11."

  Scenario: The owner's own bid on the site counts as ours
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And the owner bids $20 on the site
    When 2 seconds pass
    Then the lot leads without a bid of ours
    And money stands on it

  Scenario: A lot that the site takes down is told by name
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And 3 seconds pass
    When the site takes the lot down
    And the lot is refreshed
    And 2 seconds pass
    Then the owner is told that the site does not show it any more

  Scenario: A lot that nobody watches is not read
    Given a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched unarmed up to $40
    And 2 seconds pass
    When the owner stops watching it, and it is released
    And 30 seconds pass
    Then the site is not asked about it any more
