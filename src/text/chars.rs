//! Characters that XML can hold (XML 1.0 §2.2), and those it cannot.
