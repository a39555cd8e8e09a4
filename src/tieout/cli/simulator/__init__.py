"""The simulator: the whole product in one process from one seed, with everything around it made up (`tieout simulate`)."""
