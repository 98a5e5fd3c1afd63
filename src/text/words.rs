//! The words that we add around the posts, in several languages: a table with one row for each language.

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// The primary language subtag (RFC 5646 §2.2.1).
    pub language: &'static str,
    /// The heading of a note.
    pub note: &'static str,
    /// The heading of a tip.
    pub tip: &'static str,
    /// The heading of something important.
    pub important: &'static str,
    /// The heading of a warning.
    pub warning: &'static str,
    /// The heading of a call for caution.
    pub caution: &'static str,
    /// The name of the footnotes.
    pub footnotes: &'static str,
    /// The label of the link from a footnote back to the text.
    pub back_to_text: &'static str,
    /// The link text for a video.
    pub video: &'static str,
    /// The link text for a recording.
    pub audio: &'static str,
    /// The link text for other embedded content.
    pub embedded: &'static str,
    /// The call to subscribe.
    pub subscribe: &'static str,
    /// The link from a mail to the web page.
    pub read_on_web: &'static str,
    /// The heading of the newest posts.
    pub newest_posts: &'static str,
    /// The link from a summary to the post.
    pub read_more: &'static str,
    /// One sentence on what a feed is.
    pub feed_intro: &'static str,
    /// The label of a feed's address.
    pub feed_address: &'static str,
    /// The name of the feeds.
    pub feeds: &'static str,
    /// The label of the first publication.
    pub published: &'static str,
    /// The label of the last change.
    pub updated: &'static str,
}

/// Returns the words of a language tag; English when it has none of ours.
#[must_use]
pub fn of(language: Option<&str>) -> &'static Words {
    let primary = language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
    // RFC 5646 §2.2.1 prefers `he` to `iw`.
    let older = [("no", "nb"), ("nn", "nb"), ("iw", "he")];
    let primary = older.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(primary)).map_or(primary, |(_, tag)| tag);
    WORDS.iter().find(|words| words.language.eq_ignore_ascii_case(primary)).unwrap_or(&WORDS[0])
}

impl Words {
    /// Returns whether these are words of a language, and not English in place of it.
    #[must_use]
    pub fn are_of(&self, language: &str) -> bool {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        of(Some(language)).language == self.language && (self.language != WORDS[0].language || primary.eq_ignore_ascii_case(self.language))
    }
}

