//! The program `postrider`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    postrider::cli::main()
}
