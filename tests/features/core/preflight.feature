@core @life_cycle
Feature: Never silently
  Sixty, ten and two minutes before the close everything that a bid needs is checked, and what is red is told while there is time to mend it.

  Background:
    Given the owner is logged in at the site
    And a lot that closes in 700 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And 2 seconds pass

  Scenario: A lot that will be bid on has nothing red
    When it is checked ten minutes before the close
    Then the check ten minutes before found nothing

  Scenario Outline: What would keep the bid back is told by name
    Given <trouble>
    When it is checked ten minutes before the close
    Then the check ten minutes before found: <told>

    Examples:
      | trouble                                       | told                                        |
      | the owner stops all bidding                   | the kill switch is on                       |
      | the service is put in dry run by somebody     | the service is in dry run                   |
      | the session is found to be expired            | it is expired                               |
      | no room is left in the total budget           | has $0 left and the next bid needs $12.48   |
      | the site is left alone after failures         | is left alone for a moment                  |
      | two rivals bid it up to $51                   | the next bid, $52, is above your limit of $40 |

  Scenario: Two replicas tell it once
    Given the owner stops all bidding
    When it is checked ten minutes before the close
    And it is checked by another replica
    Then the check was told once

  Scenario: An extension of seconds asks for no other check
    When it is checked ten minutes before the close
    And the site moves the close by 30 seconds
    And the lot is refreshed
    And 1 second passes
    And it is checked by another replica
    Then the check was told once
