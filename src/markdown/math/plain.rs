//! Simple formulas as HTML that needs no `MathML`: italic letters, Greek, raised and lowered signs, fractions on one line.

/// The longest formula, and the deepest nesting, that reads well on one line.
const LENGTH: usize = 120;
const DEPTH: usize = 4;

/// Returns a simple formula as HTML; `None` for one that its source shows better.
pub(in crate::markdown) fn plain(tex: &str) -> Option<String> {
    let tex = tex.trim();
    if tex.is_empty() || tex.len() > LENGTH {
        return None;
    }
    let mut reader = Reader { rest: tex, out: String::new(), depth: 0 };
    reader.read(None)?;
    Some(reader.out.trim().to_owned())
}

struct Reader<'a> {
    rest: &'a str,
    out: String,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads to the end, or to a closing brace.
    fn read(&mut self, end: Option<char>) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start();
            let Some(c) = self.rest.chars().next() else { return end.is_none().then_some(()) };
            if Some(c) == end {
                self.skip(c);
                return Some(());
            }
            self.atom(c)?;
        }
    }

    fn skip(&mut self, c: char) {
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
    }

    fn atom(&mut self, c: char) -> Option<()> {
        match c {
            '\\' => return self.command(),
            '{' => {
                let inner = self.group()?;
                self.out.push_str(&inner);
                return Some(());
            }
            '^' | '_' => {
                self.skip(c);
                let inner = self.group()?;
                let (start, end) = if c == '^' { ("<sup>", "</sup>") } else { ("<sub>", "</sub>") };
                self.push(&[start, inner.trim(), end]);
                return Some(());
            }
            c if c.is_ascii_alphabetic() => {
                // `∑` with its bounds, and then what is summed.
                let is_bound = self.out.rfind(['∑', '∏', '∫']).is_some_and(|at| !self.out.get(at..).unwrap_or_default().contains("> <"));
                if self.depth == 0 && is_bound && self.out.ends_with('>') {
                    self.out.push(' ');
                }
                let len = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
                let (letters, rest) = self.rest.split_at(len);
                self.rest = rest;
                self.push(&["<i>", letters, "</i>"]);
                return Some(());
            }
            '0'..='9' | '.' | '(' | ')' | '[' | ']' | '|' | '!' | '/' | ':' => self.out.push(c),
            ',' | ';' => self.push(&[&c.to_string(), " "]),
            '\'' => self.out.push('′'),
            '+' => self.sign("+"),
            '-' => self.sign("−"),
            '=' => self.sign("="),
            '<' => self.sign("&lt;"),
            '>' => self.sign("&gt;"),
            '*' => self.sign("∗"),
            _ => return None,
        }
        self.skip(c);
        Some(())
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.out.push_str(part);
        }
    }

    /// Writes a sign between two things with blanks around it; before one thing without.
    fn sign(&mut self, sign: &str) {
        let before = self.out.trim_end();
        let is_first = before.is_empty()
            || before.ends_with(|c| "([=,;<>≤≥≠≈≡∼∝→←⇒⇔∈∉+−·×÷±∓|".contains(c))
                && !before.ends_with("</i>")
                && !before.ends_with("</sup>")
                && !before.ends_with("</sub>");
        if is_first {
            self.out.push_str(sign);
        } else {
            let len = before.len();
            self.out.truncate(len);
            self.push(&[" ", sign, " "]);
        }
    }

    /// Returns what stands in braces, or the one sign that stands there instead.
    fn group(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let c = self.rest.chars().next()?;
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let outer = std::mem::take(&mut self.out);
        if c == '{' {
            self.skip(c);
            self.read(Some('}'))?;
        } else if c.is_ascii_alphanumeric() {
            self.skip(c);
            let letter = c.to_string();
            if c.is_ascii_digit() { self.out.push(c) } else { self.push(&["<i>", &letter, "</i>"]) }
        } else if c == '\\' {
            self.command()?;
        } else {
            return None;
        }
        self.depth -= 1;
        Some(std::mem::replace(&mut self.out, outer))
    }

    fn command(&mut self) -> Option<()> {
        self.skip('\\');
        let len = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (name, rest): (&'a str, &'a str) = self.rest.split_at(len);
        if name.is_empty() {
            let c = self.rest.chars().next()?;
            self.skip(c);
            match c {
                ',' | ';' | ' ' | ':' => self.out.push(' '),
                '!' => {}
                '{' | '}' | '%' | '$' | '#' => self.out.push(c),
                _ => return None,
            }
            return Some(());
        }
        self.rest = rest;
        match name {
            "frac" | "tfrac" | "dfrac" => {
                let (over, under) = (self.group()?, self.group()?);
                self.push(&[&bracketed(&over), "/", &bracketed(&under)]);
            }
            "sqrt" if !self.rest.trim_start().starts_with('[') => {
                let inner = self.group()?;
                self.push(&["√", &bracketed(&inner)]);
            }
            "text" | "mathrm" | "operatorname" => {
                let (inner, rest) = self.rest.trim_start().strip_prefix('{')?.split_once('}')?;
                if inner.contains(['{', '\\', '<', '&', '$']) {
                    return None;
                }
                self.rest = rest;
                self.out.push_str(inner);
            }
            "left" | "right" | "big" | "Big" | "limits" | "displaystyle" => {}
            _ => self.named(name)?,
        }
        Some(())
    }

    fn named(&mut self, name: &str) -> Option<()> {
        let (_, sign, is_relation) = SIGNS.iter().find(|(known, ..)| *known == name)?;
        if *is_relation {
            self.sign(sign);
        } else {
            let is_word = sign.chars().count() > 1;
            // `2 sin x`: a function's name stands apart.
            let gap = if is_word && self.out.ends_with(|c: char| c.is_alphanumeric() || c == '>') { " " } else { "" };
            self.push(&[gap, sign, if is_word { " " } else { "" }]);
        }
        Some(())
    }
}

