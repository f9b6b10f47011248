@edge_cases @network
Feature: Bad lines and bad answers
  A read that fails is made again. A bid is not: what its answer does not prove is settled by reading the lot, and never by sending again.

  Background:
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody

  Scenario: The line breaks before the site took the bid
    Given the answer to the next bid breaks off before the site took it
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN
    When 25 seconds pass
    Then its first receipt is ABSENT
    And the bids that reached the site are $10

  Scenario: Half an answer to a bid that stands
    Given the next bid is answered with half an answer
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN
    When 20 seconds pass
    Then its first receipt is LEADING
    And the site saw one request to bid

  Scenario: 503 after the site took the bid
    Given the next bid is answered with 503 after the site took it
    And it is watched with auto up to $40
    When 20 seconds pass
    Then its first receipt is LEADING
    And the site saw one request to bid

  Scenario: A page in place of a result proves nothing about the bid
    Given the next bid is answered with some page
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of page

  Scenario: A login page in answer to a bid ends the session, not the bid
    Given the next bid is answered with a login page
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of page
    And the session is known to be expired

  Scenario: A captcha stops everything that could look like hammering
    Given the next bid is answered with a captcha
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of challenge
    And nobody asks the site for a while

  Scenario: Too many requests in answer to a bid, with the pause that the site wants
    Given the next bid is answered with 429 and a pause of 20 seconds
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of busy
    And nobody asks the site for a while

  Scenario: Words that nobody knows are no verdict
    Given the next bid is answered with words nobody knows
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of not-understood

  Scenario: A bid of that amount is there already
    Given the next bid is answered with a bid of that amount is there already
    And it is watched with auto up to $40
    When 3 seconds pass
    Then its first receipt is UNKNOWN, because of duplicate

  Scenario: The site says that it is too low
    Given the next bid is answered with too low
    And it is watched with auto up to $40
    When 2 seconds pass
    Then its first receipt is REJECTED, because of too-low

  Scenario: The site says that the auction has ended
    Given the next bid is answered with the auction has ended
    And it is watched with auto up to $40
    When 2 seconds pass
    Then its first receipt is REJECTED, because of ended

  Scenario: Accepted, and somebody's hidden maximum is higher
    Given somebody's hidden maximum is $12
    And it is watched with auto up to $40
    When 2 seconds pass
    Then its first receipt is OUTBID

  Scenario: A pause that the site asks for in answer to a read is kept
    Given it is watched unarmed up to $40
    And 2 seconds pass
    When the site asks for a pause of 20 seconds
    And the lot is looked at 6 times
    Then the site was asked once more in that time

  Scenario: Pages that break off are read again, and the lot goes on
    Given it is watched unarmed up to $40
    And 2 seconds pass
    And every page breaks off
    And the lot is refreshed
    And 2 seconds pass
    When the site works again
    And somebody bids up to $14
    And 20 seconds pass
    Then it is shown as the site has it, at $10

  Scenario: A captcha in place of a page is told as that
    Given it is watched with auto up to $5
    And 2 seconds pass
    When every page is a captcha
    And the lot is refreshed
    And 2 seconds pass
    Then nobody asks the site for a while

  Scenario: The session expires, and is good again once the owner has logged in
    Given it is watched with sniping up to $40
    And 2 seconds pass
    And the session expires at the site
    When the session is checked
    And 2 seconds pass
    Then the session is known to be expired
    And it says why: log in there and send the session again
    When the owner logs in again and sends the session
    And 3 seconds pass
    Then it says that it will bid up to $40, 10 s before the close

  Scenario: A slow site is still bid at
    Given it is watched with auto up to $40
    And every request is answered 1 seconds late
    When 10 seconds pass
    Then the bids that reached the site are $10

  Scenario: A rival who withdraws leaves us the lead again
    Given it is watched with auto up to $12
    And 3 seconds pass
    And somebody bids up to $30
    And the lot is refreshed
    And 2 seconds pass
    And nothing stands on the lot at the site's word
    When the leader withdraws at the site
    And the lot is refreshed
    And 2 seconds pass
    Then the lot leads again, and its money is booked again
