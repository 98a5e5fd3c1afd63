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
    let mut reader = Reader { rest: tex, out: Vec::new(), depth: 0 };
    reader.read(None)?;
    Some(write(&reader.out))
}

/// What a piece of a formula is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A letter, a number, or what stands in brackets of its own.
    One,
    Fraction,
    Root,
    /// A function's name.
    Word,
    /// A sum, product or integral.
    Big,
    Open,
    Close,
    /// What opens or closes: nobody knows.
    Bar,
    Sign,
    /// What divides as typed.
    Over,
    Comma,
    Blank,
}

/// How a piece is raised already.
const BELOW: u8 = 1;
const ABOVE: u8 = 2;
/// A prime or an exclamation mark.
const MARKED: u8 = 4;

#[derive(Debug)]
struct Piece {
    kind: Kind,
    html: String,
    raised: u8,
}

impl Piece {
    fn new(kind: Kind, html: impl Into<String>) -> Self {
        Piece { kind, html: html.into(), raised: 0 }
    }

    /// Returns whether it multiplies what it stands beside.
    fn is_factor(&self) -> bool {
        matches!(self.kind, Kind::One | Kind::Fraction | Kind::Root | Kind::Word | Kind::Big | Kind::Bar)
    }

    fn is_number(&self) -> bool {
        self.raised == 0 && self.html.ends_with(|c: char| c.is_ascii_digit() || c == '.')
    }
}

struct Reader<'a> {
    rest: &'a str,
    out: Vec<Piece>,
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
                // Braces are not seen, but for what is raised from all that they hold.
                if self.rest.trim_start().starts_with(['^', '_', '\'']) {
                    let is_bare = inner.iter().all(|piece| piece.raised == 0);
                    let html = if is_bare { one(&inner) } else { bracketed(&write(&inner)) };
                    self.push(Kind::One, html);
                } else {
                    self.out.extend(inner);
                }
                return Some(());
            }
            '^' | '_' => {
                self.skip(c);
                let inner = write(&self.group()?);
                let (sign, name) = if c == '^' { (ABOVE, "sup") } else { (BELOW, "sub") };
                return self.raise(sign, &if inner.is_empty() { inner } else { format!("<{name}>{inner}</{name}>") });
            }
            '\'' | '!' => {
                self.skip(c);
                return self.raise(MARKED, if c == '!' { "!" } else { "′" });
            }
            '0'..='9' | '.' => match self.out.last_mut().filter(|last| last.is_number()) {
                Some(number) => number.html.push(c),
                None => self.push(Kind::One, c),
            },
            _ if c.is_ascii_alphabetic() => self.push(Kind::One, format!("<i>{c}</i>")),
            '(' | '[' => self.push(Kind::Open, c),
            ')' | ']' => self.push(Kind::Close, c),
            '|' => self.push(Kind::Bar, c),
            '/' | ':' => self.push(Kind::Over, c),
            ',' | ';' => self.push(Kind::Comma, c),
            '+' | '=' => self.push(Kind::Sign, c),
            '-' => self.push(Kind::Sign, '−'),
            '<' => self.push(Kind::Sign, "&lt;"),
            '>' => self.push(Kind::Sign, "&gt;"),
            '*' => self.push(Kind::Sign, '∗'),
            _ => return None,
        }
        self.skip(c);
        Some(())
    }

    fn push(&mut self, kind: Kind, html: impl Into<String>) {
        self.out.push(Piece::new(kind, html));
    }

    /// Sets something behind the piece that was read last, above or below its line.
    fn raise(&mut self, sign: u8, html: &str) -> Option<()> {
        if self.out.last().is_none_or(|last| matches!(last.kind, Kind::Blank | Kind::Open)) {
            self.push(Kind::One, "");
        }
        let last = self.out.last_mut().filter(|last| !matches!(last.kind, Kind::Sign | Kind::Over | Kind::Comma))?;
        // TeX refuses a second exponent; braces say what it belongs to.
        if sign != MARKED && last.raised & sign != 0 {
            return None;
        }
        if matches!(last.kind, Kind::Fraction | Kind::Root) {
            *last = Piece::new(Kind::One, bracketed(&last.html));
        }
        last.html.push_str(html);
        last.raised |= sign;
        Some(())
    }

    /// Returns what stands in braces, or the one sign that stands there instead.
    fn group(&mut self) -> Option<Vec<Piece>> {
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
        } else if c.is_ascii_alphanumeric() || c == '\\' {
            self.atom(c)?;
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
                ',' | ';' | ' ' | ':' => self.push(Kind::Blank, ' '),
                '!' => {}
                '{' => self.push(Kind::Open, c),
                '}' => self.push(Kind::Close, c),
                '%' | '$' | '#' => self.push(Kind::One, c),
                _ => return None,
            }
            return Some(());
        }
        self.rest = rest;
        match name {
            "frac" | "tfrac" | "dfrac" => {
                let (over, under) = (self.group()?, self.group()?);
                self.push(Kind::Fraction, format!("{}/{}", one(&over), one(&under)));
            }
            "sqrt" if !self.rest.trim_start().starts_with('[') => {
                let inner = self.group()?;
                // `√x²` says not what the root is of.
                let is_plain = inner.iter().all(|piece| piece.raised & !BELOW == 0);
                let html = if is_plain { one(&inner) } else { bracketed(&write(&inner)) };
                self.push(Kind::Root, format!("√{html}"));
            }
            "text" | "mathrm" | "operatorname" => {
                let (inner, rest) = self.rest.trim_start().strip_prefix('{')?.split_once('}')?;
                if inner.contains(['{', '\\', '<', '&', '$']) {
                    return None;
                }
                self.rest = rest;
                let is_apart = inner.starts_with(char::is_whitespace) || inner.ends_with(char::is_whitespace);
                self.push(if is_apart { Kind::Blank } else { Kind::One }, inner);
            }
            // A full stop is a bracket that is not there.
            "left" | "right" => self.rest = self.rest.trim_start().strip_prefix('.').unwrap_or(self.rest),
            "big" | "Big" | "limits" | "displaystyle" => {}
            _ => {
                let (_, sign, is_relation) = SIGNS.iter().find(|(known, ..)| *known == name)?;
                let kind = match *sign {
                    _ if *is_relation => Kind::Sign,
                    "∑" | "∏" | "∫" => Kind::Big,
                    " " => Kind::Blank,
                    _ if sign.chars().count() > 1 => Kind::Word,
                    _ => Kind::One,
                };
                self.push(kind, *sign);
            }
        }
        Some(())
    }
}

