//! A blog that nobody wrote: `number` posts of 1 to 20 KB with every construct that a post may hold, the same bytes each time.
//!
//! Nothing in it deserves a finding: links and images of other sites are absolute, raw HTML is closed and harmless, dates are in the past.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime};

use crate::{
    random::Random,
    words::{CODE, FOREIGN, FORMULAS, TAGS, WORDS},
};

/// Sizes in bytes at every twentieth of the posts, smallest first: a log-normal spread with median 6 KB and mean 6.6 KB, cut at 1 and 20 KB.
const SIZES: [usize; 21] = [
    1_000, 2_920, 3_430, 3_810, 4_150, 4_470, 4_770, 5_070, 5_370, 5_680, 6_000, 6_340, 6_700, 7_100, 7_550, 8_060, 8_670, 9_440, 10_500,
    12_300, 19_300,
];

/// Half of a large block, in bytes: the last one of a post ends about as often before the wanted size as after it.
const HALF_BLOCK: usize = 260;

/// Days that the dates are spread over: 15 years from the first of January 2010.
const DAYS: usize = 15 * 365 + 3;

/// A generated post: where it stands below the folder of posts, and its text.
pub(crate) struct Post {
    /// Folder of the year.
    pub(crate) folder: String,
    /// File name with the date.
    pub(crate) name: String,
    /// Front matter and body.
    pub(crate) text: String,
}

/// Writes posts 0 to `count` below `folder`; returns the bytes written.
pub(crate) fn write_posts(folder: &Path, count: usize) -> io::Result<u64> {
    let mut bytes = 0;
    for number in 0..count {
        let post = make_post(number);
        let folder = folder.join(&post.folder);
        fs::create_dir_all(&folder)?;
        fs::File::create(folder.join(&post.name))?.write_all(post.text.as_bytes())?;
        bytes += post.text.len() as u64;
    }
    Ok(bytes)
}

/// Returns post `number`: the same whatever the others are.
pub(crate) fn make_post(number: usize) -> Post {
    let mut writer = Writer { random: Random::new(number as u64 + 1), text: String::with_capacity(24_000), number, notes: 0 };
    let size = writer.draw_size();
    let date = writer.draw_date();
    let slug = format!("{}-{}-{number:06}", writer.random.pick(&WORDS[36..]), writer.random.pick(&WORDS[36..]));
    writer.front_matter(date);
    writer.body(size);
    Post { folder: date.format("%Y").to_string(), name: format!("{}-{slug}.md", date.format("%Y-%m-%d")), text: writer.text }
}

/// Writes one post.
struct Writer {
    random: Random,
    text: String,
    number: usize,
    notes: usize,
}

/// A block and how often it comes among all of them.
type Block = (usize, fn(&mut Writer));

/// What a body is made of.
const BLOCKS: &[Block] = &[
    (44, Writer::paragraph),
    (10, Writer::heading),
    (7, Writer::bullets),
    (4, Writer::steps),
    (3, Writer::tasks),
    (4, Writer::quote),
    (1, Writer::callout),
    (8, Writer::code),
    (3, Writer::table),
    (5, Writer::image),
    (5, Writer::raw_html),
    (3, Writer::footnote),
    (2, Writer::formula),
    (1, Writer::rule),
];

impl Writer {
    fn draw_size(&mut self) -> usize {
        let step = self.random.below(SIZES.len() - 1);
        self.random.between(SIZES[step], SIZES[step + 1])
    }

    fn draw_date(&mut self) -> DateTime<FixedOffset> {
        let day = NaiveDate::from_ymd_opt(2010, 1, 1).unwrap_or_default() + Days::new(self.random.below(DAYS) as u64);
        let second = self.random.between(4 * 3600, 20 * 3600) as u32;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap_or_default();
        let zone = FixedOffset::east_opt(self.random.pick(&[0, 3600, 7200]))
            .unwrap_or_else(|| FixedOffset::east_opt(0).expect("UTC is an offset"));
        day.and_time(time).and_local_timezone(zone).single().expect("a fixed offset has no gaps")
    }

