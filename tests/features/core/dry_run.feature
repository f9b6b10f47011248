@core @states
Feature: Two switches for real money
  The service must be live and the lot armed. Everything else is paper: the same path up to the last hop, with books of its own.

  Scenario: A new installation is in dry run
    Given the books of a new installation
    Then the service is in dry run

  Scenario: A lot for real money is held while the service is in dry run
    Given the books of a new installation
    And an armed lot with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision is refused because "the service is in dry run, and this lot is set to real money"

  Scenario: An unarmed lot is not bid on, live or not
    Given the books of a live installation
    And an unarmed lot with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision is refused because "this lot is not armed"

  Scenario: The service goes back to dry run between the decision and the wire
    Given the books of a live installation
    And an armed lot with a limit of $40, read at $14
    And a bid of $15 is decided
    When the service is put in dry run
    And the proxy takes it up
    Then it is cancelled as service-mode

  Scenario: A paper bid never reaches the site
    Given the books of a new installation
    And an armed lot on paper with a limit of $40, read at $14
    And a bid of $15 is decided
    When the proxy takes it up
    Then it is only simulated

  Scenario: A paper bid leads while the next bid is not above it
    Given the books of a new installation
    And an armed lot on paper with a limit of $40, read at $14
    And a bid of $20 is on its way
    And the site answers that it leads
    When the lot is read at $18
    Then the lot leads on paper

  Scenario: A paper lead ends when the price passes it
    Given the books of a new installation
    And an armed lot on paper with a limit of $40, read at $14
    And a bid of $20 is on its way
    And the site answers that it leads
    When the lot is read at $21
    Then the lot does not lead on paper

  Scenario: At the close the paper ledger says what would have been paid
    Given the books of a new installation
    And an armed lot on paper with a limit of $40, read at $14
    And a bid of $20 is on its way
    And the site answers that it leads
    When the site says twice that the lot closed at $17, another's
    Then the lot is won on paper at $18

  Scenario: Paper needs no session of the site
    Given the books of a new installation
    And the session of the site has expired
    And an armed lot on paper with a limit of $40, read at $14
    When a bid of $15 is decided
    Then the decision stands

  Scenario: The owner's choice is remembered over a restart
    Given the books of a new installation
    And the owner takes the service live
    When the services start again
    Then the service is live

  Scenario: The environment locks dry run over that choice
    Given the books of a new installation
    And the owner takes the service live
    When the services start again with BIDWRIGHT_MODE=dry-run
    Then the service is in dry run

  Scenario: A lot that ended on paper was not won with money
    Given the books of a live installation
    And an armed lot on paper with a limit of $40, read at $14
    And the site says twice that the lot closed at $20, another's
    When the owner puts it on real money
    Then the wish is refused as closed
