//! The one integration binary: the program as a user runs it, and the promises the repository makes about itself.

mod build;
mod builder;
mod house;
mod readme;
mod seed;
