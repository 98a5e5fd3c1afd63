//! postrider.yaml read through the KEYS table into Settings.
