//! Scalars as front matter and configurations tell them, with their kind: Liquid tells `5` from `"5"`.

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// A text, whatever it looks like.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
}

/// One scalar, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalars {
    /// One.
    One(Scalar),
    /// A list, be it of one.
    List(Vec<Scalar>),
}
