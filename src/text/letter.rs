//! The words of a letter beside those of [`super::words`]: a table with one row for each language.

use super::words::{WORDS, Words};
use chrono::{DateTime, Datelike, FixedOffset};

/// The words of letters in one language. `{}` is where a value goes.
#[derive(Debug, PartialEq, Eq)]
pub struct LetterWords {
    /// The primary language subtag (RFC 5646 §2.2.1).
    pub language: &'static str,
    /// The heading of the table of contents.
    pub contents: &'static str,
    /// The number of an edition.
    pub number: &'static str,
    /// How many posts there are beside the one that was named.
    pub and_more: &'static str,
    /// Why one gets the mail; the value is the site's title.
    pub why: &'static str,
    /// The link that ends the subscription.
    pub unsubscribe: &'static str,
    /// The link to the letter as a web page.
    pub view_on_web: &'static str,
    /// The link to the earlier editions.
    pub archive: &'static str,
    /// The link to a recording of a post.
    pub listen: &'static str,
    /// The link to its video.
    pub watch: &'static str,
    /// The link to any other of its files.
    pub download: &'static str,
    /// A date: `{d}`, `{m}` and `{y}` are day, month and year.
    pub date: &'static str,
    /// The months as they stand in a date.
    pub months: [&'static str; 12],
}

impl Words {
    /// Returns the words of letters in the same language.
    #[must_use]
    pub fn letter(&self) -> &'static LetterWords {
        let same = WORDS.iter().position(|words| words.language == self.language);
        same.and_then(|at| LETTERS.get(at)).unwrap_or(&LETTERS[0])
    }
}

impl LetterWords {
    /// Returns a date as people write it.
    #[must_use]
    pub fn date(&self, date: DateTime<FixedOffset>) -> String {
        let month = self.months.get(date.month0() as usize).copied().unwrap_or_default();
        self.date.replace("{d}", &date.day().to_string()).replace("{m}", month).replace("{y}", &date.year().to_string())
    }
}

/// Returns a phrase with a value in its place.
#[must_use]
pub fn fill(phrase: &str, value: &str) -> String {
    phrase.replacen("{}", value, 1)
}

