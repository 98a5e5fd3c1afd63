//! The categories of Apple Podcasts: today's (since 2019), and those of the lists of 2005 and 2006 that it replaced.

/// Whether a category is in today's list or only in an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It is one of today's.
    Current,
    /// It was one.
    Old,
}

/// A category and its subcategories.
type Category = (&'static str, &'static [&'static str]);

/// Today's list (<https://podcasters.apple.com/support/1691-apple-podcasts-categories>).
const CURRENT: &[Category] = &[
    ("Arts", &["Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"]),
    ("Business", &["Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"]),
    ("Comedy", &["Comedy Interviews", "Improv", "Stand-Up"]),
    ("Education", &["Courses", "How To", "Language Learning", "Self-Improvement"]),
    ("Fiction", &["Comedy Fiction", "Drama", "Science Fiction"]),
    ("Government", &[]),
    ("Health & Fitness", &["Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"]),
    ("History", &[]),
    ("Kids & Family", &["Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"]),
    ("Leisure", &["Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games"]),
    ("Music", &["Music Commentary", "Music History", "Music Interviews"]),
    ("News", &["Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News"]),
    ("Religion & Spirituality", &["Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"]),
    (
        "Science",
        &[
            "Astronomy",
            "Chemistry",
            "Earth Sciences",
            "Life Sciences",
            "Mathematics",
            "Natural Sciences",
            "Nature",
            "Physics",
            "Social Sciences",
        ],
    ),
    ("Society & Culture", &["Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"]),
    (
        "Sports",
        &[
            "Baseball",
            "Basketball",
            "Cricket",
            "Fantasy Sports",
            "Football",
            "Golf",
            "Hockey",
            "Rugby",
            "Running",
            "Soccer",
            "Swimming",
            "Tennis",
            "Volleyball",
            "Wilderness",
            "Wrestling",
        ],
    ),
    ("Technology", &[]),
    ("True Crime", &[]),
    ("TV & Film", &["After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"]),
];

/// The list of 2006 and, below it, that of 2005.
const OLD: &[Category] = &[
    ("Arts", &["Design", "Fashion & Beauty", "Food", "Literature", "Performing Arts", "Visual Arts"]),
    ("Business", &["Business News", "Careers", "Investing", "Management & Marketing", "Shopping"]),
    ("Comedy", &[]),
    ("Education", &["Education Technology", "Educational Technology", "Higher Education", "K-12", "Language Courses", "Training"]),
    ("Games & Hobbies", &["Automotive", "Aviation", "Hobbies", "Other Games", "Video Games"]),
    ("Government & Organizations", &["Local", "National", "Non-Profit", "Regional"]),
    ("Health", &["Alternative Health", "Fitness & Nutrition", "Self-Help", "Sexuality"]),
    ("Kids & Family", &[]),
    ("Music", &[]),
    ("News & Politics", &["Conservative (Right)", "Liberal (Left)"]),
    ("Religion & Spirituality", &["Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Other", "Spirituality"]),
    ("Science & Medicine", &["Medicine", "Natural Sciences", "Social Sciences"]),
    ("Society & Culture", &["Gay & Lesbian", "History", "Personal Journals", "Philosophy", "Places & Travel"]),
    ("Sports & Recreation", &["Amateur", "College & High School", "Outdoor", "Professional"]),
    ("Technology", &["Gadgets", "Podcasting", "Software How-To", "Tech News"]),
    ("TV & Film", &[]),
    (
        "Arts & Entertainment",
        &["Architecture", "Books", "Design", "Entertainment", "Games", "Performing Arts", "Photography", "Poetry", "Science Fiction"],
    ),
    ("Audio Blogs", &[]),
    ("Business", &["Finance", "Management", "Marketing"]),
    ("Family", &[]),
    ("Food", &[]),
    ("Health", &["Diet & Nutrition", "Fitness", "Relationships"]),
    (
        "International",
        &[
            "Australian",
            "Belgian",
            "Brazilian",
            "Canadian",
            "Chinese",
            "Dutch",
            "French",
            "German",
            "Hebrew",
            "Italian",
            "Japanese",
            "Norwegian",
            "Polish",
            "Portuguese",
            "Spanish",
            "Swedish",
        ],
    ),
    ("Movies & Television", &[]),
    ("News", &[]),
    ("Politics", &[]),
    ("Public Radio", &[]),
    ("Religion & Spirituality", &["New Age", "Philosophy"]),
    ("Science", &[]),
    ("Sports", &[]),
    ("Talk Radio", &[]),
    ("Technology", &["Computers", "Developers", "Information Technology", "News", "Operating Systems", "Smart Phones", "Text/Speech"]),
    ("Transportation", &["Automotive", "Aviation", "Bicycles", "Commuting"]),
    ("Travel", &[]),
];

/// What old names of top-level categories are called today.
const SUCCESSORS: [(&str, &str); 17] = [
    ("Arts & Entertainment", "Arts"),
    ("Family", "Kids & Family"),
    ("Food", "Arts"),
    ("Fitness & Nutrition", "Nutrition"),
    ("Games & Hobbies", "Leisure"),
    ("Government & Organizations", "Government"),
    ("Health", "Health & Fitness"),
    ("Language Courses", "Language Learning"),
    ("Literature", "Books"),
    ("Management & Marketing", "Management"),
    ("Movies & Television", "TV & Film"),
    ("News & Politics", "News"),
    ("Politics", "News"),
    ("Science & Medicine", "Science"),
    ("Sports & Recreation", "Sports"),
    ("Transportation", "Leisure"),
    ("Travel", "Society & Culture"),
];

/// Returns in which list a category is, or a subcategory of a parent.
#[must_use]
pub fn age(name: &str, parent: Option<&str>) -> Option<Age> {
    let has = |list: &[Category]| {
        list.iter().any(|(category, subcategories)| match parent {
            None => *category == name,
            Some(parent) => *category == parent && subcategories.contains(&name),
        })
    };
    match () {
        () if has(CURRENT) => Some(Age::Current),
        () if has(OLD) => Some(Age::Old),
        () => None,
    }
}

/// Returns today's categories.
pub fn names() -> impl Iterator<Item = &'static str> {
    CURRENT.iter().map(|(name, _)| *name)
}

/// Returns the subcategories that a category has today.
pub fn subcategories(parent: &str) -> impl Iterator<Item = &'static str> {
    CURRENT.iter().filter(move |(name, _)| *name == parent).flat_map(|(_, subcategories)| subcategories.iter().copied())
}

