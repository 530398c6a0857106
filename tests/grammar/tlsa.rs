//! TLSA records as text, in all the forms that the engine takes: what it warns of is taken here too.

/// Words, and whether each is the first of a line outside of parentheses.
fn words(text: &str) -> Vec<(String, bool)> {
    let mut words: Vec<(String, bool)> = Vec::new();
    let (mut word, mut inside, mut new_line, mut comment) = (String::new(), false, false, false);
    for c in text.chars().chain(Some(' ')) {
        if comment && c != '\n' {
            continue;
        }
        comment = false;
        let separates = c.is_whitespace() || "()\";'`\u{201c}\u{201d}".contains(c);
        if !separates {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let first_of_line = new_line && !words.is_empty();
            words.push((core::mem::take(&mut word), first_of_line));
            new_line = false;
        }
        match c {
            '(' => inside = true,
            ')' => inside = false,
            '\n' if !inside => new_line = true,
            ';' => comment = true,
            _ => {}
        }
    }
    words
}

pub(crate) fn is_tlsa(text: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(text) else {
        return false;
    };
    if text.contains("-----BEGIN") {
        return false;
    }
    let mut words = words(text);
    let is_type = |word: &str| ["TLSA", "TYPE52"].contains(&word.to_uppercase().as_str());
    if let Some(at) = (0..words.len().min(4)).find(|at| is_type(&words[*at].0)) {
        words.drain(..=at);
    }
    if words.first().is_some_and(|word| word.0 == "\\#") {
        return is_generic(&words[1..]);
    }
    let registries: [&[&str]; 3] = [
        &["pkix-ta", "pkix-ee", "dane-ta", "dane-ee", "privcert"],
        &["cert", "spki", "privsel"],
        &["full", "sha2-256", "sha2-512", "privmatch"],
    ];
    if words.len() < 4 {
        return false;
    }
    for ((word, _), acronyms) in words.iter().zip(registries) {
        let is_number = word.bytes().all(|b| b.is_ascii_digit())
            && word.trim_start_matches('0').len() <= 3
            && word
                .bytes()
                .fold(0u64, |sum, b| sum.saturating_mul(10) + u64::from(b - b'0'))
                <= 255;
        if !is_number && !acronyms.contains(&word.to_lowercase().as_str()) {
            return false;
        }
    }
    data(&words[3..]).is_some()
}

/// The number of octets, if the words are hexadecimal and the second and later ones begin no new record.
fn data(words: &[(String, bool)]) -> Option<usize> {
    let begins_record = |word: &str| word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
    let digits: String = words.iter().map(|(word, _)| word.as_str()).collect();
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let several = words
        .iter()
        .skip(1)
        .any(|(word, first)| *first && begins_record(word));
    (hexadecimal && !several && digits.len().is_multiple_of(2)).then_some(digits.len() / 2)
}

/// RFC 3597 §5: length and octets, at least the three numbers.
fn is_generic(words: &[(String, bool)]) -> bool {
    let Some(((length, _), octets)) = words.split_first() else {
        return false;
    };
    let Some(count) = data(octets) else {
        return false;
    };
    length.bytes().all(|b| b.is_ascii_digit()) && length.parse() == Ok(count) && count >= 3
}
