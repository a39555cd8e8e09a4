"""`python -m tieout.cli`: how a command starts another one."""

from tieout.cli import main

raise SystemExit(main())
