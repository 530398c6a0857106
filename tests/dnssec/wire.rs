//! Messages made anew from what was read, or from records made by hand; nothing is compressed.

use mxseal::Name;
use mxseal::dns::{Message, Question, Record, RecordType};

/// A record as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rr {
    /// Wire form, in the case that it has.
    pub(crate) owner: Vec<u8>,
    pub(crate) record_type: u16,
    pub(crate) ttl: u32,
    pub(crate) rdata: Vec<u8>,
}

/// A response: RCODE, AD, and three sections.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) rcode: u8,
    pub(crate) authentic_data: bool,
    pub(crate) sections: [Vec<Rr>; 3],
}

impl Rr {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            owner: record.owner.as_octets().to_vec(),
            record_type: record.record_type.into(),
            ttl: record.ttl,
            rdata: record.rdata.octets().to_vec(),
        }
    }

    pub(crate) fn is_signature(&self) -> bool {
        self.record_type == u16::from(RecordType::Rrsig)
    }
}

impl Response {
    /// What a message says; its EDNS is left out.
    pub(crate) fn of(message: &Message) -> Self {
        let all = |section: &[Record]| section.iter().map(Rr::of).collect();
        Self {
            rcode: u8::try_from(u16::from(message.rcode)).unwrap(),
            authentic_data: message.authentic_data,
            sections: [
                all(&message.answer),
                all(&message.authority),
                all(&message.additional),
            ],
        }
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&Rr) -> bool) {
        for section in &mut self.sections {
            section.retain(&keep);
        }
    }

    /// Answers the question.
    pub(crate) fn write(&self, question: &Question) -> Vec<u8> {
        let ad = if self.authentic_data { 0x20 } else { 0 };
        let mut octets = vec![0, 0, 0x81, 0x90 | ad | self.rcode, 0, 1];
        for section in &self.sections {
            octets.extend(u16::try_from(section.len()).unwrap().to_be_bytes());
        }
        octets.extend(question.name.as_octets());
        octets.extend(u16::from(question.record_type).to_be_bytes());
        octets.extend([0, 1]);
        for rr in self.sections.iter().flatten() {
            octets.extend(&rr.owner);
            octets.extend(rr.record_type.to_be_bytes());
            octets.extend([0, 1]);
            octets.extend(rr.ttl.to_be_bytes());
            octets.extend(u16::try_from(rr.rdata.len()).unwrap().to_be_bytes());
            octets.extend(&rr.rdata);
        }
        octets
    }
}

/// The wire form of a name, its case kept.
pub(crate) fn name(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.as_bytes());
    }
    octets.push(0);
    octets
}

/// The question of a name and a type.
pub(crate) fn question(owner: &str, record_type: RecordType) -> Question {
    Question::new(Name::parse(owner).unwrap(), record_type)
}
