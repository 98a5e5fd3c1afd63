//! The program `postrider`: arguments in, exit code out.

fn main() {}
