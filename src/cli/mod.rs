//! Arguments in, exit code out: one file per subcommand.
pub mod init;
pub mod new;
pub mod schema;
