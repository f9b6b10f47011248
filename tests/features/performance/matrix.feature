@performance @toggles
Feature: Every combination of switches
  The plain system watches and bids; each toggle puts behaviour around it and takes none of it away.

  Scenario Outline: The same lots are won with every combination of switches
    Given the polling queue is <queue>, the breaker <breaker>, live events <live> and timings <timings>
    And a lot that closes in 9 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And a second lot that closes in 9 seconds, bid up to $50 by somebody
    And it is watched with sniping up to $40
    When both have been closed for 4 seconds at the site
    Then the first is won at $10 and its close was told once
    And the second is lost without a bid
    And each switch is in force where it works

    Examples:
      | queue | breaker | live | timings |
      | off   | off     | off  | off     |
      | off   | off     | off  | on      |
      | off   | off     | on   | off     |
      | off   | off     | on   | on      |
      | off   | on      | off  | off     |
      | off   | on      | off  | on      |
      | off   | on      | on   | off     |
      | off   | on      | on   | on      |
      | on    | off     | off  | off     |
      | on    | off     | off  | on      |
      | on    | off     | on   | off     |
      | on    | off     | on   | on      |
      | on    | on      | off  | off     |
      | on    | on      | off  | on      |
      | on    | on      | on   | off     |
      | on    | on      | on   | on      |

  Scenario: A challenger decides on its share of the lots
    Given the challenger has every lot, and smart is switched on
    And a lot that closes in 60 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    When it is 15 seconds before the close
    Then the bid that reached the site was decided by smart
    And the lot is assigned to challenger
