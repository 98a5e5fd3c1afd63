use super::Report;
use crate::diagnostic::Severity;

/// How much was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Findings that leave a document's meaning in doubt.
    pub errors: usize,
    /// Findings that were mended or that some readers feel.
    pub warnings: usize,
}

impl Summary {
    /// Counts a report.
    #[must_use]
    pub fn of(report: &Report<'_>) -> Summary {
        let count = |severity| report.diagnostics.iter().filter(|found| found.severity == severity).count();
        Summary { files: report.files_read, errors: count(Severity::Error), warnings: count(Severity::Warning) }
    }

    /// Returns the line for people, if anything was found: `2 errors, 1 warning`.
    pub(super) fn line(self) -> Option<String> {
        let parts = [(self.errors, "error"), (self.warnings, "warning")];
        let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(count, noun)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Returns a number and its noun, plural only when plural.
pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_plural_only_when_plural() {
        let line = |errors, warnings| Summary { files: 1, errors, warnings }.line().unwrap_or_default();
        assert_eq!(line(2, 1), "2 errors, 1 warning");
        assert_eq!(line(0, 2), "2 warnings");
        assert_eq!(line(0, 0), "");
    }
}