/// Returns a part of a fraction in brackets, unless it is one thing.
fn bracketed(html: &str) -> String {
    let html = html.trim();
    let is_one =
        !html.contains(' ') && !html.contains('/') || html.starts_with('(') && html.ends_with(')') && html.matches('(').count() == 1;
    let slashes = html.matches("</").count();
    let is_one = is_one || !html.contains(' ') && html.matches('/').count() == slashes;
    if is_one { html.to_owned() } else { format!("({html})") }
}

/// Names of signs, the signs, and whether they stand between two things.
static SIGNS: &[(&str, &str, bool)] = &[
    ("alpha", "α", false),
    ("beta", "β", false),
    ("gamma", "γ", false),
    ("delta", "δ", false),
    ("epsilon", "ε", false),
    ("varepsilon", "ε", false),
    ("zeta", "ζ", false),
    ("eta", "η", false),
    ("theta", "θ", false),
    ("iota", "ι", false),
    ("kappa", "κ", false),
    ("lambda", "λ", false),
    ("mu", "μ", false),
    ("nu", "ν", false),
    ("xi", "ξ", false),
    ("pi", "π", false),
    ("rho", "ρ", false),
    ("sigma", "σ", false),
    ("tau", "τ", false),
    ("phi", "φ", false),
    ("varphi", "φ", false),
    ("chi", "χ", false),
    ("psi", "ψ", false),
    ("omega", "ω", false),
    ("Gamma", "Γ", false),
    ("Delta", "Δ", false),
    ("Theta", "Θ", false),
    ("Lambda", "Λ", false),
    ("Xi", "Ξ", false),
    ("Pi", "Π", false),
    ("Sigma", "Σ", false),
    ("Phi", "Φ", false),
    ("Psi", "Ψ", false),
    ("Omega", "Ω", false),
    ("infty", "∞", false),
    ("partial", "∂", false),
    ("nabla", "∇", false),
    ("sum", "∑", false),
    ("prod", "∏", false),
    ("int", "∫", false),
    ("ldots", "…", false),
    ("dots", "…", false),
    ("cdots", "⋯", false),
    ("hbar", "ℏ", false),
    ("ell", "ℓ", false),
    ("emptyset", "∅", false),
    ("forall", "∀", false),
    ("exists", "∃", false),
    ("neg", "¬", false),
    ("quad", " ", false),
    ("sin", "sin", false),
    ("cos", "cos", false),
    ("tan", "tan", false),
    ("log", "log", false),
    ("ln", "ln", false),
    ("exp", "exp", false),
    ("min", "min", false),
    ("max", "max", false),
    ("lim", "lim", false),
    ("cdot", "·", true),
    ("times", "×", true),
    ("div", "÷", true),
    ("pm", "±", true),
    ("mp", "∓", true),
    ("le", "≤", true),
    ("leq", "≤", true),
    ("ge", "≥", true),
    ("geq", "≥", true),
    ("lt", "&lt;", true),
    ("gt", "&gt;", true),
    ("ne", "≠", true),
    ("neq", "≠", true),
    ("approx", "≈", true),
    ("equiv", "≡", true),
    ("sim", "∼", true),
    ("propto", "∝", true),
    ("to", "→", true),
    ("rightarrow", "→", true),
    ("leftarrow", "←", true),
    ("Rightarrow", "⇒", true),
    ("implies", "⇒", true),
    ("iff", "⇔", true),
    ("in", "∈", true),
    ("notin", "∉", true),
    ("subset", "⊂", true),
    ("subseteq", "⊆", true),
    ("cup", "∪", true),
    ("cap", "∩", true),
    ("land", "∧", true),
    ("lor", "∨", true),
    ("mid", "|", true),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_simple_formula_needs_no_mathml() {
        for (tex, html) in [
            ("a^2+b^2=c^2", "<i>a</i><sup>2</sup> + <i>b</i><sup>2</sup> = <i>c</i><sup>2</sup>"),
            ("E = mc^2", "<i>E</i> = <i>mc</i><sup>2</sup>"),
            ("x_{max} \\le -1", "<i>x</i><sub><i>max</i></sub> ≤ −1"),
            ("\\frac{1}{2}", "1/2"),
            ("\\frac{n(n+1)}{2}", "(<i>n</i>(<i>n</i> + 1))/2"),
            ("\\sum_{k=1}^n k", "∑<sub><i>k</i> = 1</sub><sup><i>n</i></sup> <i>k</i>"),
            ("2\\sin\\alpha", "2 sin α"),
            ("a < b", "<i>a</i> &lt; <i>b</i>"),
            ("\\sqrt{x+1}", "√(<i>x</i> + 1)"),
        ] {
            assert_eq!(plain(tex).as_deref(), Some(html), "{tex}");
        }
    }

    #[test]
    fn a_formula_that_does_not_fit_a_line_is_left_to_its_source() {
        for tex in ["", "\\begin{matrix}1\\end{matrix}", "\\mathbb{R}", "a^", "{a", "a}", "\\frac{1}", "x & y", "\\unknown"] {
            assert_eq!(plain(tex), None, "{tex}");
        }
        assert_eq!(plain(&"a+".repeat(80)), None);
        assert_eq!(plain("a^{a^{a^{a^{a^a}}}}"), None);
    }

    proptest! {
        #[test]
        fn no_formula_panics_or_leaves_a_tag_open(tex in "(\\\\(frac|sqrt|text|alpha|le)|[a-z0-9{}()^_<>&=+', .\\\\-]|é){0,20}") {
            if let Some(html) = plain(&tex) {
                prop_assert_eq!(html.matches("<i>").count(), html.matches("</i>").count());
                prop_assert_eq!(html.matches("<su").count(), html.matches("</su").count());
                prop_assert!(!html.contains('&') || html.contains("&lt;") || html.contains("&gt;"));
            }
        }
    }
}