    fn front_matter(&mut self, date: DateTime<FixedOffset>) {
        self.text.push_str("---\ntitle: ");
        self.title();
        self.line(format_args!("\ndate: {}\n", date.format("%Y-%m-%d %H:%M:%S %z")));
        if self.random.once_in(8) {
            let updated = date + Days::new(self.random.between(1, 300) as u64);
            self.line(format_args!("updated: {}\n", updated.format("%Y-%m-%dT%H:%M:%S%:z")));
        }
        if self.random.once_in(4) {
            let number = self.number;
            self.line(format_args!("permalink: /notes/{number}/\n"));
        }
        if self.random.once_in(6) {
            self.text.push_str("author: Ann Reader\n");
        }
        self.tags();
        if self.random.once_in(3) {
            self.text.push_str("description: ");
            self.words(10);
            self.text.push('\n');
        }
        self.text.push_str("---\n");
    }

    fn title(&mut self) {
        let quoted = self.random.once_in(3);
        let count = self.random.between(2, 7);
        if quoted {
            self.text.push_str("\"On ");
            self.words(count);
            self.text.push_str(": a note & more\"");
        } else {
            self.text.push_str("About ");
            self.words(count);
        }
    }

    fn tags(&mut self) {
        let first = self.random.below(TAGS.len());
        let tags = (0..self.random.between(1, 4)).map(|step| TAGS[(first + step * 7) % TAGS.len()]);
        if self.random.once_in(2) {
            let list = tags.collect::<Vec<_>>().join(", ");
            self.line(format_args!("tags: [{list}]\n"));
        } else {
            self.text.push_str("tags:\n");
            for tag in tags {
                self.line(format_args!("  - {tag}\n"));
            }
        }
    }

