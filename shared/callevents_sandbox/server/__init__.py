"""HTTP on real sockets, with faults and a journal."""
