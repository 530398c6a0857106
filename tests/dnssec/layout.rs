//! What each octet of a DNS message is (RFC 1035 §4.1), found without the engine.

/// One octet.
pub(crate) struct Octet {
    pub(crate) at: usize,
    pub(crate) kind: Kind,
    /// In words: `answer 1 RRSIG ttl`.
    pub(crate) field: String,
    /// Section and place of its record.
    pub(crate) record: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Flags,
    /// Of a name: no length and no pointer.
    Character,
    Ttl,
    /// Any octet of an OPT record.
    Edns,
    Other,
}

const SECTIONS: [&str; 3] = ["answer", "authority", "additional"];

pub(crate) fn layout(octets: &[u8]) -> Vec<Octet> {
    let mut walk = Walk {
        octets,
        found: Vec::new(),
    };
    walk.take(2, Kind::Id, "id", None);
    walk.take(2, Kind::Flags, "flags", None);
    walk.take(8, Kind::Other, "counts", None);
    walk.name("question name", None);
    walk.take(4, Kind::Other, "question type and class", None);
    for (section, name) in SECTIONS.iter().enumerate() {
        for place in 0..usize::from(walk.u16(6 + 2 * section)) {
            walk.record(name, (section, place));
        }
    }
    assert_eq!(walk.found.len(), octets.len());
    walk.found
}

struct Walk<'a> {
    octets: &'a [u8],
    found: Vec<Octet>,
}

impl Walk<'_> {
    fn u16(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.octets[at], self.octets[at + 1]])
    }

    fn take(&mut self, count: usize, kind: Kind, field: &str, record: Option<(usize, usize)>) {
        for _ in 0..count {
            let at = self.found.len();
            self.found.push(Octet {
                at,
                kind,
                field: field.to_owned(),
                record,
            });
        }
    }

    fn record(&mut self, section: &str, place: (usize, usize)) {
        let start = self.found.len();
        self.name("", Some(place));
        let head = self.found.len();
        let kind = self.u16(head);
        let rdata = head + 10;
        let end = rdata + usize::from(self.u16(head + 8));
        let title = format!(
            "{section} {} {}",
            place.1,
            mxseal::dns::RecordType::from(kind)
        );
        self.take(2, Kind::Other, "type", Some(place));
        self.take(2, Kind::Other, "class", Some(place));
        self.take(4, Kind::Ttl, "ttl", Some(place));
        self.take(2, Kind::Other, "length", Some(place));
        // Octets before a name, by type.
        let before = match kind {
            2 | 5 | 6 | 12 | 39 | 47 => Some(0),
            15 => Some(2),
            33 => Some(6),
            46 => Some(18),
            _ => None,
        };
        if let Some(before) = before {
            self.take(before, Kind::Other, "rdata", Some(place));
            self.name("rdata", Some(place));
            if kind == 6 {
                self.name("rdata", Some(place));
            }
        }
        self.take(end - self.found.len(), Kind::Other, "rdata", Some(place));
        for octet in &mut self.found[start..] {
            let part = if octet.at < head {
                "owner"
            } else {
                &octet.field
            };
            octet.field = format!("{title} {part}");
            if kind == 41 {
                octet.kind = Kind::Edns;
            }
        }
    }

    fn name(&mut self, field: &str, record: Option<(usize, usize)>) {
        loop {
            match self.octets[self.found.len()] {
                0 => return self.take(1, Kind::Other, field, record),
                length if length >= 0xc0 => return self.take(2, Kind::Other, field, record),
                length => {
                    self.take(1, Kind::Other, field, record);
                    self.take(usize::from(length), Kind::Character, field, record);
                }
            }
        }
    }
}