    fn body(&mut self, size: usize) {
        let total: usize = BLOCKS.iter().map(|(weight, _)| weight).sum();
        while self.text.len() < SIZES[0].max(size - HALF_BLOCK) {
            let mut ticket = self.random.below(total);
            let block = BLOCKS.iter().find(|(weight, _)| ticket.checked_sub(*weight).map(|rest| ticket = rest).is_none());
            self.text.push('\n');
            block.map_or(Self::paragraph as fn(&mut Self), |(_, write)| *write)(self);
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.text.write_fmt(text);
    }

    /// Writes `count` plain words with blanks between them.
    fn words(&mut self, count: usize) {
        for step in 0..count {
            if step > 0 {
                self.text.push(' ');
            }
            let word = if self.random.once_in(25) { self.random.pick(FOREIGN) } else { self.random.pick(WORDS) };
            self.text.push_str(word);
        }
    }

    fn sentence(&mut self) {
        self.text.push_str(self.random.pick(&["The ", "A ", "It was ", "Then ", "Perhaps ", "Once more, ", "It’s "]));
        let count = self.random.between(4, 9);
        self.words(count);
        self.inline();
        let count = self.random.between(2, 9);
        self.words(count);
        self.text.push('.');
    }

    /// Writes one thing in the line: most often a comma, now and then a link.
    fn inline(&mut self) {
        let number = self.random.below(5_000);
        let word = self.random.pick(&WORDS[36..]);
        match self.random.below(30) {
            0 | 1 => self.line(format_args!(" *{word}* ")),
            2 => self.line(format_args!(" **{word}** ")),
            3 => self.line(format_args!(" `{word}_{number}()` ")),
            4 | 5 => self.line(format_args!(" [the {word}](https://site-{number}.example/{word}/?page=1&amp;n=2) ")),
            6 => self.line(format_args!(" [{word}](../{word}-{number}/) ")),
            7 => self.line(format_args!(" [{word} *again*](/{word}/{number}/ \"Read {word}\") ")),
            8 => self.line(format_args!(" <https://archive.example/{word}/{number}> ")),
            9 => self.line(format_args!(" ~~{word}~~ ")),
            10 => self.line(format_args!(" <kbd>{word}</kbd> & <a href=\"../{word}/\">the <u>other</u> one</a> ")),
            11 => self.line(format_args!(" \\*{word}\\* &mdash; ")),
            12 => self.line(format_args!(" [{word}](?page={number}) ")),
            _ => self.text.push_str(", "),
        }
    }

    fn paragraph(&mut self) {
        for step in 0..self.random.between(2, 7) {
            if step > 0 {
                self.text.push(if step % 2 == 0 { '\n' } else { ' ' });
            }
            self.sentence();
        }
        self.text.push('\n');
    }

    fn heading(&mut self) {
        self.text.push_str(self.random.pick(&["## ", "## ", "### ", "#### "]));
        let count = self.random.between(2, 6);
        self.words(count);
        self.text.push('\n');
    }

    fn items(&mut self, mark: &str) {
        for _ in 0..self.random.between(3, 6) {
            self.text.push_str(mark);
            self.sentence();
            self.text.push('\n');
            if self.random.once_in(6) {
                self.text.push_str("    - ");
                self.words(4);
                self.text.push('\n');
            }
        }
    }

    fn bullets(&mut self) {
        self.items("- ");
    }

    fn steps(&mut self) {
        self.items("1. ");
    }

    fn tasks(&mut self) {
        for _ in 0..self.random.between(2, 5) {
            self.text.push_str(self.random.pick(&["- [ ] ", "- [x] "]));
            self.words(5);
            self.text.push('\n');
        }
    }

    fn quote(&mut self) {
        for _ in 0..self.random.between(1, 3) {
            self.text.push_str("> ");
            self.sentence();
            self.text.push('\n');
        }
    }

    fn callout(&mut self) {
        self.text.push_str(self.random.pick(&["> [!NOTE]\n", "> [!TIP]\n", "> [!WARNING]\n"]));
        self.quote();
    }

    fn code(&mut self) {
        let (language, text) = self.random.pick(CODE);
        self.line(format_args!("```{language}\n"));
        for _ in 0..self.random.between(1, 3) {
            self.text.push_str(text);
        }
        self.text.push_str("```\n");
    }

    fn table(&mut self) {
        self.text.push_str("| place | letters | note |\n| --- | ---: | :-- |\n");
        for _ in 0..self.random.between(2, 7) {
            let place = self.random.pick(&WORDS[36..]);
            let letters = self.random.below(100_000);
            self.line(format_args!("| {place} | {letters} | "));
            self.words(4);
            self.text.push_str(" |\n");
        }
    }

    fn image(&mut self) {
        let number = self.random.below(100_000);
        self.text.push_str("![");
        self.words(4);
        self.line(format_args!("](https://images.example/{number}.jpg)\n"));
    }

    fn raw_html(&mut self) {
        let number = self.random.below(100_000);
        match self.random.below(3) {
            0 => {
                self.line(format_args!(
                    "<figure>\n<img src=\"https://images.example/{number}.png\" srcset=\"https://images.example/{number}@2.png 2x\" alt=\"Plate {number}\">\n"
                ));
                self.text.push_str("<figcaption>");
                self.words(6);
                self.line(format_args!(" <a href='/plates/{number}/'>plate</a></figcaption>\n</figure>\n"));
            }
            1 => {
                self.text.push_str("<details>\n<summary>");
                self.words(4);
                self.text.push_str("</summary>\n\n");
                self.paragraph();
                self.text.push_str("\n</details>\n");
            }
            _ => {
                self.line(format_args!("<p>See <a href=\"//mirror.example/{number}\">the mirror</a>,\n<a href=\"../../{number}/index.html#part\">the part</a> and "));
                self.text.push_str("<strong>");
                self.words(3);
                self.text.push_str("</strong>.</p>\n");
            }
        }
    }

    fn footnote(&mut self) {
        self.notes += 1;
        let note = self.notes;
        self.words(6);
        self.line(format_args!("[^{note}] "));
        self.words(5);
        self.line(format_args!(".\n\n[^{note}]: "));
        self.sentence();
        self.text.push('\n');
    }

    fn formula(&mut self) {
        let (inline, block) = (self.random.pick(FORMULAS), self.random.pick(FORMULAS));
        self.line(format_args!("The rule ${inline}$ and the sum\n\n$$\n{block}\n$$\n"));
    }

    fn rule(&mut self) {
        self.text.push_str("* * *\n");
    }
}
