@edge_cases @shutdown
Feature: Ending in order
  A service that is told to stop takes nothing more, brings what it holds to an end or hands it back, and is gone within ten seconds.

  Scenario: A bidder that ends hands its lots to the others
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When the bidder is told to stop in the middle of a look
    Then it has nothing under way
    When a second bidder is started
    And 5 seconds pass
    Then the bids that reached the site are $10

  Scenario: A proxy that ends waits for the answer to a bid
    Given the owner is logged in at the site
    And a lot that closes in 300 seconds, bid up to $9 by somebody
    And it is watched with auto up to $40
    When the proxy is told to stop while a bid is on the wire
    Then its last receipt is LEADING

  Scenario: A gateway that ends says goodbye to its clients
    Given a gateway of its own
    And the extension is connected
    When the gateway is told to stop
    Then the extension's connection is closed in order
    And nothing of the gateway is left running

  @long
  Scenario: SIGTERM ends a service of its own process with success
    Given a poller in a process of its own
    When it is sent SIGTERM
    Then it ends with success
    And its lots are in the queue for others