/// Returns the category that has a subcategory today.
#[must_use]
pub fn parent(subcategory: &str) -> Option<&'static str> {
    CURRENT.iter().find(|(_, subcategories)| subcategories.contains(&subcategory)).map(|(name, _)| *name)
}

/// Returns what an old category is called today, where that is one.
#[must_use]
pub fn successor(name: &str) -> Option<&'static str> {
    SUCCESSORS.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_110_categories_in_19_groups() {
        assert_eq!(CURRENT.len(), 19);
        assert_eq!(CURRENT.iter().map(|(_, subcategories)| 1 + subcategories.len()).sum::<usize>(), 110);
    }

    #[test]
    fn a_subcategory_belongs_to_its_category() {
        assert_eq!(age("Tech News", Some("News")), Some(Age::Current));
        assert_eq!(age("Tech News", Some("Technology")), Some(Age::Old));
        assert_eq!(age("Tech News", Some("Arts")), None);
        assert_eq!(age("Tech News", None), None);
        assert_eq!(parent("Tech News"), Some("News"));
    }

    #[test]
    fn what_follows_an_old_name_is_in_todays_list() {
        for (old, new) in SUCCESSORS {
            assert!(OLD.iter().any(|(name, subcategories)| *name == old || subcategories.contains(&old)), "{old}");
            assert!(names().any(|name| name == new) || parent(new).is_some(), "{new}");
        }
    }
}
