"""A storm: the shipped transitions among crashing workers, a hostile site and a clock that jumps, all of it from one seed."""
