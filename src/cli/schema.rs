//! `postrider schema`.

/// Returns the JSON Schema of `postrider.yaml`, ready to be written to a file that an editor reads.
#[must_use]
pub(super) fn run() -> String {
    format!("{:#}\n", crate::config::schema())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_is_json_on_several_lines() {
        let text = super::run();
        assert!(text.ends_with("}\n") && text.lines().count() > 100);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
