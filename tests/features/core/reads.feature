@core @states
Feature: What a read may change
  Every decision stands on a read of the site. Reads come late, twice and out of order; only a newer one moves the lot, and only a fresh one
  carries a bid.

  Background:
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14

  Scenario: A read moves price and close
    When the lot is read at $17
    Then the lot stands at $17 in the books

  Scenario: A read that began before the newest one changes nothing
    Given a read of the site that began now
    And the lot is read at $17
    When the earlier read arrives with $12
    Then it is not taken: older-than-obs
    And the lot stands at $17 in the books

  Scenario: A read that began before our last bid was settled changes nothing
    Given a bid of $15 is on its way
    And a read of the site that began now
    And 1 second passes
    And the site answers that it is outbid
    When the earlier read arrives with $14
    Then it is not taken: older-than-settle

  Scenario: A read from the future is none
    When a read arrives that begins in 5 seconds
    Then it is not taken: future

  Scenario: A read without a next bid is none for an open lot
    When a read arrives without a next bid
    Then it is not taken: bad-read

  Scenario: A decision on a read too old is refused
    When 3 seconds pass
    And a bid of $15 is decided
    Then the decision is refused because "the price was read too long ago"

  Scenario: A decision on another read than the newest is refused
    Given a bidder has looked at the lot
    And the lot is read at $14
    When it decides to bid $15 on what it saw
    Then the decision is refused because "the price was read anew a moment ago; it decides anew"

  Scenario: A price on the wire that has moved past the bid stops it
    Given a bid of $15 is decided
    And the lot is read at $20
    When the proxy takes it up
    Then it is cancelled as below-next

  Scenario: A read that shows our lead stops the bid on the wire
    Given a bid of $15 is decided
    And the lot is read at $14, and we lead
    When the proxy takes it up
    Then it is cancelled as leading

  Scenario: One word that the lot closed is not believed
    When the site says that the lot closed at $20
    Then the lot is not over in the books

  Scenario: Two words a second apart are
    When the site says twice that the lot closed at $20, another's
    Then the lot is over in the books, lost

  Scenario: A lot that seemed closed and is open again goes on
    When the site says that the lot closed at $20
    And 2 seconds pass
    And the lot is read at $21
    And 2 seconds pass
    And the site says that the lot closed at $22
    Then the lot is not over in the books

  Scenario: Nothing changes a lot that is over
    Given the site says twice that the lot closed at $20, another's
    When a read arrives with $25
    Then it is not taken: final

  Scenario: A read that does not know the owner is shown and never bid on
    When a read without the account shows $19
    Then the lot stands at $19 in the books
    And the next bid is still that of the last read with the account

  Scenario: The site's own event and one read after it end a lot without money on it
    Given a live event says that the lot has closed
    When the site says that the lot closed at $20
    Then the lot is over in the books, lost

  Scenario: With money on it a lot is ended by two reads, whatever an event says
    Given a bid of $15 is on its way
    And the site answers that it leads
    And a live event says that the lot has closed
    When the site says that the lot closed at $20
    Then the lot is not over in the books
