@core @strategies
Feature: Strategies
  A strategy is a pure answer to what it is shown: bid, wait or hold, each with its reason. Guards decide what becomes of the answer.

  Scenario: Sniping is silent until ten seconds before the close
    Given a lot at $12 that closes in 300 seconds, with a limit of $40
    When sniping is asked
    Then it waits until 10 seconds before the close

  Scenario: Sniping then bids the next acceptable amount
    Given a lot at $12 that closes in 10 seconds, with a limit of $40
    When sniping is asked
    Then it bids $13

  Scenario: The owner chooses how long before
    Given a lot at $12 that closes in 300 seconds, with a limit of $40
    And the setting snipeSeconds is 4
    When sniping is asked
    Then it waits until 4 seconds before the close

  Scenario: A lead that would not survive a fail-over is raised, and said
    Given a lot at $12 that closes in 300 seconds, with a limit of $40
    And the setting snipeSeconds is 4
    And bids are safe no later than 7 seconds before the close
    When sniping is asked
    Then it waits until 7 seconds before the close
    And it gives as reason "7 s before the close; 4 s would be too late to be safe"

  Scenario: In a war sniping answers once the price has rested
    Given a lot at $12 that closes in 28 seconds, with a limit of $40
    And a bid of ours was outbid 1 second ago
    And extensions have moved the close by 1 minutes
    When sniping is asked
    Then it waits 1 second more

  Scenario: A war that has lasted too long is left
    Given a lot at $12 that closes in 20 seconds, with a limit of $40
    And a bid of ours was outbid 9 seconds ago
    And extensions have moved the close by 16 minutes
    When sniping is asked
    Then it holds because "extensions have moved the close by more than 15 minutes, your limit for a war"

  Scenario: A lot that has been answered often enough is left
    Given a lot at $12 that closes in 20 seconds, with a limit of $40
    And the setting maxRebids is 0
    And a bid of ours was outbid 9 seconds ago
    When sniping is asked
    Then it holds because "it has answered 0 outbids here, your limit for one lot"

  Scenario: Once outbid, the walk-away price ends the war below the limit
    Given a lot at $30 that closes in 20 seconds, with a limit of $40
    And the setting walkAwayDollars is 25
    And a bid of ours was outbid 9 seconds ago
    When sniping is asked
    Then it holds because "the next bid, $31, is above your walk-away price of $25"

  Scenario: The buffer is bid on top
    Given a lot at $12 that closes in 5 seconds, with a limit of $40
    And the setting buffer is 3
    When sniping is asked
    Then it bids $16

  Scenario: The buffer ends at the limit
    Given a lot at $12 that closes in 5 seconds, with a limit of $14
    And the setting buffer is 3
    When sniping is asked
    Then it bids $14

  Scenario: A smallest bid is never undercut
    Given a lot at $2 that closes in 5 seconds, with a limit of $40
    And the setting minBidAmount is 10
    When sniping is asked
    Then it bids $10

  Scenario: Above the limit there is nothing to propose
    Given a lot at $40 that closes in 5 seconds, with a limit of $40
    When sniping is asked
    Then it holds because "the next bid, $41, is above your limit of $40"

  Scenario: A lot that does not say what the next bid is
    Given a lot at $12 without a next bid, with a limit of $40
    When sniping is asked
    Then it holds because "the site does not say what the next bid is"

  Scenario: Auto bids at once
    Given a lot at $12 that closes in 3000 seconds, with a limit of $40
    When auto is asked
    Then it bids $13

  Scenario: Auto lets a burst of bids pass before it answers
    Given a lot at $12 that closes in 3000 seconds, with a limit of $40
    And a bid of ours was outbid 1 second ago
    When auto is asked
    Then it waits 2 seconds more

  Scenario: Auto answers at once when patience would come too late
    Given a lot at $12 that closes in 2 seconds, with a limit of $40
    And a bid of ours was outbid 1 second ago
    When auto is asked
    Then it bids $13

  Scenario: Auto says that it leads and does nothing
    Given a lot at $12 that closes in 3000 seconds, with a limit of $40
    And it is ours
    When auto is asked
    Then it holds because "you lead at $12"

  Scenario: Manual leaves every bid to the owner
    Given a lot at $12 that closes in 5 seconds, with a limit of $40
    When manual is asked
    Then it holds because "this lot is bid on by hand only (strategy manual)"

  Scenario: Smart leaves a rival's next step no more than a tie
    Given a lot at $12 that closes in 5 seconds, with a limit of $40
    When smart is asked
    Then it bids $14
    And it gives as reason "$1 above the next bid, so that a rival's next step is only a tie"

  Scenario: Smart's headroom ends at the limit
    Given a lot at $39 that closes in 5 seconds, with a limit of $40
    When smart is asked
    Then it bids $40

  Scenario: A strategy that is not there holds its lots
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with bargain up to $40
    When 3 seconds pass
    Then no bid has reached the site
    And it says why: there is no strategy 'bargain'

  Scenario: Settings that make no sense hold the lot and are named
    Given the owner is logged in at the site
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with sniping and the settings {"snipeSeconds": 900}
    When 3 seconds pass
    Then no bid has reached the site
    And it says why: the settings of strategy sniping

  Scenario: A strategy that fails holds its lot and no other
    Given the owner is logged in at the site
    And a strategy that raises whatever it is shown
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with broken up to $40
    And another lot that is watched with auto
    When 3 seconds pass
    Then the first lot says why: failed: RuntimeError: no idea
    And the second lot was bid on

  Scenario: A strategy that would bid everything is cut to the limit
    Given the owner is logged in at the site
    And a strategy that always bids $900
    And a lot that closes in 600 seconds, bid up to $9 by somebody
    And it is watched with greedy up to $40
    When 3 seconds pass
    Then the bids that reached the site are $40
