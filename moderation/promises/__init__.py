"""When somebody who asks is answered: what each board promises, its clocks, and its true record."""