/// Every language, English first: it is the default.
pub static WORDS: [Words; 16] = [
    Words {
        language: "en",
        note: "Note",
        tip: "Tip",
        important: "Important",
        warning: "Warning",
        caution: "Caution",
        footnotes: "Footnotes",
        back_to_text: "Back to text",
        video: "Video",
        audio: "Audio",
        embedded: "Embedded content",
        subscribe: "Subscribe",
        read_on_web: "Read on the web",
        newest_posts: "Newest posts",
        read_more: "Read more",
        feed_intro: "A feed brings new posts to the reader app of your choice, without an account or an e-mail address: copy one of these addresses into it.",
        feed_address: "Address for your reader app",
        feeds: "Feeds",
        published: "Published",
        updated: "Updated",
    },
    Words {
        language: "de",
        note: "Hinweis",
        tip: "Tipp",
        important: "Wichtig",
        warning: "Warnung",
        caution: "Vorsicht",
        footnotes: "Fußnoten",
        back_to_text: "Zurück zum Text",
        video: "Video",
        audio: "Audio",
        embedded: "Eingebetteter Inhalt",
        subscribe: "Abonnieren",
        read_on_web: "Im Web lesen",
        newest_posts: "Neueste Beiträge",
        read_more: "Weiterlesen",
        feed_intro: "Ein Feed bringt neue Beiträge in das Leseprogramm Ihrer Wahl, ohne Konto und ohne E-Mail-Adresse: Kopieren Sie eine dieser Adressen hinein.",
        feed_address: "Adresse für das Leseprogramm",
        feeds: "Feeds",
        published: "Veröffentlicht",
        updated: "Aktualisiert",
    },
    Words {
        language: "fr",
        note: "Remarque",
        tip: "Astuce",
        important: "Important",
        warning: "Avertissement",
        caution: "Attention",
        footnotes: "Notes",
        back_to_text: "Retour au texte",
        video: "Vidéo",
        audio: "Audio",
        embedded: "Contenu intégré",
        subscribe: "S’abonner",
        read_on_web: "Lire sur le web",
        newest_posts: "Derniers articles",
        read_more: "Lire la suite",
        feed_intro: "Un flux apporte les nouveaux articles dans le lecteur de votre choix, sans compte ni adresse e-mail : copiez-y l’une de ces adresses.",
        feed_address: "Adresse pour votre lecteur",
        feeds: "Flux",
        published: "Publié",
        updated: "Mis à jour",
    },
    Words {
        language: "es",
        note: "Nota",
        tip: "Consejo",
        important: "Importante",
        warning: "Advertencia",
        caution: "Precaución",
        footnotes: "Notas",
        back_to_text: "Volver al texto",
        video: "Vídeo",
        audio: "Audio",
        embedded: "Contenido incrustado",
        subscribe: "Suscribirse",
        read_on_web: "Leer en la web",
        newest_posts: "Últimas entradas",
        read_more: "Seguir leyendo",
        feed_intro: "Una fuente lleva las entradas nuevas al lector que usted prefiera, sin cuenta ni dirección de correo: copie en él una de estas direcciones.",
        feed_address: "Dirección para su lector",
        feeds: "Canales",
        published: "Publicado",
        updated: "Actualizado",
    },
    Words {
        language: "it",
        note: "Nota",
        tip: "Suggerimento",
        important: "Importante",
        warning: "Avviso",
        caution: "Attenzione",
        footnotes: "Note",
        back_to_text: "Torna al testo",
        video: "Video",
        audio: "Audio",
        embedded: "Contenuto incorporato",
        subscribe: "Iscriviti",
        read_on_web: "Leggi sul web",
        newest_posts: "Ultimi articoli",
        read_more: "Continua a leggere",
        feed_intro: "Un feed porta i nuovi articoli nel lettore che preferite, senza account né indirizzo e-mail: copiatevi uno di questi indirizzi.",
        feed_address: "Indirizzo per il lettore",
        feeds: "Feed",
        published: "Pubblicato",
        updated: "Aggiornato",
    },
    Words {
        language: "nl",
        note: "Opmerking",
        tip: "Tip",
        important: "Belangrijk",
        warning: "Waarschuwing",
        caution: "Let op",
        footnotes: "Voetnoten",
        back_to_text: "Terug naar de tekst",
        video: "Video",
        audio: "Audio",
        embedded: "Ingesloten inhoud",
        subscribe: "Abonneren",
        read_on_web: "Lees op het web",
        newest_posts: "Nieuwste berichten",
        read_more: "Lees verder",
        feed_intro: "Een feed brengt nieuwe berichten naar de leesapp van uw keuze, zonder account of e-mailadres: kopieer een van deze adressen erin.",
        feed_address: "Adres voor uw leesapp",
        feeds: "Feeds",
        published: "Gepubliceerd",
        updated: "Bijgewerkt",
    },
    Words {
        language: "pt",
        note: "Nota",
        tip: "Dica",
        important: "Importante",
        warning: "Aviso",
        caution: "Cuidado",
        footnotes: "Notas",
        back_to_text: "Voltar ao texto",
        video: "Vídeo",
        audio: "Áudio",
        embedded: "Conteúdo incorporado",
        subscribe: "Subscrever",
        read_on_web: "Ler na web",
        newest_posts: "Últimas publicações",
        read_more: "Continuar a ler",
        feed_intro: "Um feed leva os novos artigos ao leitor da sua escolha, sem conta nem endereço de e-mail: copie para lá um destes endereços.",
        feed_address: "Endereço para o seu leitor",
        feeds: "Feeds",
        published: "Publicado",
        updated: "Atualizado",
    },
    Words {
        language: "pl",
        note: "Uwaga",
        tip: "Wskazówka",
        important: "Ważne",
        warning: "Ostrzeżenie",
        caution: "Ostrożnie",
        footnotes: "Przypisy",
        back_to_text: "Wróć do tekstu",
        video: "Wideo",
        audio: "Audio",
        embedded: "Osadzona treść",
        subscribe: "Subskrybuj",
        read_on_web: "Czytaj w sieci",
        newest_posts: "Najnowsze wpisy",
        read_more: "Czytaj dalej",
        feed_intro: "Kanał dostarcza nowe wpisy do wybranego czytnika, bez konta i bez adresu e-mail: skopiuj do niego jeden z tych adresów.",
        feed_address: "Adres dla czytnika",
        feeds: "Kanały",
        published: "Opublikowano",
        updated: "Zaktualizowano",
    },
    Words {
        language: "sv",
        note: "Obs",
        tip: "Tips",
        important: "Viktigt",
        warning: "Varning",
        caution: "Försiktigt",
        footnotes: "Fotnoter",
        back_to_text: "Tillbaka till texten",
        video: "Video",
        audio: "Ljud",
        embedded: "Inbäddat innehåll",
        subscribe: "Prenumerera",
        read_on_web: "Läs på webben",
        newest_posts: "Senaste inläggen",
        read_more: "Läs mer",
        feed_intro: "Ett flöde för nya inlägg till den läsare du väljer, utan konto eller e-postadress: kopiera in en av de här adresserna.",
        feed_address: "Adress till läsaren",
        feeds: "Flöden",
        published: "Publicerad",
        updated: "Uppdaterad",
    },
    Words {
        language: "da",
        note: "Bemærk",
        tip: "Tip",
        important: "Vigtigt",
        warning: "Advarsel",
        caution: "Forsigtig",
        footnotes: "Fodnoter",
        back_to_text: "Tilbage til teksten",
        video: "Video",
        audio: "Lyd",
        embedded: "Indlejret indhold",
        subscribe: "Abonner",
        read_on_web: "Læs på nettet",
        newest_posts: "Nyeste indlæg",
        read_more: "Læs mere",
        feed_intro: "Et feed bringer nye indlæg til den læser, du vælger, uden konto eller e-mailadresse: kopiér en af disse adresser ind i den.",
        feed_address: "Adresse til læseren",
        feeds: "Feeds",
        published: "Udgivet",
        updated: "Opdateret",
    },
    Words {
        language: "nb",
        note: "Merk",
        tip: "Tips",
        important: "Viktig",
        warning: "Advarsel",
        caution: "Forsiktig",
        footnotes: "Fotnoter",
        back_to_text: "Tilbake til teksten",
        video: "Video",
        audio: "Lyd",
        embedded: "Innebygd innhold",
        subscribe: "Abonner",
        read_on_web: "Les på nettet",
        newest_posts: "Nyeste innlegg",
        read_more: "Les mer",
        feed_intro: "En strøm bringer nye innlegg til leseren du velger, uten konto eller e-postadresse: kopier en av disse adressene inn i den.",
        feed_address: "Adresse til leseren",
        feeds: "Strømmer",
        published: "Publisert",
        updated: "Oppdatert",
    },
    Words {
        language: "fi",
        note: "Huomautus",
        tip: "Vihje",
        important: "Tärkeää",
        warning: "Varoitus",
        caution: "Varovasti",
        footnotes: "Alaviitteet",
        back_to_text: "Takaisin tekstiin",
        video: "Video",
        audio: "Ääni",
        embedded: "Upotettu sisältö",
        subscribe: "Tilaa",
        read_on_web: "Lue verkossa",
        newest_posts: "Uusimmat kirjoitukset",
        read_more: "Lue lisää",
        feed_intro: "Syöte tuo uudet kirjoitukset valitsemaasi lukijaan ilman tiliä tai sähköpostiosoitetta: kopioi siihen jokin näistä osoitteista.",
        feed_address: "Osoite lukijaa varten",
        feeds: "Syötteet",
        published: "Julkaistu",
        updated: "Päivitetty",
    },
    Words {
        language: "cs",
        note: "Poznámka",
        tip: "Tip",
        important: "Důležité",
        warning: "Varování",
        caution: "Pozor",
        footnotes: "Poznámky pod čarou",
        back_to_text: "Zpět k textu",
        video: "Video",
        audio: "Zvuk",
        embedded: "Vložený obsah",
        subscribe: "Odebírat",
        read_on_web: "Číst na webu",
        newest_posts: "Nejnovější příspěvky",
        read_more: "Číst dál",
        feed_intro: "Kanál přináší nové články do čtečky, kterou si zvolíte, bez účtu a bez e-mailové adresy: zkopírujte do ní jednu z těchto adres.",
        feed_address: "Adresa pro čtečku",
        feeds: "Kanály",
        published: "Publikováno",
        updated: "Aktualizováno",
    },
    Words {
        language: "ar",
        note: "ملاحظة",
        tip: "نصيحة",
        important: "مهم",
        warning: "تحذير",
        caution: "تنبيه",
        footnotes: "الحواشي",
        back_to_text: "العودة إلى النص",
        video: "فيديو",
        audio: "صوت",
        embedded: "محتوى مضمّن",
        subscribe: "الاشتراك",
        read_on_web: "القراءة على الويب",
        newest_posts: "أحدث المقالات",
        read_more: "تابع القراءة",
        feed_intro: "تنقل الخلاصة المقالات الجديدة إلى تطبيق القراءة الذي تختاره، بلا حساب ولا عنوان بريد إلكتروني: انسخ أحد هذه العناوين إليه.",
        feed_address: "العنوان لتطبيق القراءة",
        feeds: "الخلاصات",
        published: "نُشر",
        updated: "حُدّث",
    },
    Words {
        language: "he",
        note: "הערה",
        tip: "עצה",
        important: "חשוב",
        warning: "אזהרה",
        caution: "זהירות",
        footnotes: "הערות שוליים",
        back_to_text: "חזרה לטקסט",
        video: "סרטון",
        audio: "הקלטה",
        embedded: "תוכן מוטמע",
        subscribe: "הרשמה",
        read_on_web: "קריאה באתר",
        newest_posts: "הרשומות האחרונות",
        read_more: "להמשך קריאה",
        feed_intro: "ערוץ עדכונים מביא רשומות חדשות ליישום הקריאה שבחרתם, בלי חשבון ובלי כתובת דוא״ל: העתיקו אליו אחת מהכתובות האלה.",
        feed_address: "כתובת ליישום הקריאה",
        feeds: "ערוצי עדכונים",
        published: "פורסם",
        updated: "עודכן",
    },
    Words {
        language: "fa",
        note: "یادداشت",
        tip: "نکته",
        important: "مهم",
        warning: "هشدار",
        caution: "احتیاط",
        footnotes: "پانویس\u{200c}ها",
        back_to_text: "بازگشت به متن",
        video: "ویدیو",
        audio: "صدا",
        embedded: "محتوای جاسازی\u{200c}شده",
        subscribe: "اشتراک",
        read_on_web: "خواندن در وب",
        newest_posts: "تازه\u{200c}ترین نوشته\u{200c}ها",
        read_more: "ادامهٔ مطلب",
        feed_intro: "خوراک نوشته\u{200c}های تازه را، بدون حساب و بدون نشانی ایمیل، به برنامهٔ دلخواه شما می\u{200c}آورد: یکی از این نشانی\u{200c}ها را در آن وارد کنید.",
        feed_address: "نشانی برای برنامهٔ خوراک\u{200c}خوان",
        feeds: "خوراک\u{200c}ها",
        published: "انتشار",
        updated: "به\u{200c}روزرسانی",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_or_case_does_not_matter_and_english_is_the_default() {
        assert_eq!(of(Some("de-AT")).note, "Hinweis");
        assert_eq!(of(Some("PT_br")).video, "Vídeo");
        assert_eq!(of(Some("nn")).language, "nb");
        assert_eq!(of(Some("tlh")).language, "en");
        assert_eq!(of(None).language, "en");
    }

    #[test]
    fn english_in_place_of_another_language_is_told_from_english() {
        for (tag, are) in [("en-GB", true), ("EN", true), ("no", true), ("pt_BR", true), ("ur", false), ("ar-EG", true), ("", false)] {
            assert_eq!(of(Some(tag)).are_of(tag), are, "{tag}");
        }
        assert!(!of(Some("de")).are_of("fr"));
    }

    #[test]
    fn each_language_stands_once() {
        for (at, words) in WORDS.iter().enumerate() {
            assert!(WORDS.iter().skip(at + 1).all(|other| other.language != words.language), "{}", words.language);
        }
    }
}
