//! What may have been meant by a name that is not known.

/// How alike two names are at least, of which one may stand for the other: a letter or two apart (Winkler, 1990).
const ALIKE: f64 = 0.8;

/// As many names as a reader takes in at once.
const FEW: usize = 12;

/// What may have been meant, and what there is: all of it, unless it is much and one is near.
pub(super) fn of(name: &str, known: &[String]) -> String {
    let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    match (near, known) {
        (_, []) => "there is none".to_string(),
        (Some(near), [_]) => near,
        (None, [only]) => format!("there is only `{only}`"),
        (Some(near), many) if many.len() > FEW => near,
        (near, many) => {
            let all = many.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("{}there are {all}", near.map_or(String::new(), |near| near + " "))
        }
    }
}

/// The name that is most like this one, but for case and punctuation, if one is.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a String> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' ', '.'], "");
    let meant = plain(name);
    let alike = known.iter().map(|other| (strsim::jaro_winkler(&meant, &plain(other)), other));
    alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::of;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn a_slip_is_told_from_another_name() {
        let known = names(&["shape", "scale"]);
        assert_eq!(of("sacle", &known), "did you mean `scale`? there are `shape`, `scale`");
        assert_eq!(of("Shape", &known), "did you mean `shape`? there are `shape`, `scale`");
        assert_eq!(of("mu", &known), "there are `shape`, `scale`");
        assert_eq!(of("mu", &known[..1]), "there is only `shape`");
        assert_eq!(of("mu", &[]), "there is none");
        let letters: Vec<String> = ('a'..='z').map(|letter| letter.to_string().repeat(3)).collect();
        assert_eq!(of("aab", &letters), "did you mean `aaa`?");
        assert!(of("1", &letters).starts_with("there are `aaa`, "));
    }
}
