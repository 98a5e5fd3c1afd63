//! Tables: in columns where they fit, with long cells on several lines; else one record for each row.

use super::layout::Layout;
use super::tree::{Element, Node};
use crate::text::short::shorten;
use crate::text::wrap::{unwrapped, width, wrap};

/// A table of more columns has no room for them.
const COLUMNS: usize = 40;
/// A column's name is said with each value, so it is not long.
const NAME: usize = 40;
/// A column of long cells is at least so wide, and its cells have at most so many lines.
const NARROW: usize = 18;
const LINES: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug)]
struct Cell {
    /// Its text, ready to be wrapped.
    source: String,
    /// Its text on one line.
    text: String,
    width: usize,
    align: Align,
}

#[derive(Debug)]
struct Row {
    cells: Vec<Cell>,
    is_head: bool,
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty())
    }
}

impl Layout {
    /// Lays out a table.
    pub(super) fn table(&mut self, table: &Element<'_>) {
        let tight = std::mem::replace(&mut self.tight, false);
        self.page.margin();
        if holds_layout(&table.nodes) {
            self.cells_as_blocks(&table.nodes);
        } else {
            let mut rows = Rows { rows: Vec::new(), below: Vec::new() };
            rows.read(self, &table.nodes, false);
            self.rows(rows.rows);
        }
        self.page.margin();
        self.tight = tight;
    }

    /// Lays out a table that only places things: one cell after another.
    fn cells_as_blocks(&mut self, nodes: &[Node<'_>]) {
        for node in nodes {
            match node.element() {
                Some(part) if matches!(part.name(), "tbody" | "thead" | "tfoot" | "tr") => self.cells_as_blocks(&part.nodes),
                Some(part) if matches!(part.name(), "td" | "th" | "caption") => self.apart(|layout| layout.blocks(&part.nodes)),
                _ => self.blocks(std::slice::from_ref(node)),
            }
        }
    }

    fn rows(&mut self, rows: Vec<Row>) {
        let rows: Vec<Row> = rows.into_iter().filter(|row| !row.is_blank()).collect();
        let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in &rows {
            for (most, cell) in widths.iter_mut().zip(&row.cells) {
                *most = cell.width.max(*most);
            }
        }
        match fitted(&rows, widths, self.page.room()) {
            Some(widths) => self.columns(&rows, &widths),
            None => self.records(&rows),
        }
    }

    fn columns(&mut self, rows: &[Row], widths: &[usize]) {
        // Rows whose first cell goes on in the next line are told apart by blank lines.
        let apart = rows.iter().any(|row| row.cells.first().zip(widths.first()).is_some_and(|(cell, width)| cell.width > *width));
        for (at, row) in rows.iter().enumerate() {
            self.write_row(row, widths);
            let is_last_head = row.is_head && rows.get(at + 1).is_some_and(|next| !next.is_head);
            if is_last_head {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                self.page.line(&lines.join("  "));
            } else if apart && !row.is_head {
                self.page.margin();
            }
        }
    }

    fn write_row(&mut self, row: &Row, widths: &[usize]) {
        let cells: Vec<Vec<String>> = row
            .cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| if cell.width <= *width { vec![cell.text.clone()] } else { wrap(&cell.source, *width) })
            .collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..lines {
            let mut line = String::new();
            for ((cell, lines), most) in row.cells.iter().zip(&cells).zip(widths) {
                push_aligned(&mut line, lines.get(at).map_or("", String::as_str), *most, cell.align);
            }
            self.page.line(&line);
        }
    }

    fn records(&mut self, rows: &[Row]) {
        let head = rows.iter().take_while(|row| row.is_head).last();
        let names: Vec<String> = head.map_or_else(Vec::new, |row| row.cells.iter().map(|cell| shorten(&cell.text, NAME)).collect());
        let body = rows.iter().filter(|row| !row.is_head || rows.iter().all(|row| row.is_head));
        for row in body {
            self.page.margin();
            for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.text.is_empty()) {
                let name = names.get(at).filter(|name| !name.is_empty() && !row.is_head);
                let text = name.map_or_else(|| cell.source.clone(), |name| format!("{}: {}", name.trim_end_matches(':'), cell.source));
                self.page.enter("", "  ");
                self.page.wrapped(&text);
                self.page.leave(false);
            }
        }
    }
}

/// A table's rows being read.
struct Rows {
    rows: Vec<Row>,
    /// For how many rows each column is taken by a cell above.
    below: Vec<usize>,
}

