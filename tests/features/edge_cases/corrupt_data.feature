@edge_cases @corrupt_data
Feature: Values that cannot be read
  Redis is edited by hand, pages change, files are cut short. What cannot be read never lets money move, and never stops the rest.

  Scenario Outline: A field of the lot that holds nonsense holds the bid
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And somebody writes <value> into the lot's field <field>
    When a bid of $15 is decided
    Then the decision is refused because "<sentence>"

    Examples:
      | field    | value   | sentence                                                                      |
      | cap      | forty   | there is no limit set for this lot                                            |
      | cap      | 1e999   | there is no limit set for this lot                                            |
      | premium  | x       | premium and tax of this lot are not known, so its cost cannot be reckoned     |
      | tax      | 999999  | premium and tax of this lot are not known, so its cost cannot be reckoned     |
      | allin    | much    | the amount is above your limit for this lot                                   |
      | next_bid | soon    | the site does not say what the next bid is                                    |
      | scopes   | nothing | it would go over the budget 'nothing'                                         |
      | status   | maybe   | the site does not have this lot open for bidding                              |

  Scenario: A budget whose limit is no number has no room
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And somebody writes plenty into the total budget
    When a bid of $15 is decided
    Then the decision is refused because "it would go over the budget 'total'"

  Scenario: A group without a number wants none
    Given the books of a live installation
    And a group of which 1 is wanted
    And an armed lot of the group with a limit of $40, read at $14
    And somebody writes many into the group's number
    When a bid of $15 is decided
    Then the decision is refused because "enough lots of its group are won, led or being bid on"

  Scenario: A session whose record is gone is none
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And somebody deletes the session in Redis
    When a bid of $15 is decided
    Then the decision is refused because "the site does not know you as logged in; log in there and send the session again"

  Scenario: A limit overwritten between the decision and the wire stops the bid
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    And somebody writes nothing into the lot's field cap
    When the proxy takes it up
    Then it is cancelled as no-cap

  Scenario: A receipt whose record is gone can not be sent
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    And somebody deletes the receipt in Redis
    When the proxy takes it up
    Then it may not be sent

  Scenario: Pages without the lot in them hold its bids, and it says so
    Given the owner is logged in at the site
    And a lot that closes in 20 seconds, bid up to $9 by somebody
    And it is watched with sniping up to $40
    And 2 seconds pass
    When every page is some other page
    And it is 8 seconds before the close
    Then no bid has reached the site
    And it is told that the page can not be understood
    And it says why: the site's page of this lot can not be understood at present

  Scenario: A lot whose word nobody knows is not bid on
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And the site calls it "suspended"
    And it is watched with auto up to $40
    When 3 seconds pass
    Then no bid has reached the site
    And it says why: open for bidding (suspended)

  Scenario: A format that is broken as a whole holds every real bid
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And the site's pages are not understood any more
    When a bid of $15 is decided
    Then the decision is refused because "the site's pages are not understood at present"

  Scenario: Once they are understood again every lot is looked at
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And the site's pages are not understood any more
    And the lot is not due before a minute has passed
    When the site's pages are understood again
    Then the lot is due to be decided on now

  Scenario: A lot that one record spoils leaves the others alone
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And another watched lot whose record is spoilt
    When 4 seconds pass
    Then the bids that reached the site are $10

  Scenario: A lot whose record is of another kind leaves the others alone
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    And another watched lot whose record is a plain text
    When 4 seconds pass
    Then the bids that reached the site are $10