/// Returns pieces on one line: signs with blanks around them, fractions and roots in brackets where they are multiplied.
fn write(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let mut before = pieces.iter().take(at).rev().filter(|piece| piece.kind != Kind::Blank);
        let (before, after) = (before.next(), pieces.iter().skip(at + 1).find(|piece| piece.kind != Kind::Blank));
        let is_behind = before.is_some_and(|before| before.is_factor() || before.kind == Kind::Close);
        let is_before = after.is_some_and(|after| after.is_factor() || after.kind == Kind::Open);
        let html = piece.html.as_str();
        match piece.kind {
            Kind::Sign => {
                // Before one thing, a sign is that one's own.
                let is_first = before.is_none_or(|before| matches!(before.kind, Kind::Open | Kind::Bar | Kind::Sign | Kind::Comma));
                if is_first {
                    out.push_str(html);
                } else {
                    out.truncate(out.trim_end().len());
                    out.extend([" ", html, " "]);
                }
            }
            Kind::Fraction => {
                let is_divisor = before.is_some_and(|before| before.kind == Kind::Over || before.html == "÷");
                if is_behind || is_before || is_divisor { out.push_str(&bracketed(html)) } else { out.push_str(html) }
            }
            Kind::Root if is_before => out.push_str(&bracketed(html)),
            // `2 sin x`: a function's name stands apart.
            Kind::Word => out.extend([if is_behind && !out.ends_with(' ') { " " } else { "" }, html, if is_before { " " } else { "" }]),
            Kind::Big if piece.raised != 0 => out.extend([html, " "]),
            Kind::Comma => out.extend([html, " "]),
            Kind::Blank if out.ends_with(' ') => out.push_str(html.trim_start()),
            _ => out.push_str(html),
        }
    }
    out.replace("</i><i>", "").trim().to_owned()
}

/// Returns pieces in brackets, unless they are one thing.
fn one(pieces: &[Piece]) -> String {
    let html = write(pieces);
    let mut seen = pieces.iter().filter(|piece| piece.kind != Kind::Blank || !piece.html.trim().is_empty());
    let is_one = match (seen.next(), seen.next()) {
        (Some(only), None) => only.kind != Kind::Fraction && !html.contains(' '),
        (first, second) => second.is_none() || first.is_some_and(|first| first.kind == Kind::Open) && is_enclosed(pieces),
    };
    if is_one { html } else { bracketed(&html) }
}