impl Rows {
    fn read(&mut self, layout: &mut Layout, nodes: &[Node<'_>], in_head: bool) {
        let mut loose: Vec<&Node<'_>> = Vec::new();
        for node in nodes {
            match node.element().map(|part| (part.name(), part)) {
                Some(("tbody" | "tfoot", part)) => self.read(layout, &part.nodes, false),
                Some(("thead", part)) => self.read(layout, &part.nodes, true),
                Some(("tr", row)) => self.row(layout, &row.nodes, in_head),
                Some(("td" | "th", _)) => loose.push(node),
                _ => layout.blocks(std::slice::from_ref(node)),
            }
        }
        if !loose.is_empty() {
            self.row_of(layout, loose.into_iter().filter_map(Node::element), in_head);
        }
    }

    fn row(&mut self, layout: &mut Layout, nodes: &[Node<'_>], in_head: bool) {
        let cells = || nodes.iter().filter_map(Node::element).filter(|cell| matches!(cell.name(), "td" | "th"));
        // A first row of headings only is the head, `<thead>` or not.
        let names = in_head || self.rows.is_empty() && cells().count() > 1 && cells().all(|cell| cell.name() == "th");
        self.row_of(layout, cells(), names);
        for node in nodes.iter().filter(|node| !node.element().is_some_and(|cell| matches!(cell.name(), "td" | "th"))) {
            layout.blocks(std::slice::from_ref(node));
        }
    }

    fn row_of<'n, 'h: 'n>(&mut self, layout: &mut Layout, cells: impl Iterator<Item = &'n Element<'h>>, is_head: bool) {
        let mut row = Row { cells: Vec::new(), is_head };
        let span = |cell: &Element<'_>, name: &str| {
            cell.attribute(name).and_then(|value| value.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, 1000)
        };
        for cell in cells {
            self.pass_taken(&mut row);
            let from = row.cells.len();
            let source = layout.inline(&cell.nodes, is_head);
            let text = unwrapped(&source);
            row.cells.push(Cell { width: width(&text), source: source.trim().to_owned(), text, align: align_of(cell) });
            let columns = span(cell, "colspan").min((COLUMNS + 1).saturating_sub(from));
            row.cells.extend((1..columns).map(|_| blank()));
            let rows = span(cell, "rowspan") - 1;
            if rows > 0 && from < COLUMNS {
                self.below.resize(self.below.len().max(from + columns), 0);
                for below in self.below.iter_mut().skip(from).take(columns) {
                    *below = rows;
                }
            }
        }
        self.pass_taken(&mut row);
        self.rows.push(row);
    }

    /// Leaves out the columns that a cell above takes.
    fn pass_taken(&mut self, row: &mut Row) {
        while let Some(below) = self.below.get_mut(row.cells.len()).filter(|below| **below > 0) {
            *below -= 1;
            row.cells.push(blank());
        }
    }
}

fn blank() -> Cell {
    Cell { source: String::new(), text: String::new(), width: 0, align: Align::Left }
}

fn align_of(cell: &Element<'_>) -> Align {
    match cell.attribute("align").as_deref() {
        Some("right") => Align::Right,
        Some("center") => Align::Center,
        _ => Align::Left,
    }
}

/// Returns the widths that columns of some widths have in a room; `None` where they cannot be read there.
fn fitted(rows: &[Row], mut widths: Vec<usize>, room: usize) -> Option<Vec<usize>> {
    if widths.len() > COLUMNS {
        return None;
    }
    let room = room.checked_sub(2 * widths.len().saturating_sub(1))?;
    if widths.iter().sum::<usize>() <= room {
        return Some(widths);
    }
    // The narrow columns keep their width, the wide ones share what is left.
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    let mut left = room;
    let mut share = 0;
    for (at, width) in sorted.iter().enumerate() {
        share = left / (sorted.len() - at);
        if *width > share {
            break;
        }
        left -= width;
    }
    let wide: Vec<usize> = (0..widths.len()).filter(|at| widths.get(*at).is_some_and(|width| *width > share)).collect();
    let reads = |cell: &Cell| {
        let words = wrap(&cell.source, 1);
        words.iter().all(|word| width(word) <= share) && wrap(&cell.source, share).len() <= LINES
    };
    if share < NARROW || rows.iter().any(|row| wide.iter().filter_map(|at| row.cells.get(*at)).any(|cell| !reads(cell))) {
        return None;
    }
    for width in &mut widths {
        *width = share.min(*width);
    }
    Some(widths)
}

fn push_aligned(line: &mut String, text: &str, most: usize, align: Align) {
    let blank = most.saturating_sub(width(text));
    let before = match align {
        Align::Left => 0,
        Align::Center => blank / 2,
        Align::Right => blank,
    };
    line.push_str(&" ".repeat(before));
    line.push_str(text);
    line.push_str(&" ".repeat(blank - before + 2));
}

/// Returns whether a table only places things: a cell has lists, code or several paragraphs.
fn holds_layout(nodes: &[Node<'_>]) -> bool {
    let mut parts = nodes.iter().filter_map(Node::element);
    parts.any(|part| match part.name() {
        "tbody" | "thead" | "tfoot" | "tr" => holds_layout(&part.nodes),
        "td" | "th" => is_rich(part),
        _ => false,
    })
}

fn is_rich(cell: &Element<'_>) -> bool {
    if !cell.holds_block {
        return false;
    }
    let blocks = || cell.elements().filter(|part| part.is_block());
    blocks().count() > 1 || blocks().any(|part| part.holds_block || !matches!(part.name(), "p" | "div"))
}
