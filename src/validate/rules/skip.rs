//! `skipHours` and `skipDays`: values that stand there twice, and more than a day or a week has.

use super::Rule;
use crate::validate::codes::{DUPLICATE_VALUE, EIGHT_DAYS_A_WEEK, NOT_ENOUGH_HOURS_IN_THE_DAY};
use crate::validate::findings::Findings;
use crate::validate::scene::Scene;

/// Sees the values of one list.
#[derive(Debug, Default)]
pub(super) struct Skip {
    values: Vec<String>,
}

impl Rule for Skip {
    fn end(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let lists = [("skipHours", "hour", 24, &NOT_ENOUGH_HOURS_IN_THE_DAY), ("skipDays", "day", 7, &EIGHT_DAYS_A_WEEK)];
        for (list, value, most, code) in lists {
            if here.is("", value) && scene.parent().is_some_and(|parent| parent.is("", list)) {
                self.value(scene, findings);
            } else if here.is("", list) {
                self.values.clear();
                let times = here.child("", value).map_or(0, |seen| seen.times);
                if times > most {
                    let message = format!("`{list}` has {times} of `{value}`, and there are only {most}");
                    findings.add(scene, code, here.tag.span.clone(), message).help("name each once");
                }
            }
        }
    }
}

impl Skip {
    fn value(&mut self, scene: &Scene<'_, '_>, findings: &mut Findings) {
        let here = scene.here();
        let value = here.text.value().trim().trim_start_matches('0').to_ascii_lowercase();
        if self.values.contains(&value) {
            let message = format!("`{}` stands here twice", here.text.value().trim());
            findings.add(scene, &DUPLICATE_VALUE, here.tag.span.clone(), message).help("remove it");
        } else if self.values.len() < 64 {
            self.values.push(value);
        }
    }
}
