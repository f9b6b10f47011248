"""`bidwright demo`, as the containers run it."""

from bidwright_cli.app import main


def test_a_token_file_that_is_not_there_is_a_sentence(tmp_path, capsys, monkeypatch):
    """
    78: something must be set up first.
    """
    monkeypatch.delenv("AUTH_TOKEN", raising=False)
    words = ["--site", "http://127.0.0.1:1", "--url", "http://127.0.0.1:1", "--memory", str(tmp_path / "m")]

    assert 78 == main(["demo", *words, "--token-file", str(tmp_path / "none")])
    assert "cannot be read" in capsys.readouterr().err


def test_it_is_for_the_containers_and_not_in_the_help(capsys):
    """
    A person has `up`.
    """
    main(["--help"])

    assert "demo " not in capsys.readouterr().out