/// Every language, in the order of [`WORDS`].
pub static LETTERS: [LetterWords; 16] = [
    LetterWords {
        language: "en",
        contents: "In this edition",
        number: "No. {}",
        and_more: "and {} more",
        why: "You get this mail because you subscribed to {}.",
        unsubscribe: "Unsubscribe",
        view_on_web: "View in browser",
        archive: "All editions",
        listen: "Listen",
        watch: "Watch",
        download: "Download",
        date: "{d} {m} {y}",
        months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    },
    LetterWords {
        language: "de",
        contents: "In dieser Ausgabe",
        number: "Nr. {}",
        and_more: "und {} weitere",
        why: "Sie erhalten diese E-Mail, weil Sie {} abonniert haben.",
        unsubscribe: "Abbestellen",
        view_on_web: "Im Browser ansehen",
        archive: "Alle Ausgaben",
        listen: "Anhören",
        watch: "Ansehen",
        download: "Herunterladen",
        date: "{d}. {m} {y}",
        months: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    },
    LetterWords {
        language: "fr",
        contents: "Au sommaire",
        number: "Nº\u{a0}{}",
        and_more: "et {} de plus",
        why: "Vous recevez ce message parce que vous êtes abonné à {}.",
        unsubscribe: "Se désabonner",
        view_on_web: "Voir dans le navigateur",
        archive: "Tous les numéros",
        listen: "Écouter",
        watch: "Regarder",
        download: "Télécharger",
        date: "{d} {m} {y}",
        months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    },
    LetterWords {
        language: "es",
        contents: "En esta edición",
        number: "N.º\u{a0}{}",
        and_more: "y {} más",
        why: "Recibe este correo porque está suscrito a {}.",
        unsubscribe: "Cancelar la suscripción",
        view_on_web: "Ver en el navegador",
        archive: "Todas las ediciones",
        listen: "Escuchar",
        watch: "Ver",
        download: "Descargar",
        date: "{d} de {m} de {y}",
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    },
    LetterWords {
        language: "it",
        contents: "In questo numero",
        number: "N. {}",
        and_more: "e altri {}",
        why: "Ricevete questo messaggio perché siete iscritti a {}.",
        unsubscribe: "Annulla l’iscrizione",
        view_on_web: "Apri nel browser",
        archive: "Tutti i numeri",
        listen: "Ascolta",
        watch: "Guarda",
        download: "Scarica",
        date: "{d} {m} {y}",
        months: [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
    },
    LetterWords {
        language: "nl",
        contents: "In deze editie",
        number: "Nr. {}",
        and_more: "en nog {}",
        why: "U ontvangt deze e-mail omdat u op {} bent geabonneerd.",
        unsubscribe: "Afmelden",
        view_on_web: "Bekijk in de browser",
        archive: "Alle edities",
        listen: "Beluisteren",
        watch: "Bekijken",
        download: "Downloaden",
        date: "{d} {m} {y}",
        months: [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
    },
    LetterWords {
        language: "pt",
        contents: "Nesta edição",
        number: "N.º\u{a0}{}",
        and_more: "e mais {}",
        why: "Recebe esta mensagem porque subscreveu {}.",
        unsubscribe: "Cancelar a subscrição",
        view_on_web: "Ver no navegador",
        archive: "Todas as edições",
        listen: "Ouvir",
        watch: "Ver",
        download: "Descarregar",
        date: "{d} de {m} de {y}",
        months: [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
    },
    LetterWords {
        language: "pl",
        contents: "W tym wydaniu",
        number: "Nr\u{a0}{}",
        and_more: "i jeszcze {}",
        why: "Otrzymujesz tę wiadomość, ponieważ subskrybujesz {}.",
        unsubscribe: "Wypisz się",
        view_on_web: "Zobacz w przeglądarce",
        archive: "Wszystkie wydania",
        listen: "Posłuchaj",
        watch: "Obejrzyj",
        download: "Pobierz",
        date: "{d} {m} {y}",
        months: [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ],
    },
    LetterWords {
        language: "sv",
        contents: "I det här numret",
        number: "Nr {}",
        and_more: "och {} till",
        why: "Du får det här brevet för att du prenumererar på {}.",
        unsubscribe: "Avsluta prenumerationen",
        view_on_web: "Visa i webbläsaren",
        archive: "Alla nummer",
        listen: "Lyssna",
        watch: "Titta",
        download: "Ladda ner",
        date: "{d} {m} {y}",
        months: ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
    },
    LetterWords {
        language: "da",
        contents: "I dette nummer",
        number: "Nr. {}",
        and_more: "og {} til",
        why: "Du får denne mail, fordi du abonnerer på {}.",
        unsubscribe: "Afmeld",
        view_on_web: "Vis i browseren",
        archive: "Alle numre",
        listen: "Lyt",
        watch: "Se",
        download: "Hent",
        date: "{d}. {m} {y}",
        months: ["januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"],
    },
    LetterWords {
        language: "nb",
        contents: "I denne utgaven",
        number: "Nr. {}",
        and_more: "og {} til",
        why: "Du får denne e-posten fordi du abonnerer på {}.",
        unsubscribe: "Meld deg av",
        view_on_web: "Vis i nettleseren",
        archive: "Alle utgaver",
        listen: "Lytt",
        watch: "Se",
        download: "Last ned",
        date: "{d}. {m} {y}",
        months: ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"],
    },
    LetterWords {
        language: "fi",
        contents: "Tässä numerossa",
        number: "Nro {}",
        and_more: "ja {} muuta",
        why: "Saat tämän viestin, koska olet tilannut julkaisun {}.",
        unsubscribe: "Peruuta tilaus",
        view_on_web: "Avaa selaimessa",
        archive: "Kaikki numerot",
        listen: "Kuuntele",
        watch: "Katso",
        download: "Lataa",
        date: "{d}. {m} {y}",
        months: [
            "tammikuuta",
            "helmikuuta",
            "maaliskuuta",
            "huhtikuuta",
            "toukokuuta",
            "kesäkuuta",
            "heinäkuuta",
            "elokuuta",
            "syyskuuta",
            "lokakuuta",
            "marraskuuta",
            "joulukuuta",
        ],
    },
    LetterWords {
        language: "cs",
        contents: "V tomto vydání",
        number: "Č.\u{a0}{}",
        and_more: "a další: {}",
        why: "Tento e-mail dostáváte, protože odebíráte {}.",
        unsubscribe: "Odhlásit odběr",
        view_on_web: "Zobrazit v prohlížeči",
        archive: "Všechna vydání",
        listen: "Poslechnout",
        watch: "Přehrát",
        download: "Stáhnout",
        date: "{d}. {m} {y}",
        months: ["ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"],
    },
    LetterWords {
        language: "ar",
        contents: "في هذا العدد",
        number: "العدد {}",
        and_more: "و{} غيرها",
        why: "تصلك هذه الرسالة لأنك مشترك في {}.",
        unsubscribe: "إلغاء الاشتراك",
        view_on_web: "العرض في المتصفح",
        archive: "جميع الأعداد",
        listen: "استمع",
        watch: "شاهد",
        download: "تنزيل",
        date: "{d} {m} {y}",
        months: ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    },
    LetterWords {
        language: "he",
        contents: "בגיליון זה",
        number: "גיליון {}",
        and_more: "ועוד {}",
        why: "קיבלתם הודעה זו כי נרשמתם אל {}.",
        unsubscribe: "ביטול ההרשמה",
        view_on_web: "צפייה בדפדפן",
        archive: "כל הגיליונות",
        listen: "להאזנה",
        watch: "לצפייה",
        download: "להורדה",
        date: "{d} ב{m} {y}",
        months: ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"],
    },
    LetterWords {
        language: "fa",
        contents: "در این شماره",
        number: "شمارهٔ {}",
        and_more: "و {} مطلب دیگر",
        why: "این نامه را دریافت می\u{200c}کنید چون مشترک {} هستید.",
        unsubscribe: "لغو اشتراک",
        view_on_web: "دیدن در مرورگر",
        archive: "همهٔ شماره\u{200c}ها",
        listen: "شنیدن",
        watch: "تماشا",
        download: "دریافت",
        date: "{d} {m} {y}",
        months: ["ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn every_language_has_its_letters_in_the_same_place() {
        for (words, letter) in WORDS.iter().zip(&LETTERS) {
            assert_eq!(words.language, letter.language);
            assert_eq!(words.letter(), letter);
        }
    }

    #[test]
    fn every_phrase_has_room_for_its_value() {
        for letter in &LETTERS {
            for phrase in [letter.number, letter.and_more, letter.why] {
                assert_eq!(phrase.matches("{}").count(), 1, "{phrase}");
            }
            assert!(["{d}", "{m}", "{y}"].iter().all(|part| letter.date.contains(part)), "{}", letter.date);
        }
    }

    #[test]
    fn a_date_is_written_as_its_language_does() {
        let date = DateTime::parse_from_rfc3339("2026-11-02T23:30:00+01:00").expect("a date");
        let written = |tag| words::of(Some(tag)).letter().date(date);
        assert_eq!([written("en"), written("de"), written("pl")], ["2 November 2026", "2. November 2026", "2 listopada 2026"]);
        assert_eq!([written("es"), written("fi"), written("xx")], ["2 de noviembre de 2026", "2. marraskuuta 2026", "2 November 2026"]);
        assert_eq!([written("ar"), written("iw"), written("fa")], ["2 نوفمبر 2026", "2 בנובמבר 2026", "2 نوامبر 2026"]);
        assert_eq!(fill(LETTERS[0].number, "12"), "No. 12");
    }
}