/// Returns whether the first bracket is closed by the last piece, and by none before.
fn is_enclosed(pieces: &[Piece]) -> bool {
    let mut depth = 0_usize;
    let closing = pieces.iter().position(|piece| {
        match piece.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    closing == pieces.len().checked_sub(1)
}

fn bracketed(html: &str) -> String {
    format!("({html})")
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
            ("\\sqrt{gh}", "√(<i>gh</i>)"),
            ("\\sqrt{g}h", "(√<i>g</i>)<i>h</i>"),
            ("\\sqrt{x^2}", "√(<i>x</i><sup>2</sup>)"),
            ("\\frac{1}{2}mv^2", "(1/2)<i>mv</i><sup>2</sup>"),
            ("\\frac{1}{2mv^2}", "1/(2<i>mv</i><sup>2</sup>)"),
            ("2\\frac{1}{2}", "2(1/2)"),
            ("\\frac{10}{x_1} - \\frac1{(x+y)^2}", "10/<i>x</i><sub>1</sub> − 1/(<i>x</i> + <i>y</i>)<sup>2</sup>"),
            ("a/\\frac{b}{c} \\div \\frac{1}{2}", "<i>a</i>/(<i>b</i>/<i>c</i>) ÷ (1/2)"),
            ("\\frac{(a)(b)}{\\text{all of it}}", "((<i>a</i>)(<i>b</i>))/(all of it)"),
            ("{x^y}^z", "(<i>x</i><sup><i>y</i></sup>)<sup><i>z</i></sup>"),
            ("{ab}^2", "(<i>ab</i>)<sup>2</sup>"),
            ("\\frac{a}{b}^2 \\sin^2 x", "(<i>a</i>/<i>b</i>)<sup>2</sup> sin<sup>2</sup> <i>x</i>"),
            ("n!/\\left.x\\right|", "<i>n</i>!/<i>x</i>|"),
        ] {
            assert_eq!(plain(tex).as_deref(), Some(html), "{tex}");
        }
    }

    #[test]
    fn a_formula_that_does_not_fit_a_line_is_left_to_its_source() {
        for tex in
            ["", "\\begin{matrix}1\\end{matrix}", "\\mathbb{R}", "a^", "{a", "a}", "\\frac{1}", "x & y", "\\unknown", "x^y^z", "a+^2"]
        {
            assert_eq!(plain(tex), None, "{tex}");
        }
        assert_eq!(plain(&"a+".repeat(80)), None);
        assert_eq!(plain("a^{a^{a^{a^{a^a}}}}"), None);
    }

    /// A formula that has a value.
    #[derive(Clone)]
    struct Tree {
        tex: String,
        value: f64,
        is_sum: bool,
    }

    impl Tree {
        fn new(tex: String, value: f64) -> Self {
            Tree { tex, value, is_sum: false }
        }

        fn factor(&self) -> String {
            if self.is_sum { format!("({})", self.tex) } else { format!("{{{}}}", self.tex) }
        }
    }

    /// Returns the formulas, and each two of them put together in each way.
    fn grown(trees: &[Tree]) -> Vec<Tree> {
        let mut grown = trees.to_vec();
        for a in trees {
            grown.push(Tree::new(format!("\\sqrt{{{}}}", a.tex), a.value.sqrt()));
            for b in trees {
                grown.push(Tree { is_sum: true, ..Tree::new(format!("{}+{}", a.tex, b.tex), a.value + b.value) });
                grown.push(Tree::new(format!("{}{}", a.factor(), b.factor()), a.value * b.value));
                grown.push(Tree::new(format!("\\frac{{{}}}{{{}}}", a.tex, b.tex), a.value / b.value));
                grown.push(Tree::new(format!("{{{}}}^{{{}}}", a.tex, b.tex), a.value.powf(b.value)));
            }
        }
        grown
    }

    #[test]
    fn formulas_of_different_values_never_read_the_same() {
        let leaves = [("a", 1.37), ("b", 0.71), ("2", 2.0)].map(|(tex, value)| Tree::new(tex.to_owned(), value));
        let mut known = std::collections::BTreeMap::new();
        let mut shown = 0;
        for tree in grown(&grown(&leaves)) {
            // `22` is one number.
            let Some(html) = plain(&tree.tex).filter(|html| !html.contains("22")) else { continue };
            shown += 1;
            let (first, value): &(String, f64) = known.entry(html.clone()).or_insert_with(|| (tree.tex.clone(), tree.value));
            assert!((value - tree.value).abs() <= value.abs() * 1e-9, "`{first}` and `{}` both read {html}", tree.tex);
        }
        assert!(shown > 6000, "{shown}");
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
